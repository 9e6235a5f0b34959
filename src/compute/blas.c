#include "compute/blas.h"

#include "base/die.h"

#include <assert.h>
#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* LAPACK as OpenBLAS exports it: Fortran's convention, columns first; the
 * matrices here are symmetric, so only the name of the triangle changes. */
typedef blasint Size;
void dposv_(const char *uplo, const Size *n, const Size *sides, double *S, const Size *ld,
            double *b, const Size *ldb, Size *info);
void dpotrs_(const char *uplo, const Size *n, const Size *sides, const double *factor,
             const Size *ld, double *b, const Size *ldb, Size *info);
void dsyevd_(const char *job, const char *uplo, const Size *n, double *S, const Size *ld,
             double *values, double *work, const Size *lwork, Size *iwork, const Size *liwork,
             Size *info);
void ssyevd_(const char *job, const char *uplo, const Size *n, float *S, const Size *ld,
             float *values, float *work, const Size *lwork, Size *iwork, const Size *liwork,
             Size *info);
void dstev_(const char *job, const Size *n, double *diagonal, double *beside, double *vectors,
            const Size *ld, double *work, Size *info);

const char *blas_init(void)
{
    static char text[256];
    int threads = omp_get_max_threads();
    openblas_set_num_threads(1);  /* some builds lower OpenMP's threads too, … */
    omp_set_num_threads(threads); /* … for everybody */
    snprintf(text, sizeof text, "%s, 1 thread", openblas_get_config());
    return text;
}

/* Built on OpenMP, OpenBLAS asks omp_get_max_threads() at every call, whatever
 * openblas_set_num_threads() was told: each call is put between these two. */
static int take_one_thread(void)
{
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    return threads;
}

static void give_back(int threads) { omp_set_num_threads(threads); }

bool blas_solve_positive(int64_t n, double *S, double *b)
{
    Size size = (Size)n, one = 1, info = 0;
    int threads = take_one_thread();
    dposv_("L", &size, &one, S, &size, b, &size, &info);
    give_back(threads);
    assert(info >= 0);
    return info == 0;
}

void blas_solve_factored(int64_t n, const double *factor, double *b)
{
    Size size = (Size)n, one = 1, info = 0;
    int threads = take_one_thread();
    dpotrs_("L", &size, &one, factor, &size, b, &size, &info);
    give_back(threads);
    assert(info == 0);
}

void blas_eigenvalues(int64_t n, double *S, double *values)
{
    Size size = (Size)n, info = 0, integers = 1, reals = (Size)(2 * n + 1), unused;
    double *work = alloc_zeroed((size_t)reals, sizeof *work);
    int threads = take_one_thread();
    dsyevd_("N", "L", &size, S, &size, values, work, &reals, &unused, &integers, &info);
    give_back(threads);
    free(work);
    if (info) /* NaN in S */
        for (int64_t i = 0; i < n; i++) values[i] = NAN;
}

/* By divide and conquer, with the memory that LAPACK's documentation asks for. */
bool blas_eigenvectors(int64_t n, real *S, real *values)
{
    Size size = (Size)n, info = 0, integers = (Size)(3 + 5 * n);
    Size reals = (Size)(1 + 6 * n + 2 * n * n);
    real *work = alloc_zeroed((size_t)reals, sizeof *work);
    Size *more = alloc_zeroed((size_t)integers, sizeof *more);
    int threads = take_one_thread();
#ifdef COMPUTE_DOUBLE
    dsyevd_(
#else
    ssyevd_(
#endif
        "V", "L", &size, S, &size, values, work, &reals, more, &integers, &info);
    give_back(threads);
    free(work), free(more);
    return info == 0;
}

double blas_tridiagonal_largest(int64_t n, const double *diagonal, const double *beside,
                                double *vector)
{
    Size size = (Size)n, info = 0;
    double *memory = alloc_zeroed((size_t)(n * n + 4 * n), sizeof *memory);
    double *values = memory + n * n, *off = values + n, *work = off + n;
    memcpy(values, diagonal, (size_t)n * sizeof *values);
    memcpy(off, beside, (size_t)(n - 1) * sizeof *off);
    int threads = take_one_thread();
    dstev_("V", &size, values, off, memory, &size, work, &info);
    give_back(threads);
    memcpy(vector, memory + (n - 1) * n, (size_t)n * sizeof *vector);
    double largest = info ? NAN : values[n - 1];
    free(memory);
    return largest;
}

void blas_add_gram(int64_t rows, int64_t n, int64_t stride, const double *X, double *C)
{
    Size size = (Size)n;
    int threads = take_one_thread();
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, size, (Size)rows, 1.0, X, (Size)stride, 1.0,
                C, size);
    give_back(threads);
}

void blas_mirror(int64_t n, double *C)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = i + 1; j < n; j++) C[i * n + j] = C[j * n + i];
}

/* Four interleaved sums: one order on every machine, and the adder is kept busy. */
double blas_dot(int64_t n, const double *x, const double *y)
{
    double s[4] = {0.0, 0.0, 0.0, 0.0};
    int64_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; k++) s[k] += x[i + k] * y[i + k];
    for (; i < n; i++) s[i % 4] += x[i] * y[i];
    return (s[0] + s[2]) + (s[1] + s[3]);
}

double blas_norm(int64_t n, const double *x)
{
    double square = blas_dot(n, x, x);
    if (square > 1e-280 && square < 1e280) return sqrt(square);

    /* The squares leave the range of doubles: divide by the largest first. */
    double largest = 0.0, sum = 0.0;
    for (int64_t i = 0; i < n; i++) largest = fmax(largest, fabs(x[i]));
    if (!(largest > 0.0) || isnan(square) || isinf(largest)) return sqrt(square);
    for (int64_t i = 0; i < n; i++) sum += x[i] / largest * (x[i] / largest);
    return largest * sqrt(sum);
}
