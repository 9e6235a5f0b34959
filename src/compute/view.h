/* A matrix somewhere in a backend's memory, passed by value.
 *
 * Slicing is arithmetic on a copy; nothing is owned. A vector is a matrix of one
 * row; images are matrices too: a row per pixel (image by image, line by line), a
 * column per channel. Element (i, j) is data[i * stride + j]. */
#ifndef COMPUTE_VIEW_H
#define COMPUTE_VIEW_H

#include "compute/real.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { DTYPE_FLOAT32, DTYPE_BFLOAT16, DTYPE_FLOAT64 } Dtype;

#ifdef COMPUTE_DOUBLE
enum { DTYPE_REAL = DTYPE_FLOAT64 };
#else
enum { DTYPE_REAL = DTYPE_FLOAT32 };
#endif

typedef struct {
    void *data; /* NULL: there is no such matrix */
    int64_t rows, cols, stride;
    Dtype dtype;
} Matrix;

static inline size_t dtype_size(Dtype dtype)
{
    return dtype == DTYPE_FLOAT64 ? 8 : dtype == DTYPE_FLOAT32 ? 4 : 2;
}

/* rows x cols reals without gaps. */
static inline Matrix matrix_of(real *data, int64_t rows, int64_t cols)
{
    return (Matrix){data, rows, cols, cols, (Dtype)DTYPE_REAL};
}

/* The elements, where they are reals. */
static inline real *matrix_reals(Matrix A)
{
    assert(A.dtype == (Dtype)DTYPE_REAL);
    return (real *)A.data;
}

static inline real *matrix_row(Matrix A, int64_t row) { return matrix_reals(A) + row * A.stride; }

/* Columns first … first + cols − 1. */
static inline Matrix matrix_columns(Matrix A, int64_t first, int64_t cols)
{
    return (Matrix){(char *)A.data + (size_t)first * dtype_size(A.dtype), A.rows, cols, A.stride,
                    A.dtype};
}

/* Rows first … first + rows − 1. */
static inline Matrix matrix_rows(Matrix A, int64_t first, int64_t rows)
{
    return (Matrix){(char *)A.data + (size_t)(first * A.stride) * dtype_size(A.dtype), rows, A.cols,
                    A.stride, A.dtype};
}

static inline bool matrix_exists(Matrix A) { return A.data != NULL; }
static inline int64_t matrix_count(Matrix A) { return A.rows * A.cols; }
static inline bool matrix_is_contiguous(Matrix A) { return A.stride == A.cols || A.rows == 1; }

/* The same numbers as rows x cols; where the shape changes there are as many and no gaps. */
static inline Matrix matrix_reshaped(Matrix A, int64_t rows, int64_t cols)
{
    if (A.rows == rows && A.cols == cols) return A;
    assert(matrix_is_contiguous(A) && matrix_count(A) == rows * cols);
    return (Matrix){A.data, rows, cols, cols, A.dtype};
}

static inline bool matrix_same_shape(Matrix A, Matrix B)
{
    return A.rows == B.rows && A.cols == B.cols;
}

#endif
