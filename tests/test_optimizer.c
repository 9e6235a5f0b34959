#include "optim/optimizer.h"

#include "dying.h"
#include "every_kind.h"
#include "optimizer_golden.h"
#include "quadratic_problem.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>

static Backend *backend;

static void set_up(void) { backend = backend_cpu(); }
static void tear_down(void) { backend->close(backend); }

TestSuite(optimizer, .init = set_up, .fini = tear_down);

static SmallTable *random_table(uint64_t seed) { return every_kind_table(backend, seed); }

/* The values of a random table before and after one step. */
static SmallTable *one_step(const char *text, double rate, real before[SMALL_COUNT])
{
    SmallTable *small = random_table(1000);
    for (int k = 0; k < SMALL_COUNT; k++) before[k] = *small_value(small, k);
    Optimizer *optimizer = optimizer_create(text, backend, &small->table);
    optimizer_step(optimizer, rate);
    optimizer_free(optimizer);
    return small;
}

/* ---- the first step is known */

Test(optimizer, the_first_step_of_sgd_is_minus_rate_times_the_gradient)
{
    static const char *const texts[] = {"sgd", "sgd:momentum=0.9",
                                        "sgd:momentum=0.9,dampening=0.5"};
    for (int i = 0; i < 3; i++) {
        real before[SMALL_COUNT];
        SmallTable *small = one_step(texts[i], 0.25, before);
        for (int k = 0; k < SMALL_COUNT; k++) /* the product is exact, the sum is rounded once */
            cr_expect(
                eq(flt, *small_value(small, k), before[k] - 0.25f * *small_gradient(small, k)));
        small_table_free(small);
    }
}

Test(optimizer, the_first_step_of_nesterov_goes_one_plus_momentum_times_as_far)
{
    real before[SMALL_COUNT];
    SmallTable *small = one_step("sgd:momentum=0.9,nesterov=1", 0.25, before);
    for (int k = 0; k < SMALL_COUNT; k++) {
        double want = (double)before[k] - 0.25 * 1.9 * (double)*small_gradient(small, k);
        close_check_one("x", (double)*small_value(small, k), want, 2e-6); /* |x| < 8: 16 eps */
    }
    small_table_free(small);
}

/* m unbias1 / sqrt(v unbias2) = g / |g| at t = 1: without the corrections 0.1 g / (0.03 |g|). */
Test(optimizer, the_first_step_of_adam_has_the_length_of_the_rate_in_every_coordinate)
{
    static const char *const texts[] = {"adam:epsilon=0", "adamw:epsilon=0",
                                        "adamw:epsilon=0,beta1=0.5,beta2=0.95", "sign"};
    for (int i = 0; i < 4; i++) {
        real before[SMALL_COUNT];
        SmallTable *small = one_step(texts[i], 0.125, before);
        for (int k = 0; k < SMALL_COUNT; k++) {
            double moved = (double)*small_value(small, k) - (double)before[k];
            double want = *small_gradient(small, k) > 0 ? -0.125 : 0.125;
            close_check_one(texts[i], moved, want, 4.0 * FLT_EPSILON); /* x below 8 rounds */
        }
        small_table_free(small);
    }
}

/* v = (1 − beta2) g² is not corrected: the step is rate / sqrt(1 − beta2) long. */
Test(optimizer, the_first_step_of_rmsprop_is_longer_than_the_rate)
{
    real before[SMALL_COUNT];
    SmallTable *small = one_step("rmsprop:beta2=0.75,epsilon=0", 0.125, before);
    for (int k = 0; k < SMALL_COUNT; k++) {
        double moved = (double)*small_value(small, k) - (double)before[k];
        close_check_one("moved", moved, *small_gradient(small, k) > 0 ? -0.25 : 0.25,
                        4.0 * FLT_EPSILON);
    }
    small_table_free(small);
}

