#include "compute/backend.h"

#include "matrices.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

/* A single number, odd sizes, a long vector, and enough rows for several blocks. */
static const int64_t shapes[][2] = {{1, 1}, {1, 7}, {5, 3}, {17, 33}, {1, 40001}, {300, 129}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Runs `check` for every shape, with gaps between the rows and without. */
static void for_shapes(void (*check)(Backend *backend, int64_t rows, int64_t cols, int64_t gap))
{
    Backend *backend = backend_cpu();
    for (int s = 0; s < SHAPES; s++)
        for (int64_t gap = 0; gap <= 3; gap += 3) check(backend, shapes[s][0], shapes[s][1], gap);
    backend->close(backend);
}

static double *doubles(int64_t count) { return calloc((size_t)count, sizeof(double)); }

/* ---- memory */

static void check_fill_and_axpy(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    Matrix x = matrix_random(backend, 1, rows, cols, gap);
    Matrix y = matrix_random(backend, 2, rows, cols, 2 * gap);
    double *want = doubles(rows * cols);
    for (int64_t k = 0; k < rows * cols; k++)
        want[k] = matrix_at(y, k / cols, k % cols) + -1.5 * matrix_at(x, k / cols, k % cols);
    backend->axpy(backend, (real)-1.5, x, y);
    matrix_check("axpy", y, want, NULL, 16.0 * REAL_EPSILON); /* |y| < 16, rounded once */
    for (int64_t k = 0; k < rows * cols; k++) want[k] = 0.25;
    backend->fill(backend, y, (real)0.25);
    matrix_check("fill", y, want, NULL, 0.0);
    matrix_release(backend, 2, (Matrix[]){x, y});
    free(want);
}

Test(elements, fill_sets_and_axpy_adds_to_every_element_and_to_no_gap)
{
    for_shapes(check_fill_and_axpy);
}

static void check_copy(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    Matrix x = matrix_random(backend, 1, rows, cols, gap);
    Matrix back = matrix_random(backend, 2, rows, cols, 2 * gap);
    double *want = doubles(2 * rows * cols), *size = want + rows * cols;
    for (int64_t k = 0; k < rows * cols; k++) {
        want[k] = matrix_at(x, k / cols, k % cols);
        size[k] = fabs(want[k]);
    }
    /* By way of each dtype: 8 bits of bfloat16 are half a unit in 2^-8; 24 bits in 2^-24. */
    static const double unit[] = {
        [DTYPE_FLOAT32] = 0x1p-24, [DTYPE_BFLOAT16] = 0x1p-8 * 1.01, [DTYPE_FLOAT64] = 0.0};
    for (int dtype = DTYPE_FLOAT32; dtype <= DTYPE_FLOAT64; dtype++) {
        size_t bytes = dtype_size((Dtype)dtype);
        void *memory = backend->alloc(backend, (size_t)(rows * (cols + gap)) * bytes);
        Matrix other = {memory, rows, cols, cols + gap, (Dtype)dtype};
        backend->copy(backend, x, other);
        backend->copy(backend, other, back);
        matrix_check("copied", back, want, size, unit[dtype]);
        backend->release(backend, memory);
    }
    matrix_release(backend, 2, (Matrix[]){x, back});
    free(want);
}

Test(elements, a_copy_by_way_of_any_dtype_is_as_near_as_that_dtype_allows)
{
    for_shapes(check_copy);
}

Test(elements, a_bfloat16_matrix_comes_back_from_float_with_its_bits)
{
    Backend *backend = backend_cpu();
    uint16_t bits[256], back[256];
    real wide[256];
    for (int k = 0; k < 256; k++) bits[k] = (uint16_t)(k * 127);
    Matrix from = {bits, 16, 16, 16, DTYPE_BFLOAT16}, to = {back, 16, 16, 16, DTYPE_BFLOAT16};
    backend->copy(backend, from, matrix_of(wide, 16, 16));
    backend->copy(backend, matrix_of(wide, 16, 16), to);
    close_check_bytes("bfloat16", sizeof bits, back, bits);
    backend->close(backend);
}

/* ---- activations */

static double phi_of(Activation phi, double x)
{
    double u = sqrt(2.0 / M_PI) * (x + 0.044715 * x * x * x);
    double value[ACT_KINDS] = {[ACT_NONE] = x,
                               [ACT_RELU] = x > 0.0 ? x : 0.0,
                               [ACT_RELU2] = x > 0.0 ? x * x : 0.0,
                               [ACT_GELU] = 0.5 * x * (1.0 + tanh(u)),
                               [ACT_SILU] = x / (1.0 + exp(-x))};
    return value[phi];
}

static double slope_of(Activation phi, double x)
{
    double u = sqrt(2.0 / M_PI) * (x + 0.044715 * x * x * x), t = tanh(u), e = exp(-x);
    double bend = sqrt(2.0 / M_PI) * (1.0 + 3.0 * 0.044715 * x * x);
    double slope[ACT_KINDS] = {[ACT_NONE] = 1.0,
                               [ACT_RELU] = x > 0.0,
                               [ACT_RELU2] = x > 0.0 ? 2.0 * x : 0.0,
                               [ACT_GELU] = 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * bend,
                               [ACT_SILU] = (1.0 + e + x * e) / ((1.0 + e) * (1.0 + e))};
    return slope[phi];
}

/* Values up to 5² and slopes up to 10, of a few roundings each: 8 of them. */
static const double unit = 8.0 * 25.0 * REAL_EPSILON;

static void check_activation(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    int64_t count = rows * cols;
    double *value = doubles(4 * count), *slope = value + count, *sum = slope + count;
    for (int phi = 0; phi < ACT_KINDS; phi++) {
        Matrix x = matrix_random(backend, 1, rows, cols, gap);
        Matrix y = matrix_random(backend, 2, rows, cols, 2 * gap);
        Matrix dy = matrix_random(backend, 3, rows, cols, gap);
        Matrix dx = matrix_random(backend, 4, rows, cols, 0);
        for (int64_t k = 0; k < count; k++) {
            double at = matrix_at(x, k / cols, k % cols);
            value[k] = phi_of((Activation)phi, at);
            slope[k] = slope_of((Activation)phi, at) * matrix_at(dy, k / cols, k % cols);
            sum[k] = slope[k] + matrix_at(dx, k / cols, k % cols);
        }
        backend->activate(backend, (Activation)phi, x, y);
        matrix_check("phi", y, value, NULL, unit);
        backend->activate_backward(backend, (Activation)phi, x, dy, dx, true);
        matrix_check("dx added", dx, sum, NULL, unit);
        backend->activate_backward(backend, (Activation)phi, x, dy, dy, false);
        matrix_check("dx in the place of dy", dy, slope, NULL, unit);
        backend->activate(backend, (Activation)phi, x, x);
        matrix_check("phi in place", x, value, NULL, unit);
        matrix_release(backend, 4, (Matrix[]){x, y, dy, dx});
    }
    free(value);
}

Test(elements, every_activation_and_its_slope_are_their_definition_in_place_or_not)
{
    for_shapes(check_activation);
}

static void check_gate(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    Matrix x = matrix_random(backend, 1, rows, 2 * cols, gap);
    Matrix y = matrix_random(backend, 2, rows, cols, 2 * gap);
    Matrix dy = matrix_random(backend, 3, rows, cols, gap);
    Matrix dx = matrix_random(backend, 4, rows, 2 * cols, gap);
    double *value = doubles(3 * rows * cols), *slope = value + rows * cols;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++) {
            double gate = matrix_at(x, i, j), up = matrix_at(x, i, cols + j);
            double g = matrix_at(dy, i, j), *row = slope + 2 * i * cols;
            value[i * cols + j] = phi_of(ACT_SILU, gate) * up;
            row[j] = slope_of(ACT_SILU, gate) * up * g;
            row[cols + j] = phi_of(ACT_SILU, gate) * g;
        }
    backend->gate(backend, x, y);
    matrix_check("gate", y, value, NULL, unit);
    backend->gate_backward(backend, x, dy, dx);
    matrix_check("gate's dx", dx, slope, NULL, unit);
    matrix_release(backend, 4, (Matrix[]){x, y, dy, dx});
    free(value);
}

