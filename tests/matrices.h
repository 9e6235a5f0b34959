/* Matrices for tests of a backend: random numbers, with gaps between the rows.
 *
 * Gaps hold NaN: an operation that reads one shows it in its result, one that writes
 * there is found by matrix_gaps_whole(). */
#ifndef TESTS_MATRICES_H
#define TESTS_MATRICES_H

#include "close.h"
#include "compute/backend.h"

/* Normal numbers, others for each stream; released by backend->release(backend, data). */
static inline Matrix matrix_random(Backend *backend, uint32_t stream, int64_t rows, int64_t cols,
                                   int64_t gap)
{
    int64_t stride = cols + gap;
    real *data = backend->alloc(backend, (size_t)(rows * stride) * sizeof *data);
    close_fill(stream, rows * stride, 1.0, data);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = cols; j < stride; j++) data[i * stride + j] = (real)NAN;
    return (Matrix){data, rows, cols, stride, (Dtype)DTYPE_REAL};
}

static inline bool matrix_gaps_whole(Matrix A)
{
    for (int64_t i = 0; i < A.rows; i++)
        for (int64_t j = A.cols; j < A.stride; j++)
            if (!isnan((double)matrix_reals(A)[i * A.stride + j])) return false;
    return true;
}

static inline double matrix_at(Matrix A, int64_t i, int64_t j)
{
    return (double)matrix_row(A, i)[j];
}

/* Rows of `got` against rows of doubles without gaps, a bound for each or for all (scale NULL). */
static inline void matrix_check(const char *what, Matrix got, const double *want,
                                const double *scale, double unit)
{
    for (int64_t i = 0; i < got.rows; i++)
        close_check_double(what, got.cols, matrix_row(got, i), want + i * got.cols,
                           scale ? scale + i * got.cols : NULL, unit);
    cr_expect(matrix_gaps_whole(got), "%s: written between the rows", what);
}

static inline void matrix_release(Backend *backend, int count, const Matrix matrices[])
{
    for (int k = 0; k < count; k++) backend->release(backend, matrices[k].data);
}

#endif
