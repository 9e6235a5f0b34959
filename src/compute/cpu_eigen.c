#include "compute/cpu.h"

#include "compute/blas.h"

#include <math.h>

/* A to memory without gaps. False where a number is not finite: LAPACK may then never end. */
static bool take(Matrix A, real *to)
{
    bool is_finite = true;
    for (int64_t i = 0; i < A.rows; i++)
        for (int64_t j = 0; j < A.cols; j++) {
            to[i * A.cols + j] = matrix_row(A, i)[j];
            is_finite &= isfinite(to[i * A.cols + j]) != 0;
        }
    return is_finite;
}

/* The sign of the first entry of the largest size. */
static real sign_of(int64_t n, const real *vector)
{
    real largest = vector[0];
    for (int64_t i = 1; i < n; i++)
        if (fabs((double)vector[i]) > fabs((double)largest)) largest = vector[i];
    return largest < 0 ? -1 : 1;
}

/* LAPACK leaves the vectors as rows; they become columns. On one thread, as every call of BLAS. */
void cpu_eigen(Backend *backend, Matrix A, Matrix Q, Matrix w)
{
    int64_t n = A.rows;
    assert(A.cols == n && Q.rows == n && Q.cols == n && matrix_count(w) == n);
    real *vectors = cpu_scratch(backend, CPU_SCRATCH_EIGEN, (size_t)(n * n) * sizeof *vectors);
    if (!take(A, vectors) || !blas_eigenvectors(n, vectors, matrix_reals(w))) {
        cpu_fill(backend, Q, (real)NAN);
        cpu_fill(backend, w, (real)NAN);
        return;
    }
    for (int64_t k = 0; k < n; k++) {
        real sign = sign_of(n, vectors + k * n);
        for (int64_t i = 0; i < n; i++) matrix_row(Q, i)[k] = sign * vectors[k * n + i];
    }
}