Test(elements, the_gate_is_silu_of_the_first_half_times_the_second) { for_shapes(check_gate); }

/* ---- dropout */

static void check_dropout(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    Matrix x = matrix_random(backend, 1, rows, cols, gap);
    Matrix y = matrix_random(backend, 2, rows, cols, 2 * gap);
    double *want = doubles(2 * rows * cols), *size = want + rows * cols;
    Rng stream = rng_stream(3, 4, RNG_NOISE);
    stream.index = 1001;
    Rng word = stream;
    for (int64_t k = 0; k < rows * cols; k++) {
        bool stays = rng_u32(&word) * 0x1p-32 >= 0.3;
        want[k] = stays ? matrix_at(x, k / cols, k % cols) / 0.7 : 0.0;
        size[k] = fabs(want[k]);
    }
    backend->dropout(backend, stream, NULL, (real)0.3, x, y);
    matrix_check("dropout", y, want, size, 4.0 * REAL_EPSILON);
    const int64_t step = (INT64_C(1) << 32) + stream.trial; /* streams repeat after 2^32 steps */
    stream.trial = 99;
    backend->dropout(backend, stream, &step, (real)0.3, x, x);
    matrix_check("dropout in place, the step from memory", x, want, size, 4.0 * REAL_EPSILON);
    matrix_release(backend, 2, (Matrix[]){x, y});
    free(want);
}

