#include "cuda_products.h"

enum { HALF_A = 1, HALF_B = 2, HALF_C = 4, HALVES = 8 };

/* Where another is of bfloat16, a factor of float32 is one on the device, which has to round it;
 * the CPU's is rounded here. */
static void check_gemm(int k, Transpose a, Transpose b, real alpha, real beta, int halves)
{
    Pair pair = pair_open();
    int64_t m = shapes[k][0], n = shapes[k][1], inner = shapes[k][2];
    Twin A = a == PLAIN ? twin_random(&pair, 1, m, inner, 3) : twin_random(&pair, 1, inner, m, 2);
    Twin B = b == PLAIN ? twin_random(&pair, 2, inner, n, 1) : twin_random(&pair, 2, n, inner, 4);
    Twin C = beta == 0 ? twin_poisoned(&pair, m, n, 5) : twin_random(&pair, 3, m, n, 5);
    if (halves) {
        Twin half_A = twin_half(&pair, A), half_B = twin_half(&pair, B);
        if (halves & HALF_A) A = half_A;
        if (halves & HALF_B) B = half_B;
        if (halves & HALF_C) C = twin_half(&pair, C);
    }
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
    if (halves & HALF_C) bound_half(&pair, C, bound);
    twin_check_bounds(&pair, "C", C, bound);
    free(bound), free(before);
    pair_close(&pair);
}

Test(cuda_products, all_four_products_are_those_of_the_cpu)
{
    for (int k = 0; k < SHAPES; k++)
        for (int a = PLAIN; a <= TRANSPOSED; a++)
            for (int b = PLAIN; b <= TRANSPOSED; b++) {
                check_gemm(k, (Transpose)a, (Transpose)b, 1, 0, 0);
                check_gemm(k, (Transpose)a, (Transpose)b, (real)-0.5, 1, 0);
                check_gemm(k, (Transpose)a, (Transpose)b, 2, (real)0.25, 0);
            }
}

Test(cuda_products, each_operand_may_be_of_bfloat16_and_a_factor_beside_it_is_rounded)
{
    for (int k = 0; k < SHAPES; k++)
        for (int a = PLAIN; a <= TRANSPOSED; a++)
            for (int b = PLAIN; b <= TRANSPOSED; b++)
                for (int halves = 1; halves < HALVES; halves++)
                    check_gemm(k, (Transpose)a, (Transpose)b, halves % 2 ? 1 : (real)-0.5,
                               halves % 3 ? 0 : 1, halves);
}

/* A smaller one after a larger one, and another of the same shape. */
Test(cuda_products, each_product_rounds_the_factor_that_it_is_given)
{
    Pair pair = pair_open();
    Twin x = twin_half(&pair, twin_random(&pair, 1, 9, 70, 0));
    for (int64_t k = 0; k < 3; k++) {
        Twin W = twin_random(&pair, (unsigned)k + 2, k ? 30 : 64, 70, 0);
        Twin y = twin_poisoned(&pair, 9, W.on[SIDE_CPU].rows, 0);
        twin_half(&pair, W);
        for (int s = 0; s < SIDES; s++)
            pair.side[s]->gemm(pair.side[s], PLAIN, TRANSPOSED, 1, x.on[s], W.on[s], 0, y.on[s]);
        double *bound = product_sizes(&pair, PLAIN, TRANSPOSED, x, W);
        bound_product(70, 1.0, 0.0, NULL, matrix_count(y.on[SIDE_CPU]), bound);
        twin_check_bounds(&pair, "y", y, bound);
        free(bound);
    }
    pair_close(&pair);
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
