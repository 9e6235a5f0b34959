/* Controls of rf_rmsprop: shuffled is the same divisors in other places, norms the same lengths
 * along the gradient. (The numbers themselves are in tests/golden/root_free.csv.) */
#include "optim/direction.h"

#include "close.h"
#include "dying.h"
#include "small_table.h"

#include <criterion/new/assert.h>
#include <omp.h>

#define KEYS "beta2=0.8,damping=0.05,batch=4"

static Backend *backend;

static void set_up(void) { backend = backend_cpu(); }
static void tear_down(void) { backend->close(backend); }

TestSuite(direction, .init = set_up, .fini = tear_down);

static const int64_t first[] = {0, 15, 25, 31}, count[] = {15, 10, 6, 4}; /* of the small table */
enum { TENSORS = sizeof count / sizeof *count };

/* ---- the cycle */

static void draw_order(const char *text, int32_t order[SMALL_COUNT])
{
    SmallTable *small = small_table(backend);
    Optimizer *optimizer = optimizer_create(text, backend, &small->table);
    for (int k = 0; k < SMALL_COUNT; k++) order[k] = optimizer->order[small_table_place(small, k)];
    optimizer_free(optimizer);
    small_table_free(small);
}

Test(direction, shuffling_is_one_cycle_through_all_numbers_of_a_tensor)
{
    int32_t order[SMALL_COUNT], other[SMALL_COUNT], again[SMALL_COUNT];
    draw_order("rf_rmsprop:direction=shuffled", order);
    draw_order("rf_rmsprop:direction=shuffled,shuffle=1", again);
    draw_order("rf_rmsprop:direction=shuffled,shuffle=2", other);
    for (int p = 0; p < TENSORS; p++) {
        int32_t at = 0;
        for (int64_t step = 1; step < count[p]; step++) {
            at = order[first[p] + at];
            cr_expect(at != 0 && at > 0 && at < count[p], "tensor %d is back after %d", p,
                      (int)step);
        }
        cr_expect(eq(i32, order[first[p] + at], 0));
    }
    close_check_bytes("the same seed", sizeof order, again, order);
    cr_expect(memcmp(order, other, sizeof order) != 0);
}

/* ---- steps */

/* `steps` steps from normal x, with gradients of the sizes size_of(k) and random signs; the way of
 * the last one in `moved`. */
typedef double Sizes(int k, Rng *rng);

static double one_size(int k, Rng *rng)
{
    (void)rng;
    return k < 15 ? 0.25 : k < 25 ? 3.0 : k < 31 ? 0.5 : 1.5;
}

static double many_sizes(int k, Rng *rng)
{
    (void)k;
    return exp(2.0 * rng_normal(rng));
}

typedef struct {
    real x[SMALL_COUNT], g[SMALL_COUNT];
    double moved[SMALL_COUNT];
} Walk;

static Walk walk(const char *text, Sizes *size_of, int steps)
{
    Walk walk;
    SmallTable *small = small_table(backend);
    Optimizer *optimizer = optimizer_create(text, backend, &small->table);
    cr_expect(optimizer_is_steady(optimizer));
    Rng rng = rng_stream(1000, 0, RNG_INIT);
    for (int k = 0; k < SMALL_COUNT; k++) *small_value(small, k) = (real)rng_normal(&rng);
    for (int t = 0; t < steps; t++) {
        for (int k = 0; k < SMALL_COUNT; k++) {
            walk.x[k] = *small_value(small, k);
            walk.g[k] = (real)(size_of(k, &rng) * (rng_uniform(&rng) < 0.5 ? -1.0 : 1.0));
            *small_gradient(small, k) = walk.g[k];
        }
        optimizer_step(optimizer, 0.125);
    }
    for (int k = 0; k < SMALL_COUNT; k++) {
        walk.moved[k] = (double)walk.x[k] - (double)*small_value(small, k);
        walk.x[k] = *small_value(small, k);
    }
    optimizer_free(optimizer);
    small_table_free(small);
    return walk;
}