Test(elements, dropout_looks_at_its_own_number_of_the_stream_for_each_element)
{
    for_shapes(check_dropout);
}

Test(elements, dropout_of_share_0_changes_nothing_and_keeps_the_mean_otherwise)
{
    enum { N = 1 << 20 };
    Backend *backend = backend_cpu();
    Matrix x = matrix_random(backend, 1, 1, N, 0), y = matrix_random(backend, 2, 1, N, 0);
    backend->dropout(backend, rng_stream(1, 1, RNG_NOISE), NULL, (real)0, x, y);
    close_check_bytes("share 0", N * sizeof(real), y.data, x.data);
    backend->fill(backend, x, (real)1);
    backend->dropout(backend, rng_stream(1, 1, RNG_NOISE), NULL, (real)0.25, x, y);
    double mean = 0.0;
    for (int64_t k = 0; k < N; k++) mean += (double)matrix_reals(y)[k] / N;
    /* deviation sqrt(share / (1 − share) / N) = 0.58 / 1024; five of them */
    close_check_one("mean", mean, 1.0, 5.0 * 0.58 / 1024.0);
    matrix_release(backend, 2, (Matrix[]){x, y});
    backend->close(backend);
}

/* ---- a table of rows */

static void check_add_rows(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    int64_t period = (rows + 2) / 3;
    Matrix x = matrix_random(backend, 1, rows, cols, gap);
    Matrix table = matrix_random(backend, 2, period, cols, 1);
    Matrix y = matrix_random(backend, 3, rows, cols, 2 * gap);
    Matrix dtable = matrix_random(backend, 4, period, cols, gap);
    double *want = doubles(2 * rows * cols), *sum = want + rows * cols;
    for (int64_t k = 0; k < period * cols; k++) sum[k] = matrix_at(dtable, k / cols, k % cols);
    for (int64_t k = 0; k < rows * cols; k++) {
        want[k] = matrix_at(x, k / cols, k % cols) + matrix_at(table, k / cols % period, k % cols);
        sum[k % (period * cols)] += matrix_at(x, k / cols, k % cols);
    }
    backend->add_rows(backend, x, table, y);
    matrix_check("add_rows", y, want, NULL, 16.0 * REAL_EPSILON);
    backend->add_rows_backward(backend, x, dtable);
    matrix_check("dtable", dtable, sum, NULL, 64.0 * REAL_EPSILON); /* three sums below 16 */
    backend->add_rows(backend, x, table, x);
    matrix_check("add_rows in place", x, want, NULL, 16.0 * REAL_EPSILON);
    matrix_release(backend, 4, (Matrix[]){x, table, y, dtable});
    free(want);
}

