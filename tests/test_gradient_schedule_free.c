/* Schedule-Free in double precision: what its three points are to one another. */
#include "optim/optimizer.h"

#include "close.h"
#include "small_table.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <string.h>

/* beta2 = 1 leaves v at 0 and epsilon = 1 divides by 1: the step of plain gradient descent. */
#define DESCENT "beta2=1,epsilon=1"

static double rate_at(int t) { return 0.1 * (t < 4 ? t / 4.0 : 1.0); }

static double gradient_at(int t, int k) { return sin(1.0 + 3.0 * t + 0.7 * k); }

typedef struct {
    Backend *backend;
    SmallTable *small;
    Optimizer *optimizer;
} Bench;

static Bench bench_open(const char *text)
{
    Bench bench = {.backend = backend_cpu()};
    bench.small = small_table(bench.backend);
    for (int k = 0; k < SMALL_COUNT; k++) *small_value(bench.small, k) = (real)cos(2.0 * k);
    bench.optimizer = optimizer_create(text, bench.backend, &bench.small->table);
    return bench;
}

static void bench_close(Bench *bench)
{
    optimizer_free(bench->optimizer);
    small_table_free(bench->small);
    bench->backend->close(bench->backend);
}

static void step(Bench *bench, int t)
{
    for (int k = 0; k < SMALL_COUNT; k++)
        *small_gradient(bench->small, k) = (real)gradient_at(t, k);
    optimizer_step(bench->optimizer, rate_at(t));
}

static void values_now(const Bench *bench, double out[SMALL_COUNT])
{
    for (int k = 0; k < SMALL_COUNT; k++) out[k] = *small_value(bench->small, k);
}

/* z is what plain steps make, x its mean by the squares of the rates, y between them: gradients
 * that do not depend on y make all three known. */
Test(gradient_schedule_free, the_points_of_plain_descent_are_its_path_and_its_weighted_mean)
{
    static const double betas[] = {0.01, 0.5, 0.9, 1.0};
    for (size_t b = 0; b < sizeof betas / sizeof *betas; b++) {
        char *text = format_text("schedule_free:beta1=%g," DESCENT, betas[b]);
        Bench bench = bench_open(text);
        double z[SMALL_COUNT], sum[SMALL_COUNT] = {0.0}, y[SMALL_COUNT], x[SMALL_COUNT];
        double weights = 0.0;
        values_now(&bench, z);
        for (int t = 1; t <= 30; t++) {
            step(&bench, t);
            double weight = rate_at(t) * rate_at(t);
            weights += weight;
            values_now(&bench, y);
            optimizer_average_in(bench.optimizer);
            values_now(&bench, x);
            optimizer_average_out(bench.optimizer);
            for (int k = 0; k < SMALL_COUNT; k++) {
                z[k] -= rate_at(t) * gradient_at(t, k);
                sum[k] += weight * z[k];
                double mean = sum[k] / weights;
                /* Thirty steps of some ten roundings of numbers below 4; y's errors are divided by
                 * beta1 in x. */
                double bound = 300 * 4 * 1.1e-16;
                close_check_one(text, x[k], mean, bound / betas[b]);
                close_check_one(text, y[k], (1 - betas[b]) * z[k] + betas[b] * mean, bound);
            }
        }
        bench_close(&bench);
        free(text);
    }
}

Test(gradient_schedule_free, the_average_goes_in_and_out_without_a_trace)
{
    Bench plain = bench_open("schedule_free:decay=0.1"),
          looked = bench_open(optimizer_text(plain.optimizer));
    real *running = matrix_reals(looked.small->item[SMALL_TABLE - 1].value);
    running[0] = 3;
    for (int t = 1; t <= 5; t++) {
        step(&plain, t), step(&looked, t);
        optimizer_average_in(looked.optimizer);
        cr_expect(eq(dbl, running[0], 3.0));
        if (t > 1) cr_expect(ne(dbl, *small_value(plain.small, 1), *small_value(looked.small, 1)));
        optimizer_average_out(looked.optimizer);
        cr_expect(eq(int, 0,
                     memcmp(plain.small->table.values, looked.small->table.values,
                            (size_t)plain.small->table.size * sizeof(real))));
    }
    bench_close(&plain), bench_close(&looked);
}

Test(gradient_schedule_free, before_the_first_step_and_for_other_kinds_the_table_is_the_answer)
{
    static const char *const texts[] = {"schedule_free", "adamw", "sgd"};
    for (int i = 0; i < 3; i++) {
        Bench bench = bench_open(texts[i]);
        double before[SMALL_COUNT], now[SMALL_COUNT];
        for (int t = 1; t <= 2; t++) {
            values_now(&bench, before);
            optimizer_average_in(bench.optimizer);
            values_now(&bench, now);
            optimizer_average_out(bench.optimizer);
            for (int k = 0; k < SMALL_COUNT; k++) cr_expect(eq(dbl, now[k], before[k]));
            if (i > 0) step(&bench, t);
        }
        bench_close(&bench);
    }
}

/* A rate of 0 moves nothing and counts for nothing. */
Test(gradient_schedule_free, points_at_rate_0_have_no_share)
{
    Bench bench = bench_open("schedule_free:" DESCENT);
    double before[SMALL_COUNT], now[SMALL_COUNT];
    values_now(&bench, before);
    optimizer_step(bench.optimizer, 0.0);
    values_now(&bench, now);
    for (int k = 0; k < SMALL_COUNT; k++) cr_expect(eq(dbl, now[k], before[k]));
    bench_close(&bench);
}