/* Where |g| is one number in a tensor, v is too, and the place does not matter. */
Test(direction, shuffled_with_equal_mean_squares_is_the_method_itself_to_the_byte)
{
    static const char *const keys[] = {KEYS ",momentum=0.9,decay=0.1",
                                       KEYS ",momentum=0.5,clip=1,decay=0"};
    for (int i = 0; i < 2; i++) {
        char *own = format_text("rf_rmsprop:%s", keys[i]);
        char *shuffled = format_text("rf_rmsprop:%s,direction=shuffled", keys[i]);
        Walk a = walk(own, one_size, 6), b = walk(shuffled, one_size, 6);
        close_check_bytes(keys[i], sizeof a.x, b.x, a.x);
        a = walk(own, many_sizes, 6), b = walk(shuffled, many_sizes, 6);
        double apart = 0.0;
        for (int k = 0; k < SMALL_COUNT; k++) apart = fmax(apart, fabs((double)(a.x[k] - b.x[k])));
        cr_expect(apart > 0.1, "else the test above proves nothing: %g", apart);
        free(own);
        free(shuffled);
    }
}

/* From v = 0 with beta2 = 0 a step without momentum goes rate g / (4 g'² + damping), g' the
 * gradient at the place that the cycle names. */
Test(direction, shuffled_divides_each_number_by_what_the_cycle_names)
{
    int32_t order[SMALL_COUNT];
    const char *text = "rf_rmsprop:beta2=0,damping=0.05,batch=4,momentum=0,direction=shuffled";
    draw_order(text, order);
    Walk one = walk(text, many_sizes, 1);
    for (int p = 0; p < TENSORS; p++)
        for (int64_t k = first[p]; k < first[p] + count[p]; k++) {
            double other = (double)one.g[first[p] + order[k]];
            double want = 0.125 * (double)one.g[k] / (4.0 * other * other + 0.05);
            /* The quotient's roundings, and that of x below 512. */
            close_check_one("moved", one.moved[k], want, 4.0 * REAL_EPSILON * (fabs(want) + 4.0));
        }
}

static double dot(int64_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (int64_t k = 0; k < n; k++) sum += a[k] * b[k];
    return sum;
}

/* 1 − cosine of the way of one step with the gradient, and the way's length. */
static void length_and_angle(const char *text, int tensor, double *length, double *angle)
{
    Walk one = walk(text, many_sizes, 1);
    double g[SMALL_COUNT];
    const double *moved = one.moved + first[tensor];
    for (int64_t k = 0; k < count[tensor]; k++) g[k] = (double)one.g[first[tensor] + k];
    *length = sqrt(dot(count[tensor], moved, moved));
    *angle = 1.0 - dot(count[tensor], moved, g) / (*length * sqrt(dot(count[tensor], g, g)));
}

/* Ways of length 1, as differences of numbers below 4 that are rounded to 2.4e-7. */
Test(direction, norms_goes_as_far_as_the_method_itself_but_along_the_gradient)
{
    for (int p = 0; p < TENSORS; p++) {
        double own, own_angle, length, angle;
        length_and_angle("rf_rmsprop:" KEYS ",momentum=0", p, &own, &own_angle);
        length_and_angle("rf_rmsprop:" KEYS ",momentum=0,direction=norms", p, &length, &angle);
        close_check_one("length", length, own, 1e-6 * own + 1e-6);
        close_check_one("angle", angle, 0.0, 1e-11);
        cr_expect(own_angle > 0.1, "%d: the method itself points elsewhere: %g", p, own_angle);
    }
}

Test(direction, norms_of_no_gradient_is_no_step)
{
    SmallTable *small = small_table(backend);
    Optimizer *optimizer =
        optimizer_create("rf_rmsprop:direction=norms,clip=1", backend, &small->table);
    for (int t = 0; t < 2; t++) optimizer_step(optimizer, 0.1);
    for (int k = 0; k < SMALL_COUNT; k++) cr_expect(eq(flt, *small_value(small, k), 0.0f));
    optimizer_free(optimizer);
    small_table_free(small);
}

/* ---- state, threads, texts */

static const char *const controls[] = {"rf_rmsprop:direction=shuffled,shuffle=5,decay=0.1,clip=1",
                                       "rf_rmsprop:direction=norms,decay=0.1,clip=1"};