/* Five quintics take every s in 0.002 … 1 to 0.682 … 1.203; the change of a wide matrix has these
 * singular values times the rate. */
Test(optimizer, the_first_step_of_muon_is_nearly_orthogonal)
{
    real before[SMALL_COUNT];
    SmallTable *small = one_step("muon:momentum=0.9", 1.0, before);
    double change[3][5], gram[3][3] = {{0.0}};
    for (int k = 0; k < 15; k++)
        change[k / 5][k % 5] = (double)before[k] - (double)*small_value(small, k);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            for (int c = 0; c < 5; c++) gram[i][j] += change[i][c] * change[j][c];
    /* Eigenvalues in 0.46 … 1.45, 0.955 ± 0.49: so are the diagonal elements, and the others are
     * not larger than the half-width. */
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            cr_expect(fabs(gram[i][j] - (i == j ? 0.955 : 0.0)) < 0.5, "%d %d: %g", i, j,
                      gram[i][j]);
    small_table_free(small);
}

/* ---- an independent implementation */

Test(optimizer, ten_steps_of_root_free_methods_are_those_of_numpy)
{
    golden_check_file("tests/golden/root_free.csv", 26, 4e-6, "shampoo", 4e-6);
}

Test(optimizer, ten_steps_are_those_of_pytorch)
{
    /* As in double, with float's rounding 6e-8 in place of 1.1e-16. */
    golden_check(4e-6, 2e-4);
}

/* ---- what all kinds share */

typedef void Check(Backend *backend, const char *text);

static void check_every_kind(Check *check, const char *keys)
{
    for (int kind = 0; kind < optimizer_kind_count(); kind++) {
        char *text = format_text("%s%s", optimizer_kind_name(kind), keys);
        check(backend, text);
        free(text);
    }
}

Test(optimizer, every_kind_leaves_gaps_and_state_parameters_as_they_are)
{
    check_every_kind(every_kind_leaves_gaps, ":decay=0.1,clip=1");
}

Test(optimizer, decay_shrinks_matrices_and_embeddings_but_no_vectors)
{
    static const char *const texts[] = {"sgd:decay=0.5", "sign:decay=0.5", "adamw:decay=0.5",
                                        "muon:decay=0.5,adamw_rate=1"};
    for (int i = 0; i < 4; i++) {
        SmallTable *small = random_table(1002);
        memset(small->table.gradients, 0, (size_t)small->table.size * sizeof(real));
        real before[SMALL_COUNT];
        for (int k = 0; k < SMALL_COUNT; k++) before[k] = *small_value(small, k);
        Optimizer *optimizer = optimizer_create(texts[i], backend, &small->table);
        optimizer_step(optimizer, 0.5); /* x (1 − 0.5 0.5), exact but for the last rounding */
        for (int k = 0; k < SMALL_COUNT; k++)
            cr_expect(eq(flt, *small_value(small, k), before[k] * (k < 31 ? 0.75f : 1.0f)), "%s %d",
                      texts[i], k);
        optimizer_free(optimizer);
        small_table_free(small);
    }
}

/* With decay in the gradient Adam's first step is the sign of it, whatever its size; decoupled
 * decay adds to a full step. */
Test(optimizer, the_decay_of_adamw_is_decoupled_and_that_of_adam_is_not)
{
    static const char *const texts[] = {"adam:decay=0.5,epsilon=0", "adamw:decay=0.5,epsilon=0"};
    for (int i = 0; i < 2; i++) {
        real before[SMALL_COUNT];
        SmallTable *small = one_step(texts[i], 0.125, before);
        for (int k = 0; k < 31; k++) {
            double x = (double)before[k], g = (double)*small_gradient(small, k);
            double want =
                i == 0 ? copysign(0.125, g + 0.5 * x) : copysign(0.125, g) + 0.125 * 0.5 * x;
            close_check_one(texts[i], (double)*small_value(small, k), x - want, 4.0 * FLT_EPSILON);
        }
        small_table_free(small);
    }
}