Test(elements, rows_of_a_table_are_added_in_turn_and_get_the_sums_of_their_gradients)
{
    for_shapes(check_add_rows);
}

/* ---- reductions */

static void check_sums(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    Matrix x = matrix_random(backend, 1, rows, cols, gap);
    Matrix sums = matrix_random(backend, 2, 1, cols, 0);
    double *want = doubles(2 * cols), *size = want + cols, squares = 0.5, got = 0.5;
    for (int64_t j = 0; j < cols; j++) want[j] = matrix_at(sums, 0, j);
    for (int64_t k = 0; k < rows * cols; k++) {
        double at = matrix_at(x, k / cols, k % cols);
        want[k % cols] += at;
        squares += at * at;
    }
    for (int64_t j = 0; j < cols; j++) size[j] = fabs(want[j]);
    backend->sum_columns(backend, x, sums);
    /* Doubles inside, rounded once at the end. */
    for (int64_t j = 0; j < cols; j++) size[j] += (double)rows * 0x1p-40;
    close_check_double("sums of columns", cols, matrix_reals(sums), want, size,
                       0.51 * REAL_EPSILON);
    backend->sum_squares(backend, x, &got);
    close_check_one("sum of squares", got, squares, (double)(rows * cols) * 1.2e-16 * squares);
    matrix_release(backend, 2, (Matrix[]){x, sums});
    free(want);
}

Test(elements, sums_of_columns_and_squares_are_summed_in_double_and_added)
{
    for_shapes(check_sums);
}

/* A float's sum of 2^25 ones would stop at 2^24. */
Test(elements, a_sum_of_squares_does_not_stall)
{
    enum { N = 1 << 25 };
    Backend *backend = backend_cpu();
    Matrix x = matrix_of(backend->alloc(backend, N * sizeof(real)), N / 4, 4);
    double sum = 0.0;
    real sums[4] = {0};
    backend->fill(backend, x, (real)1);
    backend->sum_squares(backend, x, &sum);
    cr_expect(eq(dbl, sum, (double)N));
    x.rows = N / 4, x.cols = 1, x.stride = 4;
    backend->sum_columns(backend, x, matrix_of(sums, 1, 1));
    cr_expect(eq(dbl, (double)sums[0], (double)(N / 4)));
    backend->release(backend, x.data);
    backend->close(backend);
}

Test(elements, clipping_scales_to_the_limit_only_what_is_longer)
{
    Backend *backend = backend_cpu();
    StepConstants k = {0};
    static const double squares[] = {25.0, 4.0, 0.0, INFINITY, NAN};
    static const double factor[] = {0.4, 1.0, 1.0, 0.0, 1.0};
    for (int i = 0; i < 5; i++) {
        backend->clip(backend, &squares[i], (real)2, &k);
        close_check_one("clip", (double)k.clip, factor[i], REAL_EPSILON);
    }
    backend->clip(backend, &squares[0], (real)0, &k); /* off */
    close_check_one("no limit", (double)k.clip, 1.0, 0.0);
    backend->close(backend);
}

