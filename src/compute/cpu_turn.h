/* A part of a matrix on its side: to[j][i] = alpha from[i][j]. */
#ifndef COMPUTE_CPU_TURN_H
#define COMPUTE_CPU_TURN_H

#include "compute/view.h"

/* i < rows, j < cols; from, to: first elements, with the distances of their rows. They lie apart.
 */
void cpu_turn(int64_t rows, int64_t cols, real alpha, const real *from, int64_t from_stride,
              real *to, int64_t to_stride);

#endif
