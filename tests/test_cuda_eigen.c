#include "cuda_twins.h"

static const int64_t sizes[] = {1, 2, 3, 17, 65, 300};
enum { SIZES = sizeof sizes / sizeof *sizes };

typedef struct {
    int64_t n;
    Twin A, Q, w;
} Case;

/* (B + Bᵀ) / 2 of normal numbers. */
static Case case_of(Pair *pair, int64_t n)
{
    Case c = {n, twin_random(pair, 1, n, n, 3), twin_poisoned(pair, n, n, 1),
              twin_poisoned(pair, 1, n, 0)};
    real *A = twin_numbers(pair, c.A, SIDE_CPU);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < i; j++)
            A[i * n + j] = A[j * n + i] = (A[i * n + j] + A[j * n + i]) / 2;
    twin_set(pair, c.A, A);
    free(A);
    return c;
}

static void run(const Pair *pair, const Case *c)
{
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->eigen(pair->side[s], c->A.on[s], c->Q.on[s], c->w.on[s]);
}

/* As in test_eigen.c: 4 n u |A|, |A| ≤ sqrt(2 n) + 2. */
static double bound_of(int64_t n)
{
    return 4.0 * (double)n * 0.5 * FLT_EPSILON * (sqrt(2.0 * (double)n) + 2.0);
}

Test(cuda_eigen, vectors_and_values_give_the_matrix_back)
{
    for (int k = 0; k < SIZES; k++) {
        Pair pair = pair_open();
        int64_t n = sizes[k];
        Case c = case_of(&pair, n);
        run(&pair, &c);
        real *A = twin_numbers(&pair, c.A, SIDE_CUDA), *Q = twin_numbers(&pair, c.Q, SIDE_CUDA);
        real *w = twin_numbers(&pair, c.w, SIDE_CUDA);
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j < n; j++) {
                double sum = 0.0, product = 0.0;
                for (int64_t l = 0; l < n; l++) {
                    double both = (double)Q[i * n + l] * (double)Q[j * n + l];
                    sum += both * (double)w[l], product += both;
                }
                close_check_one("A", sum, (double)A[i * n + j], bound_of(n));
                close_check_one("Q Qᵀ", product, i == j ? 1.0 : 0.0, bound_of(n));
            }
        free(A), free(Q), free(w);
        pair_close(&pair);
    }
}

Test(cuda_eigen, values_are_those_of_the_cpu)
{
    for (int k = 0; k < SIZES; k++) {
        Pair pair = pair_open();
        Case c = case_of(&pair, sizes[k]);
        run(&pair, &c);
        twin_check(&pair, "w", c.w, 0.0, 2.0 * bound_of(sizes[k]));
        pair_close(&pair);
    }
}

/* Vectors of values that lie apart: they turn by the error over the gap. */
Test(cuda_eigen, vectors_are_those_of_the_cpu)
{
    Pair pair = pair_open();
    int64_t n = 65;
    Case c = case_of(&pair, n);
    real *A = twin_numbers(&pair, c.A, SIDE_CPU);
    for (int64_t i = 0; i < n * n; i++) A[i] /= 100;
    for (int64_t i = 0; i < n; i++) A[i * n + i] = (real)i; /* gaps of about 1 */
    twin_set(&pair, c.A, A);
    run(&pair, &c);
    /* |A| is about n; both sides err. Nearly diagonal: the largest entries are far ahead. */
    twin_check(&pair, "Q", c.Q, 0.0, 2.0 * 4.0 * (double)n * 0.5 * FLT_EPSILON * (double)n / 0.5);
    for (int64_t i = 0; i < n; i++) cr_assert(twin_at(&pair, c.Q, SIDE_CUDA, i, i) > 0.5);
    free(A);
    pair_close(&pair);
}

Test(cuda_eigen, the_first_entry_of_the_largest_size_is_positive)
{
    Pair pair = pair_open();
    int64_t n = 65;
    Case c = case_of(&pair, n);
    run(&pair, &c);
    real *Q = twin_numbers(&pair, c.Q, SIDE_CUDA);
    for (int64_t k = 0; k < n; k++) {
        real largest = 0;
        for (int64_t i = 0; i < n; i++)
            if (fabs((double)Q[i * n + k]) > fabs((double)largest)) largest = Q[i * n + k];
        cr_assert(largest > 0, "column %lld", (long long)k);
    }
    free(Q);
    pair_close(&pair);
}

Test(cuda_eigen, what_is_not_finite_has_no_vectors)
{
    const real numbers[] = {(real)NAN, (real)INFINITY};
    for (int k = 0; k < 2; k++) {
        Pair pair = pair_open();
        Case c = case_of(&pair, 65);
        real *A = twin_numbers(&pair, c.A, SIDE_CPU);
        A[3 * 65 + 5] = A[5 * 65 + 3] = numbers[k];
        twin_set(&pair, c.A, A);
        run(&pair, &c);
        twin_check(&pair, "Q", c.Q, 0.0, 0.0); /* NaN on both sides */
        twin_check(&pair, "w", c.w, 0.0, 0.0);
        cr_expect(isnan(twin_at(&pair, c.w, SIDE_CUDA, 0, 0)));
        free(A);
        pair_close(&pair);
    }
}
