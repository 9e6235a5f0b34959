#include "cuda_twins.h"

#include <criterion/new/assert.h>

/* C, A, B: rows, cols, inner. Vectors, odd sides, more than a tile. */
static const int64_t shapes[][3] = {{1, 1, 1},   {1, 7, 5},    {5, 1, 9},   {3, 4, 1},
                                    {17, 33, 8}, {64, 48, 64}, {70, 9, 130}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static const Matrix absent;

/* Σ_k |op(A)_ik op(B)_kj|: what rounding of a product is measured by. */
static double *product_sizes(const Pair *pair, Transpose a, Transpose b, Twin A, Twin B)
{
    real *left = twin_numbers(pair, A, SIDE_CPU), *right = twin_numbers(pair, B, SIDE_CPU);
    int64_t m = A.on[0].rows, n = A.on[0].cols, p = B.on[0].rows, q = B.on[0].cols;
    int64_t rows = a == PLAIN ? m : n, inner = a == PLAIN ? n : m, cols = b == PLAIN ? q : p;
    double *size = alloc_zeroed((size_t)(rows * cols), sizeof *size);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t k = 0; k < inner; k++)
            for (int64_t j = 0; j < cols; j++) {
                real x = a == PLAIN ? left[i * n + k] : left[k * n + i];
                real y = b == PLAIN ? right[k * q + j] : right[j * q + k];
                size[i * cols + j] += fabs((double)x * (double)y);
            }
    free(left), free(right);
    return size;
}

/* Each side rounds a sum of n products n times at most, and three times more with alpha and beta:
 * both together 2 (n + 3) u of the terms' sizes. */
static void bound_product(int64_t inner, double alpha, double beta, const double *before,
                          int64_t count, double *size)
{
    double u = 0.5 * FLT_EPSILON;
    for (int64_t i = 0; i < count; i++)
        size[i] = 2.0 * (double)(inner + 3) * u *
                  (fabs(alpha) * size[i] + fabs(beta) * (before ? fabs(before[i]) : 0.0));
}

static void check_gemm(int k, Transpose a, Transpose b, real alpha, real beta)
{
    Pair pair = pair_open();
    int64_t m = shapes[k][0], n = shapes[k][1], inner = shapes[k][2];
    Twin A = a == PLAIN ? twin_random(&pair, 1, m, inner, 3) : twin_random(&pair, 1, inner, m, 2);
    Twin B = b == PLAIN ? twin_random(&pair, 2, inner, n, 1) : twin_random(&pair, 2, n, inner, 4);
    Twin C = beta == 0 ? twin_poisoned(&pair, m, n, 5) : twin_random(&pair, 3, m, n, 5);
    double *bound = product_sizes(&pair, a, b, A, B), *before = NULL;
    if (beta != 0) {
        real *start = twin_numbers(&pair, C, SIDE_CPU);
        before = alloc_zeroed((size_t)(m * n), sizeof *before);
        for (int64_t i = 0; i < m * n; i++) before[i] = (double)start[i];
        free(start);
    }
    for (int s = 0; s < SIDES; s++)
        pair.side[s]->gemm(pair.side[s], a, b, alpha, A.on[s], B.on[s], beta, C.on[s]);
    bound_product(inner, (double)alpha, (double)beta, before, m * n, bound);
    twin_check_bounds(&pair, "C", C, bound);
    free(bound), free(before);
    pair_close(&pair);
}

Test(cuda_products, all_four_products_are_those_of_the_cpu)
{
    for (int k = 0; k < SHAPES; k++)
        for (int a = PLAIN; a <= TRANSPOSED; a++)
            for (int b = PLAIN; b <= TRANSPOSED; b++) {
                check_gemm(k, (Transpose)a, (Transpose)b, 1, 0);
                check_gemm(k, (Transpose)a, (Transpose)b, (real)-0.5, 1);
                check_gemm(k, (Transpose)a, (Transpose)b, 2, (real)0.25);
            }
}

/* Twice on the same symmetric C: alpha A Aᵀ, and alpha A Aᵀ + C / 2 of it. */
static void check_gram(int k, Transpose a)
{
    Pair pair = pair_open();
    int64_t n = shapes[k][0], inner = shapes[k][2];
    Twin A = a == PLAIN ? twin_random(&pair, 1, n, inner, 3) : twin_random(&pair, 1, inner, n, 2);
    Twin C = twin_poisoned(&pair, n, n, 5);
    double *bound = product_sizes(&pair, a, a == PLAIN ? TRANSPOSED : PLAIN, A, A);
    for (int s = 0; s < SIDES; s++) {
        pair.side[s]->gram(pair.side[s], a, 2, A.on[s], 0, C.on[s]);
        pair.side[s]->gram(pair.side[s], a, 2, A.on[s], (real)0.5, C.on[s]);
    }
    bound_product(inner, 4.0, 0.0, NULL, n * n, bound); /* 2 + 2 / 2, and the roundings between */
    twin_check_bounds(&pair, "C", C, bound);
    free(bound);
    pair_close(&pair);
}

Test(cuda_products, grams_are_those_of_the_cpu)
{
    for (int k = 0; k < SHAPES; k++)
        for (int a = PLAIN; a <= TRANSPOSED; a++) check_gram(k, (Transpose)a);
}

