/* Shapes of products, and how far two right ones may lie apart. */
#ifndef TESTS_CUDA_PRODUCTS_H
#define TESTS_CUDA_PRODUCTS_H

#include "cuda_twins.h"

/* C, A, B: rows, cols, inner. Vectors, odd sides, more than a tile. */
static const int64_t shapes[][3] = {{1, 1, 1},   {1, 7, 5},    {5, 1, 9},   {3, 4, 1},
                                    {17, 33, 8}, {64, 48, 64}, {70, 9, 130}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Σ_k |op(A)_ik op(B)_kj|: what rounding of a product is measured by; free() it. */
static inline double *product_sizes(const Pair *pair, Transpose a, Transpose b, Twin A, Twin B)
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
static inline void bound_product(int64_t inner, double alpha, double beta, const double *before,
                                 int64_t count, double *size)
{
    double u = 0.5 * FLT_EPSILON;
    for (int64_t i = 0; i < count; i++)
        size[i] = 2.0 * (double)(inner + 3) * u *
                  (fabs(alpha) * size[i] + fabs(beta) * (before ? fabs(before[i]) : 0.0));
}

/* What a result that is rounded to bfloat16 once is off by more: half a unit of 8 bits. */
static inline void bound_half(const Pair *pair, Twin result, double *bound)
{
    real *want = twin_numbers(pair, result, SIDE_CPU);
    for (int64_t i = 0; i < matrix_count(result.on[SIDE_CPU]); i++)
        bound[i] += 0x1p-8 * (fabs((double)want[i]) + bound[i]);
    free(want);
}

#endif
