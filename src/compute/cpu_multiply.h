/* Products of the sizes that networks of a laptop have, on one thread.
 *
 * The right factor is laid out in panels of TILE_COLS columns that stay in the first
 * cache; the left one is read where it is. For some hundred rows and columns that is
 * 10 to 20 % faster than a general BLAS, which copies both factors, and 30 % where the
 * right factor is transposed; and zeros of triangular factors are left out. Calls of
 * many threads at once are fine; the same shapes give the same bytes. */
#ifndef COMPUTE_CPU_MULTIPLY_H
#define COMPUTE_CPU_MULTIPLY_H

#include "compute/view.h"

/* What is known to be zero, or not wanted, of factors of one pair of tiles. */
typedef enum {
    TRIANGLE_NONE,
    TRIANGLE_LOWER,  /* op(A) is 0 above its diagonal */
    TRIANGLE_UPPER,  /* op(A) is 0 below its diagonal */
    TRIANGLE_RESULT, /* of C only what is not below its diagonal is wanted; the rest: anything */
} Triangle;

/* C = alpha op(A) op(B) + beta C; with beta 0 and a start (a number per column), C = alpha op(A)
 * op(B) + start in each row. */
typedef struct {
    bool transpose_a, transpose_b;
    Triangle triangle;
    real alpha, beta;
    Matrix A, B, C;
    const real *start; /* NULL: zeros */
} Product;

void cpu_multiply(const Product *product);

#endif
