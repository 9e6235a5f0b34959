/* Least squares at every node:
 *
 *     f_i(x) = 1/(2 m_i) |A_i x − b_i|² + lambda/2 |x|²
 *
 * kept as H_i = A_i'A_i/m_i and c_i = A_i'b_i/m_i where that is less to read than the rows
 * (dimension <= m_i), else as rows. */
#ifndef NETWORK_LOCAL_SQUARES_H
#define NETWORK_LOCAL_SQUARES_H

#include "network/local_kinds.h"

typedef struct Squares Squares;

extern const LocalForm local_squares;

/* destroy() of the form frees it; every node must be given its rows. */
Squares *squares_create(int64_t nodes, int64_t dimension, double lambda);

/* A (rows x dimension), b (rows): copied. Returns L_i, from `smooth` = the largest eigenvalue of
 * A'A/rows where the caller knows it, NAN otherwise. */
double squares_give(Squares *squares, int64_t node, int64_t rows, const double *A, const double *b,
                    double smooth);

/* The largest eigenvalue of A'A/rows. */
double squares_curvature(int64_t rows, int64_t dimension, const double *A);

#endif
