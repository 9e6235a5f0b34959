#include "compute/general.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* LAPACK as OpenBLAS exports it (32-bit sizes): Fortran's convention, columns first. */
typedef int Size;
void dgeev_(const char *left, const char *right, const Size *n, double *A, const Size *ld,
            double *re, double *im, double *vl, const Size *ldvl, double *vr, const Size *ldvr,
            double *work, const Size *lwork, Size *info);
void dgesvd_(const char *jobu, const char *jobv, const Size *m, const Size *n, double *A,
             const Size *ld, double *s, double *u, const Size *ldu, double *vt, const Size *ldvt,
             double *work, const Size *lwork, Size *info);
void dgelsy_(const Size *m, const Size *n, const Size *sides, double *A, const Size *lda, double *b,
             const Size *ldb, Size *pivot, const double *tolerance, Size *rank, double *work,
             const Size *lwork, Size *info);
void dgeqrf_(const Size *m, const Size *n, double *A, const Size *lda, double *tau, double *work,
             const Size *lwork, Size *info);

/* As in blas.c: OpenBLAS asks OpenMP for its threads at every call. */
static int take_one_thread(void)
{
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    return threads;
}

static void give_back(int threads) { omp_set_num_threads(threads); }

static double *transposed(int64_t rows, int64_t columns, const double *A)
{
    double *T = alloc_zeroed((size_t)(rows * columns) + 1, sizeof *T);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) T[j * rows + i] = A[i * columns + j];
    return T;
}

/* The eigenvalues of Aᵀ, which are A's. */
void general_eigenvalues(int64_t n, double *A, double *real_part, double *imaginary_part)
{
    Size size = (Size)n, one = 1, lwork = (Size)(34 * n), info = 0;
    double *work = alloc_zeroed((size_t)lwork, sizeof *work), unused = 0.0;
    int threads = take_one_thread();
    dgeev_("N", "N", &size, A, &size, real_part, imaginary_part, &unused, &one, &unused, &one, work,
           &lwork, &info);
    give_back(threads);
    free(work);
    assert(info >= 0);
    for (int64_t i = 0; info && i < n; i++) real_part[i] = imaginary_part[i] = NAN;
}

/* Columns first, A is its transpose: Aᵀ = V S Uᵀ, so LAPACK's U is our V. */
void general_singular(int64_t rows, int64_t columns, double *A, double *values, double *V)
{
    Size m = (Size)columns, n = (Size)rows, one = 1, info = 0;
    int64_t least = rows < columns ? rows : columns, most = rows < columns ? columns : rows;
    Size lwork = (Size)(5 * least + 34 * most);
    double *work = alloc_zeroed((size_t)lwork, sizeof *work), unused = 0.0;
    int threads = take_one_thread();
    dgesvd_(V ? "A" : "N", "N", &m, &n, A, &m, values, V ? V : &unused, V ? &m : &one, &unused,
            &one, work, &lwork, &info);
    give_back(threads);
    free(work);
    assert(info >= 0);
    for (int64_t i = 0; info && i < least; i++) values[i] = NAN;
}

/* By a QR factorisation with pivots and a second one of its upper rows. */
int64_t general_least_squares(int64_t rows, int64_t columns, const double *A, const double *b,
                              double tolerance, double *x)
{
    int64_t most = rows < columns ? columns : rows;
    Size m = (Size)rows, n = (Size)columns, one = 1, ldb = (Size)most, rank = 0, info = 0;
    Size lwork = (Size)(36 * (rows + columns) + 1);
    double *T = transposed(rows, columns, A);
    double *work = alloc_zeroed((size_t)(lwork + most), sizeof *work), *side = work + lwork;
    Size *pivot = alloc_zeroed((size_t)columns, sizeof *pivot);
    memcpy(side, b, (size_t)rows * sizeof *side);
    int threads = take_one_thread();
    dgelsy_(&m, &n, &one, T, &m, side, &ldb, pivot, &tolerance, &rank, work, &lwork, &info);
    give_back(threads);
    assert(info == 0);
    memcpy(x, side, (size_t)columns * sizeof *x);
    free(pivot);
    free(work);
    free(T);
    return rank;
}

void general_triangle(int64_t rows, int64_t columns, const double *A, double *R)
{
    assert(rows >= columns);
    Size m = (Size)rows, n = (Size)columns, lwork = (Size)(34 * columns), info = 0;
    double *T = transposed(rows, columns, A);
    double *work = alloc_zeroed((size_t)(lwork + columns), sizeof *work);
    int threads = take_one_thread();
    dgeqrf_(&m, &n, T, &m, work + lwork, work, &lwork, &info);
    give_back(threads);
    assert(info == 0);
    for (int64_t i = 0; i < columns; i++)
        for (int64_t j = 0; j < columns; j++) R[i * columns + j] = i <= j ? T[j * rows + i] : 0.0;
    free(work);
    free(T);
}
