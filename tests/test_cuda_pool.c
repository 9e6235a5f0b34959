#include "cuda_twins.h"

/* Windows of one pixel, odd ones, whole images. */
static const PoolShape shapes[] = {
    {POOL_MAX, 1, 1, 1, 1, 1},  {POOL_MAX, 3, 6, 4, 2, 2},  {POOL_MAX, 2, 9, 6, 3, 2},
    {POOL_MEAN, 2, 7, 7, 7, 7}, {POOL_MEAN, 3, 5, 1, 5, 1}, {POOL_MEAN, 2, 8, 10, 2, 2},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };
static const int64_t channels[] = {1, 5, 16, 70};

/* kind of numbers: normal; 0, 1, 2 with many equals; with NaN */
enum { NORMAL, EQUALS, NANS, NUMBERS };

static Twin images(Pair *pair, int64_t rows, int64_t cols, int64_t gap, int numbers)
{
    Twin x = twin_random(pair, 1, rows, cols, gap);
    real *host = twin_numbers(pair, x, SIDE_CPU);
    for (int64_t k = 0; k < rows * cols; k++) {
        if (numbers == EQUALS) host[k] = (real)(k * 31 % 3);
        if (numbers == NANS && k % 7 == 0) host[k] = (real)NAN;
    }
    twin_set(pair, x, host);
    free(host);
    return x;
}

/* The same operations in the same order: bit by bit. */
static void check(Pair *pair, const PoolShape *shape, int64_t cols, int64_t gap, int numbers)
{
    int64_t in = shape->batch * shape->height * shape->width;
    int64_t out = in / (shape->size_y * shape->size_x);
    Twin x = images(pair, in, cols, gap, numbers), y = twin_random(pair, 2, out, cols, gap);
    Twin dy = twin_random(pair, 3, out, cols, 0), dx = twin_random(pair, 4, in, cols, gap);
    Twin added = twin_random(pair, 5, in, cols, gap);
    for (int s = 0; s < SIDES; s++) {
        Backend *backend = pair->side[s];
        backend->pool(backend, shape, x.on[s], y.on[s]);
        backend->pool_backward(backend, shape, x.on[s], y.on[s], dy.on[s], dx.on[s], false);
        backend->pool_backward(backend, shape, x.on[s], y.on[s], dy.on[s], added.on[s], true);
    }
    twin_check_same(pair, "y", y);
    twin_check_same(pair, "dx", dx);
    twin_check_same(pair, "dx added", added);
}

Test(cuda_pool, windows_and_their_gradients_have_the_bits_of_the_cpu_among_equals_and_nan_too)
{
    Pair pair = pair_open();
    for (int k = 0; k < SHAPES; k++)
        for (int c = 0; c < 4; c++) {
            for (int numbers = 0; numbers < NUMBERS; numbers++)
                for (int64_t gap = 0; gap < 5; gap += 2)
                    check(&pair, &shapes[k], channels[c], gap, numbers);
            pair_clear(&pair);
        }
    pair_close(&pair);
}