static void check_normalise(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    Matrix x = matrix_random(backend, 1, rows, cols, gap);
    Matrix y = matrix_random(backend, 2, rows, cols, 2 * gap);
    double sum = 0.0, length = 0.0;
    backend->sum_squares(backend, x, &sum);
    backend->normalise(backend, &sum, x, y);
    backend->sum_squares(backend, y, &length);
    /* The factor and each product are rounded: 3 roundings of each square. */
    close_check_one("length", length, 1.0, 4.0 * REAL_EPSILON);
    cr_expect(matrix_gaps_whole(y));
    backend->normalise(backend, &sum, x, x);
    for (int64_t i = 0; i < rows; i++)
        close_check_bytes("in place", (size_t)cols * sizeof(real), matrix_row(x, i),
                          matrix_row(y, i));
    matrix_release(backend, 2, (Matrix[]){x, y});
}

Test(elements, a_normalised_matrix_has_length_1) { for_shapes(check_normalise); }

static void check_scale_by_norm(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    Matrix x = matrix_random(backend, 1, rows, cols, gap);
    Matrix y = matrix_random(backend, 2, rows, cols, 2 * gap);
    const double sum = 6.25;
    double *want = doubles(rows * cols);
    for (int64_t k = 0; k < rows * cols; k++) want[k] = 2.5 * matrix_at(x, k / cols, k % cols);
    backend->scale_by_norm(backend, &sum, x, y);
    matrix_check("scaled", y, want, NULL, 8.0 * REAL_EPSILON); /* |y| < 16, rounded once */
    backend->scale_by_norm(backend, &sum, x, x);
    matrix_check("scaled in place", x, want, NULL, 8.0 * REAL_EPSILON);
    matrix_release(backend, 2, (Matrix[]){x, y});
    free(want);
}

Test(elements, scaling_by_a_norm_multiplies_by_the_root_of_the_sum)
{
    for_shapes(check_scale_by_norm);
}

static void check_scale_columns(Backend *backend, int64_t rows, int64_t cols, int64_t gap)
{
    static const double powers[] = {-1.0, -0.5, -0.125, 0.0, 1.0};
    Matrix x = matrix_random(backend, 1, rows, cols, gap);
    Matrix y = matrix_random(backend, 2, rows, cols, 2 * gap);
    Matrix w = matrix_random(backend, 3, 1, cols, 0);
    double *want = doubles(2 * rows * cols), *size = want + rows * cols;
    for (int p = 0; p < 5; p++) {
        for (int64_t k = 0; k < rows * cols; k++) {
            double value = fmax(matrix_at(w, 0, k % cols), 0.0) + 1e-3;
            want[k] = matrix_at(x, k / cols, k % cols) * pow(value, powers[p]);
            size[k] = fabs(want[k]);
        }
        backend->scale_columns(backend, x, w, (real)1e-3, (real)powers[p], y);
        /* |ln| < 7: the power's error 7 units of the logarithm and 2 of the exponential. */
        matrix_check("columns", y, want, size, 12.0 * (double)FLT_EPSILON);
    }
    backend->scale_columns(backend, x, w, (real)1e-3, 1, x);
    matrix_check("columns in place", x, want, size, 12.0 * (double)FLT_EPSILON);
    matrix_release(backend, 3, (Matrix[]){x, y, w});
    free(want);
}

Test(elements, columns_are_scaled_by_powers_of_their_eigenvalues)
{
    for_shapes(check_scale_columns);
}

Test(elements, an_eigenvalue_that_is_no_number_leaves_none)
{
    Backend *backend = backend_cpu();
    real x[2] = {1, 1}, w[2] = {(real)NAN, (real)INFINITY};
    Matrix whole = matrix_of(x, 1, 2);
    backend->scale_columns(backend, whole, matrix_of(w, 1, 2), 0, -0.5, whole);
    for (int k = 0; k < 2; k++) cr_expect(isnan((double)x[k]));
    backend->close(backend);
}

Test(elements, normalising_zeros_gives_zeros)
{
    Backend *backend = backend_cpu();
    real x[3] = {0};
    double sum = 0.0;
    backend->normalise(backend, &sum, matrix_of(x, 1, 3), matrix_of(x, 1, 3));
    for (int k = 0; k < 3; k++) cr_expect(eq(dbl, (double)x[k], 0.0));
    backend->close(backend);
}