/* ---- linear */

typedef enum { SKIP_ABSENT, SKIP_APART, SKIP_IS_Y, SKIPS } Skip;

typedef struct {
    Twin x, W, bias, pre, skip, y;
} Linear;

/* Rows of odd or of whole 16 bytes. */
static Linear linear_new(Pair *pair, int k, Skip skip, int64_t gap)
{
    int64_t rows = shapes[k][0], outputs = shapes[k][1], inputs = shapes[k][2];
    Linear l = {.x = twin_random(pair, 1, rows, inputs, gap),
                .W = twin_random(pair, 2, outputs, inputs, gap),
                .bias = twin_random(pair, 3, 1, outputs, 0),
                .pre = twin_poisoned(pair, rows, outputs, gap),
                .skip =
                    skip == SKIP_APART ? twin_random(pair, 4, rows, outputs, gap) : twin_absent(),
                .y = skip == SKIP_IS_Y ? twin_random(pair, 4, rows, outputs, gap)
                                       : twin_poisoned(pair, rows, outputs, gap)};
    if (skip == SKIP_IS_Y) l.skip = l.y;
    return l;
}

/* The product's bound; a slope of an activation is at most 1.13 (relu2: 2 |x|, and |x| is below
 * sizes); then a few units of the result, a NaN and an absent matrix where they were. */
static void check_linear(int k, Activation phi, bool has_bias, bool has_pre, Skip skip, int64_t gap)
{
    Pair pair = pair_open();
    Linear l = linear_new(&pair, k, skip, gap);
    double *bound = product_sizes(&pair, PLAIN, TRANSPOSED, l.x, l.W), u = 0.5 * FLT_EPSILON;
    int64_t count = shapes[k][0] * shapes[k][1];
    for (int s = 0; s < SIDES; s++)
        pair.side[s]->linear(pair.side[s], l.x.on[s], l.W.on[s], has_bias ? l.bias.on[s] : absent,
                             phi, has_pre ? l.pre.on[s] : absent, l.skip.on[s], l.y.on[s]);
    for (int64_t i = 0; i < count; i++) {
        double size = bound[i] + 4.0;
        bound[i] =
            2.0 * (double)(shapes[k][2] + 6) * u * size * (phi == ACT_RELU2 ? size : 1.0) * 2.0;
    }
    twin_check_bounds(&pair, "y", l.y, bound);
    if (has_pre) twin_check_bounds(&pair, "pre", l.pre, bound);
    free(bound);
    pair_close(&pair);
}

Test(cuda_products, a_linear_layer_is_that_of_the_cpu_whatever_is_absent)
{
    for (int k = 1; k < SHAPES; k += 2)
        for (int phi = 0; phi < ACT_KINDS; phi++)
            for (int given = 0; given < 4; given++)
                for (int skip = 0; skip < SKIPS; skip++)
                    check_linear(k, (Activation)phi, given & 1, given & 2, (Skip)skip,
                                 (k / 2) % 2 ? 0 : 3);
}

/* A bias is normal, so below 4 or little more: the bound of a sum of one term more. */
Test(cuda_products, a_bias_may_begin_at_any_number)
{
    enum { SHAPE = 5 };
    Pair pair = pair_open();
    Linear l = linear_new(&pair, SHAPE, SKIP_ABSENT, 0);
    int64_t rows = shapes[SHAPE][0], outputs = shapes[SHAPE][1], inputs = shapes[SHAPE][2];
    Twin biases = twin_random(&pair, 6, 1, outputs + 3, 0);
    double *bound = product_sizes(&pair, PLAIN, TRANSPOSED, l.x, l.W);
    for (int64_t i = 0; i < rows * outputs; i++) bound[i] += 4.0;
    bound_product(inputs + 1, 1.0, 0.0, NULL, rows * outputs, bound);
    for (int64_t first = 1; first <= 3; first++) {
        for (int s = 0; s < SIDES; s++)
            pair.side[s]->linear(pair.side[s], l.x.on[s], l.W.on[s],
                                 matrix_columns(biases.on[s], first, outputs), ACT_NONE, absent,
                                 absent, l.y.on[s]);
        twin_check_bounds(&pair, "y", l.y, bound);
    }
    free(bound);
    pair_close(&pair);
}

Test(cuda_products, a_nan_is_not_hidden)
{
    Pair pair = pair_open();
    Linear l = linear_new(&pair, 4, SKIP_ABSENT, 0);
    real *x = twin_numbers(&pair, l.x, SIDE_CPU);
    x[3 * shapes[4][2] + 1] = (real)NAN;
    twin_set(&pair, l.x, x);
    free(x);
    for (int s = 0; s < SIDES; s++)
        pair.side[s]->linear(pair.side[s], l.x.on[s], l.W.on[s], l.bias.on[s], ACT_RELU, absent,
                             absent, l.y.on[s]);
    for (int64_t j = 0; j < shapes[4][1]; j++) {
        cr_expect(isnan(twin_at(&pair, l.y, SIDE_CUDA, 3, j)));
        cr_expect(not(isnan(twin_at(&pair, l.y, SIDE_CUDA, 2, j))));
    }
    pair_close(&pair);
}
