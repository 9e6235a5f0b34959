#include "cuda_twins.h"

/* One row, one column, more columns than a block takes, more rows than a strip has. */
static const int64_t shapes[][2] = {{1, 1},   {1, 70},  {70, 1},   {5, 3},    {33, 129},
                                    {300, 5}, {65, 32}, {1, 5001}, {20000, 2}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static void for_shapes(void (*check)(Pair *pair, int64_t rows, int64_t cols, int64_t gap))
{
    Pair pair = pair_open();
    for (int k = 0; k < SHAPES; k++)
        for (int64_t gap = 0; gap < 5; gap += 2) {
            check(&pair, shapes[k][0], shapes[k][1], gap);
            pair_clear(&pair);
        }
    pair_close(&pair);
}

/* Sums in double differ by their order only, rows roundings of 2^-53; then both are rounded to a
 * float: at most to neighbours, one epsilon apart. */
static void check_columns(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    Twin x = twin_random(pair, 1, rows, cols, gap), sums = twin_random(pair, 2, 1, cols, 0);
    double *bound = alloc_zeroed((size_t)cols, sizeof *bound);
    for (int s = 0; s < SIDES; s++) pair->side[s]->sum_columns(pair->side[s], x.on[s], sums.on[s]);
    real *want = twin_numbers(pair, sums, SIDE_CPU);
    for (int64_t j = 0; j < cols; j++)
        bound[j] = REAL_EPSILON * fabs((double)want[j]) + (double)(rows * rows) * 0x1p-53 * 5.0;
    twin_check_bounds(pair, "sums of columns", sums, bound);
    free(want), free(bound);
}

Test(cuda_reduce, sums_of_columns_are_those_of_the_cpu_but_for_the_last_rounding)
{
    for_shapes(check_columns);
}

/* Positive terms: n roundings of the sum at most on either side. */
static void check_squares(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    Twin x = twin_random(pair, 1, rows, cols, gap);
    double got[SIDES], start = 0.5;
    Twin sum = twin_bytes(pair, sizeof start, &start);
    for (int s = 0; s < SIDES; s++) {
        pair->side[s]->sum_squares(pair->side[s], x.on[s], sum.on[s].data);
        pair->side[s]->download(pair->side[s], sizeof start, sum.on[s].data, &got[s]);
    }
    close_check_one("sum of squares", got[SIDE_CUDA], got[SIDE_CPU],
                    2.0 * (double)(rows * cols) * 0x1p-53 * got[SIDE_CPU]);
}

Test(cuda_reduce, sums_of_squares_are_added_in_double) { for_shapes(check_squares); }

Test(cuda_reduce, the_same_sum_has_the_same_bytes_twice)
{
    Pair pair = pair_open();
    Backend *cuda = pair.side[SIDE_CUDA];
    Twin x = twin_random(&pair, 1, 20011, 7, 1);
    double *sum = cuda->alloc(cuda, 2 * sizeof *sum), got[2];
    for (int k = 0; k < 2; k++) cuda->sum_squares(cuda, x.on[SIDE_CUDA], &sum[k]);
    cuda->download(cuda, sizeof got, sum, got);
    close_check_bytes("sum", sizeof *got, &got[1], &got[0]);
    cuda->release(cuda, sum);
    pair_close(&pair);
}

/* A float's sum of 2^24 + … ones would stop at 2^24; here one square is that large. */
Test(cuda_reduce, a_sum_of_squares_does_not_stall)
{
    enum { N = 4096 };
    Pair pair = pair_open();
    Backend *cuda = pair.side[SIDE_CUDA];
    real host[N];
    for (int k = 0; k < N; k++) host[k] = k == 77 ? 8192 : 1;
    Twin x = twin_random(&pair, 1, N, 1, 0);
    twin_set(&pair, x, host);
    double *sum = cuda->alloc(cuda, sizeof *sum), got;
    cuda->sum_squares(cuda, x.on[SIDE_CUDA], sum);
    cuda->download(cuda, sizeof got, sum, &got);
    close_check_one("sum of squares", got, 8192.0 * 8192.0 + N - 1, 0.0);
    cuda->release(cuda, sum);
    pair_close(&pair);
}

Test(cuda_reduce, clipping_scales_to_the_limit_only_what_is_longer)
{
    static const double squares[] = {25.0, 4.0, 0.0, INFINITY, NAN, 7.25, 7.25};
    static const real limit[] = {2, 2, 2, 2, 2, (real)0.3, 0};
    Pair pair = pair_open();
    for (int i = 0; i < 7; i++) {
        StepConstants k = {.rate = 3, .clip = 9};
        Twin constants = twin_bytes(&pair, sizeof k, &k);
        Twin sum = twin_bytes(&pair, sizeof *squares, &squares[i]);
        for (int s = 0; s < SIDES; s++)
            pair.side[s]->clip(pair.side[s], sum.on[s].data, limit[i], constants.on[s].data);
        twin_check_bytes(&pair, "constants", sizeof k, constants);
    }
    pair_close(&pair);
}

static void check_normalise(Pair *pair, int64_t rows, int64_t cols, int64_t gap)
{
    static const double squares[] = {0.0, 1e-90, 3.7, INFINITY};
    for (int i = 0; i < 4; i++) {
        Twin x = twin_random(pair, 1, rows, cols, gap), y = twin_random(pair, 2, rows, cols, gap);
        Twin sum = twin_bytes(pair, sizeof *squares, &squares[i]);
        for (int s = 0; s < SIDES; s++) {
            pair->side[s]->normalise(pair->side[s], sum.on[s].data, x.on[s], y.on[s]);
            pair->side[s]->normalise(pair->side[s], sum.on[s].data, x.on[s], x.on[s]);
        }
        twin_check_same(pair, "normalised", y);
        twin_check_same(pair, "normalised in place", x);
        for (int s = 0; s < SIDES; s++)
            pair->side[s]->scale_by_norm(pair->side[s], sum.on[s].data, x.on[s], y.on[s]);
        twin_check_same(pair, "scaled by the norm", y);
    }
}

Test(cuda_reduce, normalising_divides_by_the_root_in_double_and_by_no_zero)
{
    for_shapes(check_normalise);
}