/* ---- clipping */

static double moved_length(const char *text, double *gradient_norm, double *cosine)
{
    real before[SMALL_COUNT];
    SmallTable *small = one_step(text, 1.0, before);
    double moved = 0.0, product = 0.0, square = 0.0;
    for (int k = 0; k < SMALL_COUNT; k++) {
        double d = (double)before[k] - (double)*small_value(small, k);
        double g = (double)*small_gradient(small, k);
        moved += d * d, product += d * g, square += g * g;
    }
    *gradient_norm = sqrt(square);
    *cosine = product / sqrt(moved * square);
    small_table_free(small);
    return sqrt(moved);
}

Test(optimizer, a_clipped_gradient_has_the_norm_of_the_limit_and_keeps_its_direction)
{
    double norm, cosine;
    double length = moved_length("sgd:clip=0.5", &norm, &cosine);
    cr_expect(norm > 4.0);
    /* Differences of numbers below 4, each rounded to 2.4e-7: sqrt(35) times that in all. */
    close_check_one("length", length, 0.5, 1.5e-6);
    close_check_one("cosine", cosine, 1.0, 1e-11);
}

Test(optimizer, a_gradient_below_the_limit_is_not_touched)
{
    real plain[SMALL_COUNT], before[SMALL_COUNT];
    SmallTable *a = one_step("sgd", 1.0, plain), *b = one_step("sgd:clip=100", 1.0, before);
    for (int k = 0; k < SMALL_COUNT; k++)
        cr_expect(eq(flt, *small_value(a, k), *small_value(b, k)));
    small_table_free(a);
    small_table_free(b);
}

Test(optimizer, the_square_of_the_gradient_can_be_read_after_a_step)
{
    SmallTable *small = random_table(1003);
    double square = 0.0, got;
    for (int k = 0; k < SMALL_COUNT; k++)
        square += (double)*small_gradient(small, k) * (double)*small_gradient(small, k);
    Optimizer *optimizer = optimizer_create("adamw:clip=1", backend, &small->table);
    for (int t = 0; t < 3; t++) { /* starts from 0 each time */
        optimizer_step(optimizer, 0.1);
        backend->download(backend, sizeof got, optimizer_gradient_square(optimizer), &got);
        close_check_one("square", got, square, 35.0 * DBL_EPSILON * square);
    }
    optimizer_free(optimizer);
    optimizer = optimizer_create("adamw", backend, &small->table);
    cr_expect(eq(ptr, (void *)optimizer_gradient_square(optimizer), NULL));
    optimizer_free(optimizer);
    small_table_free(small);
}

/* ---- the edge of stability: on h x² / 2 a fixed rate converges if and only if rate h < 2,
 * with momentum rate h < 2 (1 + beta) (Polyak 1964), and with Nesterov's
 * rate h < 2 (1 + beta) / (1 + 2 beta). */

/* ln(f after / f before), from the loss of the steps. */
static double growth(const char *text, double rate, int64_t steps)
{
    Problem *problem = problem_quadratic(backend, 20, 0.05, 5.0);
    Optimizer *optimizer = optimizer_create(text, backend, problem->parameters);
    double *sums = backend->alloc(backend, HEAD_SUMS * sizeof *sums);
    problem->start(problem, 1004);
    double first = problem->evaluate(problem, SPLIT_TRAIN, 0).loss;
    for (int64_t s = 0; s < steps; s++) {
        problem->gradient(problem, s, sums);
        optimizer_step(optimizer, rate);
    }
    double last = problem->evaluate(problem, SPLIT_TRAIN, 0).loss;
    backend->release(backend, sums);
    optimizer_free(optimizer);
    problem->free(problem);
    return log(last / first);
}

