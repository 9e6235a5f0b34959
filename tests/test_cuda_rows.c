#include "cuda_twins.h"

/* ---- norms */

static const int64_t shapes[][2] = {{1, 2},   {5, 7},    {3, 33},  {17, 64},
                                    {9, 128}, {2, 1028}, {701, 19}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef struct {
    Twin x, weight, bias, y, stats, dy, dx, dweight, dbias;
} Norm;

static Norm norm_new(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    return (Norm){twin_random(pair, 1, rows, cols, gap), twin_random(pair, 2, 1, cols, 0),
                  twin_random(pair, 3, 1, cols, 0),      twin_random(pair, 4, rows, cols, gap),
                  twin_random(pair, 5, rows, 2, 0),      twin_random(pair, 6, rows, cols, gap),
                  twin_random(pair, 7, rows, cols, gap), twin_random(pair, 8, 1, cols, 0),
                  twin_random(pair, 9, 1, cols, 0)};
}

static const Matrix absent;

/* Σ_j |y_j| of row i: what sums over the row are measured by. */
static double *row_sizes(Pair *pair, Twin y)
{
    real *host = twin_numbers(pair, y, SIDE_CPU);
    Matrix A = y.on[SIDE_CPU];
    double *size = alloc_zeroed((size_t)A.rows, sizeof *size);
    for (int64_t i = 0; i < A.rows; i++)
        for (int64_t j = 0; j < A.cols; j++) size[i] += fabs((double)host[i * A.cols + j]);
    free(host);
    return size;
}

/* Forward: mean and deviation are sums of n numbers in another order, (n + 8) units of rounding
 * each; a row of two numbers may divide by 1/30 of them. */
static void check_forward(Pair *pair, NormKind kind, Norm *norm)
{
    int64_t cols = norm->x.on[SIDE_CPU].cols;
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->norm(pair->side[s], kind, norm->x.on[s], norm->weight.on[s],
                            kind == NORM_LAYER ? norm->bias.on[s] : absent, norm->y.on[s],
                            norm->stats.on[s]);
    double unit = (double)(cols + 8) * 30.0 * REAL_EPSILON;
    twin_check(pair, "y", norm->y, 0.0, unit);
    twin_check(pair, "mean and unscale", norm->stats, 0.0, 30.0 * unit);
}

/* The same statistics on both sides: dx has two sums of n terms below 16 and then the same
 * roundings, times unscale, below 30 here; dweight and dbias are rounded once, from doubles. */
static void check_backward(Pair *pair, NormKind kind, Norm *norm, bool adds)
{
    int64_t rows = norm->x.on[SIDE_CPU].rows, cols = norm->x.on[SIDE_CPU].cols;
    twin_agree(pair, norm->stats);
    real *stats = twin_numbers(pair, norm->stats, SIDE_CPU);
    double *size = row_sizes(pair, norm->dy);
    double *bound = alloc_zeroed((size_t)(rows * cols), sizeof *bound);
    for (int64_t k = 0; k < rows * cols; k++)
        bound[k] =
            100.0 * REAL_EPSILON * (size[k / cols] + 8.0) * (1.0 + (double)stats[k / cols * 2 + 1]);
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->norm_backward(pair->side[s], kind, norm->x.on[s], norm->weight.on[s],
                                     norm->stats.on[s], norm->dy.on[s], norm->dx.on[s], adds,
                                     norm->dweight.on[s],
                                     kind == NORM_LAYER ? norm->dbias.on[s] : absent);
    /* Σ |g x̂| ≤ 4 Σ |dy| |x̂|, x̂ below 5; its mean times x̂ again. */
    twin_check_bounds(pair, "dx", norm->dx, bound);
    double sums = (4.0 + (double)rows) * 0.5 * REAL_EPSILON; /* one rounding of Σ ≤ rows / 2 + 4 */
    twin_check(pair, "dweight", norm->dweight, 0.0, sums);
    twin_check(pair, "dbias", norm->dbias, 0.0, sums);
    free(stats), free(size), free(bound);
}

Test(cuda_rows, norms_and_their_gradients_are_those_of_the_cpu)
{
    Pair pair = pair_open();
    for (int k = 0; k < SHAPES; k++)
        for (int kind = NORM_LAYER; kind <= NORM_RMS; kind++)
            for (int variant = 0; variant < 4; variant++) {
                Norm norm = norm_new(&pair, shapes[k][0], shapes[k][1], variant < 3 ? variant : 4);
                check_forward(&pair, (NormKind)kind, &norm);
                check_backward(&pair, (NormKind)kind, &norm, variant % 2);
                pair_clear(&pair);
            }
    pair_close(&pair);
}

/* Numbers around 1000 with deviation 1: mean of squares minus square of the mean would lose
 * 1000² eps = 0.1 of the variance; two passes lose 1000 eps. */
Test(cuda_rows, keep_the_variance_of_numbers_far_from_0)
{
    enum { ROWS = 3, COLS = 512 };
    Pair pair = pair_open();
    Norm norm = norm_new(&pair, ROWS, COLS, 0);
    real *x = twin_numbers(&pair, norm.x, SIDE_CPU);
    for (int k = 0; k < ROWS * COLS; k++) x[k] += (real)1000;
    twin_set(&pair, norm.x, x);
    for (int s = 0; s < SIDES; s++)
        pair.side[s]->norm(pair.side[s], NORM_LAYER, norm.x.on[s], norm.weight.on[s],
                           norm.bias.on[s], norm.y.on[s], norm.stats.on[s]);
    const double mean = 1000.0 * REAL_EPSILON * 250.0, unscale = 1000.0 * REAL_EPSILON;
    const double bound[2 * ROWS] = {mean, unscale, mean, unscale, mean, unscale};
    twin_check_bounds(&pair, "mean and unscale", norm.stats, bound);
    free(x);
    pair_close(&pair);
}

Test(cuda_rows, of_equal_numbers_the_norm_is_the_bias)
{
    Pair pair = pair_open();
    Norm norm = norm_new(&pair, 4, 16, 0);
    for (int s = 0; s < SIDES; s++) {
        pair.side[s]->fill(pair.side[s], norm.x.on[s], (real)3);
        pair.side[s]->norm(pair.side[s], NORM_LAYER, norm.x.on[s], norm.weight.on[s],
                           norm.bias.on[s], norm.y.on[s], norm.stats.on[s]);
    }
    twin_check_same(&pair, "y", norm.y);
    pair_close(&pair);
}

Test(cuda_rows, sums_over_rows_have_the_same_bytes_twice)
{
    Pair pair = pair_open();
    Backend *cuda = pair.side[SIDE_CUDA];
    real *kept = NULL;
    for (int run = 0; run < 2; run++) {
        Norm norm = norm_new(&pair, 1000, 24, 0);
        cuda->norm_backward(cuda, NORM_LAYER, norm.x.on[SIDE_CUDA], norm.weight.on[SIDE_CUDA],
                            norm.stats.on[SIDE_CUDA], norm.dy.on[SIDE_CUDA], norm.dx.on[SIDE_CUDA],
                            false, norm.dweight.on[SIDE_CUDA], norm.dbias.on[SIDE_CUDA]);
        real *dweight = twin_numbers(&pair, norm.dweight, SIDE_CUDA);
        if (kept) close_check_bytes("dweight", 24 * sizeof(real), dweight, kept);
        free(kept);
        kept = dweight;
    }
    free(kept);
    pair_close(&pair);
}

/* ---- rotary positions */

static void check_rotate(Pair *pair, AttentionShape shape)
{
    int64_t rows = shape.batch * shape.context;
    int64_t cols = (shape.heads + 2 * shape.key_heads) * shape.head_size;
    Twin x = twin_random(pair, 1, rows, cols, 2);
    real *before = twin_numbers(pair, x, SIDE_CPU);
    /* Cosine and sine to an ulp and a half of the angle's rest, |x| below 5: 4 units a side. */
    double unit = 8.0 * 5.0 * REAL_EPSILON;
    for (int sign = 1; sign >= -1; sign -= 2) {
        for (int s = 0; s < SIDES; s++) pair->side[s]->rotate(pair->side[s], &shape, x.on[s], sign);
        twin_check(pair, sign > 0 ? "turned" : "turned back", x, 0.0, unit);
    }
    real *after = twin_numbers(pair, x, SIDE_CUDA);
    for (int64_t k = 0; k < rows * cols; k++)
        cr_assert(close_is((double)after[k], (double)before[k], 2.0 * unit), "turned back");
    free(before), free(after);
}

/* The last has positions whose angles are thousands of turns. */
Test(cuda_rows, rotation_is_that_of_the_cpu_and_turns_back)
{
    Pair pair = pair_open();
    static const AttentionShape rows[] = {{1, 1, 1, 1, 2, true},    {2, 5, 4, 2, 6, true},
                                          {3, 64, 2, 2, 32, true},  {1, 32, 2, 1, 64, true},
                                          {2, 128, 3, 1, 16, true}, {1, 20000, 1, 1, 4, true}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) check_rotate(&pair, rows[k]);
    pair_close(&pair);
}

/* The pair (1, 0) becomes (cos, sin) itself: two units of the last place for the device's
 * functions, half a one for each rounding, 1.5 epsilon below 1. A float of an angle up to π alone
 * would be wrong by a whole epsilon more. */
Test(cuda_rows, cosines_keep_their_digits_at_far_positions)
{
    enum { T = 4000, H = 8 };
    Pair pair = pair_open();
    AttentionShape shape = {1, T, 1, 1, H, true};
    Twin x = twin_random(&pair, 1, T, 3 * H, 0);
    real *unit = alloc_zeroed(T * 3 * H, sizeof *unit);
    for (int k = 0; k < T * 3 * H; k++) unit[k] = k % H < H / 2;
    twin_set(&pair, x, unit);
    for (int s = 0; s < SIDES; s++) pair.side[s]->rotate(pair.side[s], &shape, x.on[s], 1);
    twin_check(&pair, "cosine and sine", x, 0.0, 1.6 * REAL_EPSILON);
    free(unit);
    pair_close(&pair);
}
