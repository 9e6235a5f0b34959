/* The few dense products and factorisations that come from OpenBLAS and LAPACK.
 *
 * Always single-threaded calls: threaded OpenBLAS gives other bytes for other
 * thread counts. Matrices are row by row, symmetric ones filled on both sides. */
#ifndef COMPUTE_BLAS_H
#define COMPUTE_BLAS_H

#include "compute/view.h"

#include <stdbool.h>
#include <stdint.h>

/* Forces one BLAS thread; call once at program start. Returns one line about the library. */
const char *blas_init(void);

/* Solves S x = b for symmetric positive definite S (n x n, overwritten by its factor);
 * b becomes x. False when S is not positive definite. */
bool blas_solve_positive(int64_t n, double *S, double *b);

/* The same with the factor that it left in S. */
void blas_solve_factored(int64_t n, const double *factor, double *b);

/* All eigenvalues of symmetric S (overwritten), ascending. */
void blas_eigenvalues(int64_t n, double *S, double *values);

/* All eigenvalues of symmetric S in reals, ascending; row k of S becomes a unit eigenvector of
 * number k, whose sign is left open. False where they cannot be found. S must be finite. */
bool blas_eigenvectors(int64_t n, real *S, real *values);

/* Largest eigenvalue of the symmetric tridiagonal matrix with that diagonal (n) and those numbers
 * beside it (n - 1); vector (n) gets its unit eigenvector. NaN when it cannot be found. */
double blas_tridiagonal_largest(int64_t n, const double *diagonal, const double *beside,
                                double *vector);

/* The lower triangle of C (n x n) += Xᵀ X for X (rows x n, rows `stride` apart); then its mirror
 * image, once. */
void blas_add_gram(int64_t rows, int64_t n, int64_t stride, const double *X, double *C);
void blas_mirror(int64_t n, double *C);

double blas_dot(int64_t n, const double *x, const double *y); /* fixed order */
double blas_norm(int64_t n, const double *x);

#endif