Test(optimizer, gradient_descent_converges_below_two_over_the_curvature_and_not_above)
{
    /* The steepest direction grows as |1 − rate h|^(2 steps): 1.04^600 = e^23.5 at 1.02. */
    cr_expect(growth("sgd", 0.98 * 2.0 / 5.0, 300) < -3.0);
    cr_expect(growth("sgd", 1.02 * 2.0 / 5.0, 300) > 15.0);
}

Test(optimizer, momentum_moves_the_edge_to_two_one_plus_beta_over_the_curvature)
{
    cr_expect(growth("sgd:momentum=0.9", 0.98 * 3.8 / 5.0, 1000) < -3.0);
    cr_expect(growth("sgd:momentum=0.9", 1.02 * 3.8 / 5.0, 100) > 15.0);
    double edge = 3.8 / 2.8 / 5.0;
    cr_expect(growth("sgd:momentum=0.9,nesterov=1", 0.98 * edge, 1000) < -3.0);
    cr_expect(growth("sgd:momentum=0.9,nesterov=1", 1.02 * edge, 100) > 5.0);
}

/* ---- determinism and state */

Test(optimizer, the_number_of_threads_changes_no_byte)
{
    check_every_kind(every_kind_ignores_threads, ":decay=0.1,clip=1");
}

Test(optimizer, going_on_from_saved_state_gives_the_bytes_of_not_having_stopped)
{
    static const char *const texts[] = {
        "sgd:momentum=0.9,dampening=0.5", "rmsprop:momentum=0.9", "adamw:decay=0.1,clip=1",
        "if_shampoo:state=bfloat16,interval=2", "shampoo:state=bfloat16,interval=2"};
    for (int i = 0; i < 5; i++) every_kind_goes_on(backend, texts[i]);
    check_every_kind(every_kind_goes_on, "");
}

Test(optimizer, the_bytes_of_state_are_known_without_making_anything)
{
    check_every_kind(every_kind_knows_its_bytes, "");
}

Test(optimizer, a_parameter_that_shares_memory_is_updated_once)
{
    SmallTable *small = random_table(1007);
    small->item[2].value = small->item[0].value; /* the head is the embedding */
    small->item[2].gradient = small->item[0].gradient;
    real before = *small_value(small, 0);
    Optimizer *optimizer = optimizer_create("sgd", backend, &small->table);
    optimizer_step(optimizer, 0.25);
    cr_expect(eq(flt, *small_value(small, 0), before - 0.25f * *small_gradient(small, 0)));
    optimizer_free(optimizer);
    small_table_free(small);
}

/* ---- texts */

Test(optimizer, the_text_spells_every_key_out_and_means_the_same)
{
    SmallTable *small = random_table(1008);
    Optimizer *optimizer = optimizer_create("adamw:decay=0.1", backend, &small->table);
    cr_expect(eq(str, (char *)optimizer_text(optimizer),
                 "adamw:beta1=0.9,beta2=0.999,epsilon=1e-08,decay=0.1,clip=0"));
    optimizer_free(optimizer);
    small_table_free(small);
    check_every_kind(every_kind_spells_itself_out, "");
}

static void create(void *text)
{
    SmallTable *small = small_table(backend);
    optimizer_free(optimizer_create(text, backend, &small->table));
}

Test(optimizer, a_wrong_text_ends_with_the_list_of_what_is_known)
{
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"adamx", "optimizer 'adamx' is not one of sgd, sign, rmsprop, adam, adamw, muon"},
        {"adamw:beta3=1", "unknown key 'beta3'; the keys of adamw are: beta1, beta2, epsilon"},
        {"sgd:momentum=1.5", "momentum = 1.5 is not in 0 … 1"},
        {"sgd:decay=-1", "decay = -1 is not in 0"},
    };
    for (int i = 0; i < 4; i++) {
        Ending ending = dying_run(create, (void *)wrong[i].text);
        cr_expect(eq(int, ending.exit_code, 2));
        cr_expect(strstr(ending.err, wrong[i].message) != NULL, "%s", ending.err);
    }
}
