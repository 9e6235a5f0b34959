/* The distribution of batch v: deciles, histogram, and how many numbers have moved. */
#include "optim/observe.h"

#include "close.h"
#include "dying.h"
#include "small_table.h"

#include <criterion/new/assert.h>

/* 10^-5 … 10^5, a bin for each power of ten. */
enum { BINS = 10 };
static const CurvatureBins bins = {-5.0, 5.0, BINS};

typedef struct {
    ObservedCurvature seen;
    double share[BINS];
} Look;

/* After `steps` steps in which the number k, counted from 0, has the gradient sqrt(4 (k + 1)). */
static Look look_after(const char *text, int steps)
{
    Backend *backend = backend_cpu();
    SmallTable *small = small_table(backend);
    for (int k = 0; k < SMALL_COUNT; k++) *small_gradient(small, k) = (real)sqrt(4.0 * (k + 1));
    Optimizer *optimizer = optimizer_create(text, backend, &small->table);
    for (int t = 0; t < steps; t++) optimizer_step(optimizer, 0.1);
    Look look;
    look.seen = optimizer_observe(optimizer, &bins, look.share);
    cr_expect(optimizer_is_observable(optimizer) == (look.seen.count > 0));
    optimizer_free(optimizer);
    small_table_free(small);
    backend->close(backend);
    return look;
}

static const struct {
    const char *text;
    double scale, start; /* of batch v after a step, over k + 1; of batch v before it */
} kinds[] = {
    {"rmsprop:beta2=0", 4.0, 0.0},
    {"rmsprop:beta2=0,momentum=0.9", 4.0, 0.0},
    {"adam:beta2=0", 4.0, 0.0},
    {"adamw:beta2=0", 4.0, 0.0},
    {"adam_p:beta2=0,batch=8", 32.0, 0.0},
    {"schedule_free:beta2=0", 4.0, 0.0},
    {"rf_adamw:beta2=0,batch=0.25", 1.0, 1.0},
    {"rf_rmsprop:beta2=0,batch=0.25", 1.0, 1.0},
    {"rf_rmsprop:beta2=0,batch=0.25,state=bfloat16", 1.0, 1.0},
    {"rf_rmsprop:beta2=0,batch=0.5,state=stochastic,start=3", 2.0, 1.5},
};

/* With beta2 = 0, batch v = batch g² = scale (k + 1) for k = 0 … 34: deciles (type 7) lie at scale
 * (1 + 3.4), (1 + 17), (1 + 30.6). A bfloat16 has 8 bits: g, g² and their rounding to them are 2^-7
 * away at most. */
Test(optimizer_observe, deciles_are_those_of_batch_times_the_mean_square)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        ObservedCurvature before = look_after(kinds[i].text, 0).seen;
        ObservedCurvature after = look_after(kinds[i].text, 1).seen;
        double scale = kinds[i].scale, part = strstr(kinds[i].text, "state") ? 0.01 : 1e-6;
        cr_expect(before.count == SMALL_COUNT && after.count == SMALL_COUNT, "%s", kinds[i].text);
        close_check_one("start", before.low, kinds[i].start, 0.0);
        close_check_one("start", before.high, kinds[i].start, 0.0);
        close_check_one("start moved", before.moved, 0.0, 0.0);
        close_check_one(kinds[i].text, after.low, 4.4 * scale, 4.4 * scale * part);
        close_check_one(kinds[i].text, after.median, 18.0 * scale, 18.0 * scale * part);
        close_check_one(kinds[i].text, after.high, 31.6 * scale, 31.6 * scale * part);
    }
}

/* batch v is 1 … 35 after a step with batch = 1/4, and starts at 1: the first number alone is back
 * there. */
Test(optimizer_observe, a_number_that_is_where_it_started_has_not_moved)
{
    Look look = look_after("rf_rmsprop:beta2=0,batch=0.25", 1);
    close_check_one("moved", look.seen.moved, 34.0 / 35.0, 1e-15);
    double want[BINS] = {[5] = 9.0 / 35.0, [6] = 26.0 / 35.0}; /* 1 … 9, 10 … 35 */
    for (int b = 0; b < BINS; b++) close_check_one("share", look.share[b], want[b], 1e-15);
}

/* 1/48 is no bfloat16; where 1 − beta2 < 2^-9, small gradients move none of them. */
Test(optimizer_observe, a_mean_square_that_is_frozen_or_rounded_to_itself_has_not_moved)
{
    static const char *const still[] = {
        "rf_rmsprop:batch=48,state=frozen",
        "rf_rmsprop:batch=48,beta2=0.99999999,state=bfloat16",
    };
    for (int i = 0; i < 2; i++) {
        ObservedCurvature seen = look_after(still[i], 5).seen;
        close_check_one(still[i], seen.moved, 0.0, 0.0);
        close_check_one(still[i], seen.median, 1.0, 0x1p-8);
    }
    close_check_one("moved", look_after("rf_rmsprop:batch=48", 5).seen.moved, 1.0, 0.0);
}

Test(optimizer_observe, what_lies_outside_all_bins_is_in_the_first_or_last)
{
    Look zero = look_after("adamw", 0), large = look_after("adamw:beta2=0", 1);
    close_check_one("of 0", zero.share[0], 1.0, 0.0);
    CurvatureBins low = {-9.0, -8.0, 2};
    double share[2];
    Backend *backend = backend_cpu();
    SmallTable *small = small_table(backend);
    for (int k = 0; k < SMALL_COUNT; k++) *small_gradient(small, k) = k ? 1 : (real)NAN;
    Optimizer *optimizer = optimizer_create("adamw", backend, &small->table);
    optimizer_step(optimizer, 0.1);
    ObservedCurvature seen = optimizer_observe(optimizer, &low, share);
    close_check_one("first", share[0], 0.0, 0.0);
    close_check_one("last", share[1], 1.0, 0.0);
    close_check_one("median", seen.median, 1e-3, 1e-9); /* (1 − beta2) 1², beta2 a float */
    cr_expect(large.share[BINS - 1] == 0.0);
    optimizer_free(optimizer);
    small_table_free(small);
    backend->close(backend);
}

Test(optimizer_observe, methods_without_a_mean_square_of_all_numbers_have_none)
{
    static const char *const none[] = {"sgd:momentum=0.9", "sign", "muon",      "shampoo",
                                       "rf_shampoo",       "soap", "if_shampoo"};
    for (int i = 0; i < 7; i++) {
        Look look = look_after(none[i], 2);
        cr_expect(look.seen.count == 0 && isnan(look.seen.median) && isnan(look.seen.low) &&
                      isnan(look.seen.high) && isnan(look.seen.moved) && isnan(look.share[0]),
                  "%s", none[i]);
    }
}