static void some_steps(Optimizer *optimizer, SmallTable *small, int from, int to)
{
    for (int t = from; t < to; t++) {
        Rng rng = rng_stream(7, (uint32_t)t, RNG_NOISE);
        for (int k = 0; k < SMALL_COUNT; k++) *small_gradient(small, k) = (real)rng_normal(&rng);
        optimizer_step(optimizer, 0.1);
    }
}

Test(direction, going_on_from_saved_state_gives_the_bytes_of_not_having_stopped)
{
    for (int i = 0; i < 2; i++) {
        SmallTable *whole = small_table(backend), *parts = small_table(backend);
        Optimizer *once = optimizer_create(controls[i], backend, &whole->table);
        some_steps(once, whole, 0, 5);
        Optimizer *before = optimizer_create(controls[i], backend, &parts->table);
        some_steps(before, parts, 0, 3);
        Optimizer *after = optimizer_create(optimizer_text(before), backend, &parts->table);
        int64_t numbers;
        const real *from = optimizer_state(before, &numbers);
        memcpy(optimizer_state(after, &numbers), from, (size_t)numbers * sizeof(real));
        optimizer_set_steps_done(after, 3);
        some_steps(after, parts, 3, 5);
        close_check_bytes(controls[i], (size_t)whole->table.size * sizeof(real),
                          parts->table.values, whole->table.values);
        optimizer_free(once);
        optimizer_free(before);
        optimizer_free(after);
        small_table_free(whole);
        small_table_free(parts);
    }
}

enum { ROWS = 311, COLS = 307, LARGE = ROWS * COLS };

static void large_steps(const char *text, int threads, real *out)
{
    omp_set_num_threads(threads);
    real *x = backend->alloc(backend, LARGE * sizeof *x);
    real *g = backend->alloc(backend, LARGE * sizeof *g);
    Parameter item = {.name = "weight",
                      .group = GROUP_MATRIX,
                      .value = matrix_of(x, ROWS, COLS),
                      .gradient = matrix_of(g, ROWS, COLS)};
    ParameterTable table = {1, &item, LARGE, 0, x, g};
    Rng rng = rng_stream(1005, 0, RNG_INIT);
    for (int64_t k = 0; k < LARGE; k++) g[k] = (real)rng_normal(&rng);
    Optimizer *optimizer = optimizer_create(text, backend, &table);
    for (int t = 0; t < 3; t++) optimizer_step(optimizer, 0.1);
    memcpy(out, x, LARGE * sizeof *x);
    optimizer_free(optimizer);
    backend->release(backend, x);
    backend->release(backend, g);
}

Test(direction, the_number_of_threads_changes_no_byte)
{
    real *alone = alloc_zeroed(LARGE, sizeof *alone), *got = alloc_zeroed(LARGE, sizeof *got);
    for (int i = 0; i < 2; i++) {
        large_steps(controls[i], 1, alone);
        for (int threads = 2; threads <= 8; threads *= 2) {
            large_steps(controls[i], threads, got);
            close_check_bytes(controls[i], LARGE * sizeof *got, got, alone);
        }
    }
    free(alone);
    free(got);
}

static void create(void *text)
{
    SmallTable *small = small_table(backend);
    optimizer_free(optimizer_create(text, backend, &small->table));
}

Test(direction, a_control_is_of_float32_alone_and_only_shuffling_has_a_seed)
{
    Ending ending = dying_run(create, "rf_rmsprop:direction=norms,state=bfloat16");
    cr_expect(eq(int, ending.exit_code, 2));
    cr_expect(strstr(ending.err, "direction=norms needs state=float32") != NULL, "%s", ending.err);
    ending = dying_run(create, "rf_rmsprop:direction=norms,shuffle=3");
    cr_expect(eq(int, ending.exit_code, 2));
    ending = dying_run(create, "rf_rmsprop:direction=sideways");
    cr_expect(eq(int, ending.exit_code, 2));
    cr_expect(strstr(ending.err, "own, shuffled, norms") != NULL, "%s", ending.err);
}
