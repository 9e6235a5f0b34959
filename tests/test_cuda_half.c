/* Operations of transformers on activations of bfloat16. The CPU does them in float32 from the same
 * numbers; what a formula makes of them is rounded once, so that the device has the CPU's result
 * rounded, bit by bit. Parameters, their gradients and statistics are float32 on both. */
#include "cuda_twins.h"

/* Half a unit of the last of 8 bits, relative. */
#define HALF 0x1p-8

/* Single numbers, rows that four does not divide, long vectors, rows of whole 8 bytes. */
static const int64_t shapes[][2] = {{1, 1},    {1, 7},    {5, 3},  {17, 33},
                                    {1, 5001}, {70, 129}, {9, 64}, {3, 1100}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* A gap of 4 leaves rows at multiples of 8 bytes where four divides them, gaps of 2 and 3 do not.
 */
static const int64_t gaps[] = {0, 2, 3, 4};
enum { GAPS = sizeof gaps / sizeof *gaps };

static void for_shapes(void (*check)(Pair *pair, int64_t rows, int64_t cols, int64_t gap))
{
    Pair pair = pair_open();
    for (int k = 0; k < SHAPES; k++)
        for (int g = 0; g < GAPS; g++) {
            check(&pair, shapes[k][0], shapes[k][1], gaps[g]);
            pair_clear(&pair);
        }
    pair_close(&pair);
}

/* The CPU's numbers rounded are the device's. A CPU without a fused multiply-add may round to the
 * neighbour. */
static void check_rounded(Pair *pair, const char *what, Twin y)
{
    Matrix A = y.on[SIDE_CPU];
    for (int64_t i = 0; i < A.rows; i++)
        for (int64_t j = 0; j < A.cols; j++)
            matrix_row(A, i)[j] = rule_bfloat16(matrix_row(A, i)[j]);
#ifdef FP_FAST_FMAF
    twin_check(pair, what, y, 0.0, 0.0);
#else
    twin_check(pair, what, y, 2.0 * HALF, REAL_EPSILON);
#endif
}

/* ---- element by element */

static void check_activation(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    for (int phi = 0; phi < ACT_KINDS; phi++) {
        Twin x = twin_half_random(pair, 1, rows, cols, gap);
        Twin y = twin_half_random(pair, 2, rows, cols, gap);
        Twin dy = twin_half_random(pair, 3, rows, cols, gap);
        Twin dx = twin_half_random(pair, 4, rows, cols, gap);
        for (int s = 0; s < SIDES; s++) {
            Backend *backend = pair->side[s];
            backend->activate(backend, (Activation)phi, x.on[s], y.on[s]);
            backend->activate_backward(backend, (Activation)phi, x.on[s], dy.on[s], dx.on[s], true);
            backend->activate_backward(backend, (Activation)phi, x.on[s], dy.on[s], dy.on[s],
                                       false);
        }
        check_rounded(pair, "phi", y);
        check_rounded(pair, "dx added", dx);
        check_rounded(pair, "dx in the place of dy", dy);
    }
}

Test(cuda_half, activations_and_their_slopes_are_those_of_the_cpu_rounded_once)
{
    for_shapes(check_activation);
}

static void check_gate(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    Twin x = twin_half_random(pair, 1, rows, 2 * cols, gap);
    Twin y = twin_half_random(pair, 2, rows, cols, gap);
    Twin dy = twin_half_random(pair, 3, rows, cols, 0);
    Twin dx = twin_half_random(pair, 4, rows, 2 * cols, gap);
    for (int s = 0; s < SIDES; s++) {
        pair->side[s]->gate(pair->side[s], x.on[s], y.on[s]);
        pair->side[s]->gate_backward(pair->side[s], x.on[s], dy.on[s], dx.on[s]);
    }
    check_rounded(pair, "gate", y);
    check_rounded(pair, "gate's dx", dx);
}

Test(cuda_half, the_gate_and_its_gradient_are_those_of_the_cpu_rounded_once)
{
    for_shapes(check_gate);
}

static void check_sums(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    Twin x = twin_half_random(pair, 1, rows, cols, gap);
    Twin y = twin_half_random(pair, 2, rows, cols, gap);
    Twin z = twin_half_random(pair, 3, rows, cols, gap);
    for (int s = 0; s < SIDES; s++) {
        Backend *backend = pair->side[s];
        backend->axpy(backend, (real)-0.7, x.on[s], y.on[s]);
        backend->copy(backend, y.on[s], z.on[s]);
        backend->fill(backend, x.on[s], (real)0.1);
    }
    check_rounded(pair, "axpy", y);
    check_rounded(pair, "copy", z);
    check_rounded(pair, "fill", x);
}

Test(cuda_half, sums_copies_and_constants_are_those_of_the_cpu_rounded_once)
{
    for_shapes(check_sums);
}

static void check_dropout(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    Rng stream = rng_stream(0x123456789abcdef, 4, RNG_NOISE);
    Twin x = twin_half_random(pair, 1, rows, cols, gap);
    Twin y = twin_half_random(pair, 2, rows, cols, gap);
    for (int s = 0; s < SIDES; s++) {
        pair->side[s]->dropout(pair->side[s], stream, NULL, (real)0.3, x.on[s], y.on[s]);
        pair->side[s]->dropout(pair->side[s], stream, NULL, (real)0.7, x.on[s], x.on[s]);
    }
    check_rounded(pair, "dropout", y);
    check_rounded(pair, "dropout in place", x);
}

Test(cuda_half, dropout_leaves_what_the_cpu_leaves_rounded_once) { for_shapes(check_dropout); }

/* ---- tables, which are float32 */

static void check_add_rows(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    int64_t period = (rows + 2) / 3;
    Twin x = twin_half_random(pair, 1, rows, cols, gap);
    Twin y = twin_half_random(pair, 2, rows, cols, gap);
    Twin table = twin_random(pair, 3, period, cols, gap);
    Twin dtable = twin_random(pair, 4, period, cols, gap);
    for (int s = 0; s < SIDES; s++) {
        Backend *backend = pair->side[s];
        backend->add_rows(backend, x.on[s], table.on[s], y.on[s]);
        backend->add_rows_backward(backend, x.on[s], dtable.on[s]);
    }
    check_rounded(pair, "add_rows", y);
    twin_check_same(pair, "dtable", dtable);
}

Test(cuda_half, a_table_is_added_and_gets_the_very_sums_of_the_cpu) { for_shapes(check_add_rows); }

/* Of 8 tokens each stands at most 64 times among 300, so that its rows are summed as on the CPU;
 * one alone stands in five chunks, whose sums of some 64 numbers below 5 are rounded 300 times. */
static void check_embed(Pair *pair, int64_t cols, int64_t gap, int32_t tokens)
{
    enum { POSITIONS = 300 };
    int32_t host[POSITIONS];
    for (int32_t k = 0; k < POSITIONS; k++) host[k] = k * 5 % tokens;
    Twin ids = twin_bytes(pair, sizeof host, host);
    Twin table = twin_random(pair, 1, 8, cols, gap), dtable = twin_random(pair, 2, 8, cols, gap);
    Twin y = twin_half_random(pair, 3, POSITIONS, cols, gap);
    Twin dy = twin_half_random(pair, 4, POSITIONS, cols, gap);
    for (int s = 0; s < SIDES; s++) {
        pair->side[s]->embed(pair->side[s], ids.on[s].data, table.on[s], y.on[s]);
        pair->side[s]->embed_backward(pair->side[s], ids.on[s].data, dy.on[s], dtable.on[s]);
    }
    check_rounded(pair, "rows of the table", y);
    if (tokens == 8)
        twin_check_same(pair, "dtable", dtable);
    else
        twin_check(pair, "dtable of one token", dtable, 0.0, 300.0 * 100.0 * 0.5 * REAL_EPSILON);
}

Test(cuda_half, rows_of_a_table_are_rounded_and_its_gradient_is_not)
{
    Pair pair = pair_open();
    for (int64_t cols = 6; cols < 70; cols += 31)
        for (int g = 0; g < GAPS; g++) {
            check_embed(&pair, cols, gaps[g], 8);
            check_embed(&pair, cols + 2, gaps[g], 1);
            pair_clear(&pair);
        }
    pair_close(&pair);
}

/* Sums in double of the same numbers in another order, then rounded to neighbours at most. */
static void check_columns(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    Twin x = twin_half_random(pair, 1, rows, cols, gap), sums = twin_random(pair, 2, 1, cols, 0);
    for (int s = 0; s < SIDES; s++) pair->side[s]->sum_columns(pair->side[s], x.on[s], sums.on[s]);
    twin_check(pair, "sums of columns", sums, REAL_EPSILON, (double)(rows * rows) * 0x1p-53 * 5.0);
}

Test(cuda_half, sums_of_columns_are_float32) { for_shapes(check_columns); }

/* ---- norms */

typedef struct {
    Twin x, weight, bias, y, stats, dy, dx, dweight, dbias;
} Norm;

static Norm norm_new(Pair *pair, NormKind kind, int64_t rows, int64_t cols, int64_t gap)
{
    bool has_bias = kind == NORM_LAYER;
    return (Norm){.x = twin_half_random(pair, 1, rows, cols, gap),
                  .weight = twin_random(pair, 2, 1, cols, 0),
                  .bias = has_bias ? twin_random(pair, 3, 1, cols, 0) : twin_absent(),
                  .y = twin_half_random(pair, 4, rows, cols, gap),
                  .stats = twin_random(pair, 5, rows, 2, 0),
                  .dy = twin_half_random(pair, 6, rows, cols, gap),
                  .dx = twin_half_random(pair, 7, rows, cols, gap),
                  .dweight = twin_random(pair, 8, 1, cols, 0),
                  .dbias = has_bias ? twin_random(pair, 9, 1, cols, 0) : twin_absent()};
}

/* In float32 a result is some (cols + 8) roundings of numbers below 30 away from the CPU's, as in
 * test_cuda_rows.c; then y is rounded. */
static void check_forward(Pair *pair, NormKind kind, const Norm *norm)
{
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->norm(pair->side[s], kind, norm->x.on[s], norm->weight.on[s],
                            norm->bias.on[s], norm->y.on[s], norm->stats.on[s]);
    double unit = (double)(norm->x.on[SIDE_CPU].cols + 8) * 30.0 * REAL_EPSILON;
    twin_check(pair, "y", norm->y, HALF, 2.0 * unit);
    twin_check(pair, "mean and unscale", norm->stats, 0.0, 30.0 * unit);
}

/* From the same statistics: dx has two sums of cols terms below 16 and unscale, below 30; then it
 * is rounded. dweight and dbias are rounded once, to float32, from sums in double. */
static void check_backward(Pair *pair, NormKind kind, const Norm *norm, bool adds)
{
    int64_t rows = norm->x.on[SIDE_CPU].rows, cols = norm->x.on[SIDE_CPU].cols;
    twin_agree(pair, norm->stats);
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->norm_backward(pair->side[s], kind, norm->x.on[s], norm->weight.on[s],
                                     norm->stats.on[s], norm->dy.on[s], norm->dx.on[s], adds,
                                     norm->dweight.on[s], norm->dbias.on[s]);
    twin_check(pair, "dx", norm->dx, HALF, 100.0 * REAL_EPSILON * (double)(cols + 8) * 30.0);
    double sums = (4.0 + (double)rows) * 0.5 * REAL_EPSILON;
    twin_check(pair, "dweight", norm->dweight, 0.0, sums);
    if (matrix_exists(norm->dbias.on[SIDE_CPU])) twin_check(pair, "dbias", norm->dbias, 0.0, sums);
}

static void check_norm(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    if (cols == 1) return; /* of which every norm is its bias, or a sign */
    for (int kind = NORM_LAYER; kind <= NORM_RMS; kind++)
        for (int adds = 0; adds < 2; adds++) {
            Norm norm = norm_new(pair, (NormKind)kind, rows, cols, gap);
            check_forward(pair, (NormKind)kind, &norm);
            check_backward(pair, (NormKind)kind, &norm, adds);
        }
}

Test(cuda_half, norms_keep_statistics_and_gradients_of_parameters_in_float32)
{
    for_shapes(check_norm);
}

/* ---- rotary positions: as in test_cuda_rows.c, then each number is rounded */

Test(cuda_half, rotation_is_that_of_the_cpu_rounded)
{
    Pair pair = pair_open();
    static const AttentionShape rows[] = {{1, 1, 1, 1, 2, true},
                                          {2, 5, 4, 2, 6, true},
                                          {3, 64, 2, 2, 32, true},
                                          {2, 128, 3, 1, 16, true}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        for (int sign = 1; sign >= -1; sign -= 2) {
            int64_t cols = (rows[k].heads + 2 * rows[k].key_heads) * rows[k].head_size;
            Twin x = twin_half_random(&pair, 1, rows[k].batch * rows[k].context, cols, 2);
            for (int s = 0; s < SIDES; s++)
                pair.side[s]->rotate(pair.side[s], &rows[k], x.on[s], sign);
            twin_check(&pair, "turned", x, HALF, 2.0 * 8.0 * 5.0 * REAL_EPSILON);
        }
    pair_close(&pair);
}

/* ---- where a matrix begins */

Test(cuda_half, columns_of_a_matrix_are_worked_on_wherever_they_begin)
{
    Pair pair = pair_open();
    for (int64_t first = 0; first < 6; first++) {
        Twin x = twin_half_random(&pair, 1, 9, 72, 0), y = twin_half_random(&pair, 2, 9, 64, 0);
        for (int s = 0; s < SIDES; s++)
            pair.side[s]->activate(pair.side[s], ACT_SILU, matrix_columns(x.on[s], first, 64),
                                   y.on[s]);
        check_rounded(&pair, "from inside", y);
        for (int s = 0; s < SIDES; s++)
            pair.side[s]->activate(pair.side[s], ACT_RELU2, y.on[s],
                                   matrix_columns(x.on[s], first, 64));
        check_rounded(&pair, "to inside", x);
    }
    pair_close(&pair);
}
