/* LAPACK for general matrices of a few hundred rows, one thread. Matrices are row by row. */
#ifndef COMPUTE_GENERAL_H
#define COMPUTE_GENERAL_H

#include <stdint.h>

/* All eigenvalues of A (n x n, overwritten): real and imaginary parts, in no order. NaN when they
 * cannot be found. */
void general_eigenvalues(int64_t n, double *A, double *real_part, double *imaginary_part);

/* A = U S Vᵀ for A (rows x columns, overwritten): the singular values (the smaller of the two
 * numbers), descending; where V is not NULL, Vᵀ (columns x columns), a right singular vector in
 * each of its rows. NaN when they cannot be found. */
void general_singular(int64_t rows, int64_t columns, double *A, double *values, double *V);

/* The shortest x with the least |A x − b|, A (rows x columns). The rank is that of the leading part
 * of A's pivoted triangle whose condition stays below 1 / tolerance; returns it. x: columns. */
int64_t general_least_squares(int64_t rows, int64_t columns, const double *A, const double *b,
                              double tolerance, double *x);

/* R of A = Q R (rows x columns, rows >= columns): columns x columns, upper triangle.
 */
void general_triangle(int64_t rows, int64_t columns, const double *A, double *R);

#endif
