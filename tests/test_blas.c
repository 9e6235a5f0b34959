/* OpenBLAS takes one thread here, whatever the rest of the program takes. */
#include "base/die.h"
#include "compute/blas.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <omp.h>
#include <stdlib.h>

/* Threads of this process, by Linux's word. */
static int count_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int count = 0;
    while (tasks && readdir(tasks)) count++;
    if (tasks) closedir(tasks);
    return count;
}

/* Diagonally dominant, and large enough for OpenBLAS to share it out: its OpenMP build starts
 * threads at the first such call and keeps them. */
Test(blas, calls_start_no_thread)
{
    enum { N = 500 };
    blas_init();
    omp_set_num_threads(4);
    int before = count_threads();
    double *S = alloc_zeroed(2 * N * N + 2 * N, sizeof *S), *copy = S + N * N;
    double *values = copy + N * N, *b = values + N;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) S[i * N + j] = copy[i * N + j] = i == j ? N : (i + j) % 2;
    for (int i = 0; i < N; i++) b[i] = 1.0;
    blas_eigenvalues(N, S, values);
    cr_expect(blas_solve_positive(N, copy, b));
    cr_expect(eq(int, count_threads(), before));
    cr_expect(eq(int, omp_get_max_threads(), 4));
    free(S);
}

Test(blas, a_factor_solves_again)
{
    double S[4] = {4.0, 2.0, 2.0, 3.0}, b[2] = {8.0, 7.0}, c[2] = {6.0, 5.0};
    cr_assert(blas_solve_positive(2, S, b));
    blas_solve_factored(2, S, c);
    /* (5/4, 3/2) and (1, 1), in a handful of roundings. */
    cr_expect(epsilon_eq(dbl, b[0], 1.25, 1e-15));
    cr_expect(epsilon_eq(dbl, b[1], 1.5, 1e-15));
    cr_expect(epsilon_eq(dbl, c[0], 1.0, 1e-15));
    cr_expect(epsilon_eq(dbl, c[1], 1.0, 1e-15));
}
