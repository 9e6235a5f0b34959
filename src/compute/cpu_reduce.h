/* The end of a sum over rows: the parts of the blocks, in their order. */
#ifndef COMPUTE_CPU_REDUCE_H
#define COMPUTE_CPU_REDUCE_H

#include "compute/cpu.h"

/* Rows of one part: many more than a part costs to clear and to add, few enough for threads. */
enum { CPU_SUM_ROWS = 32 };

/* sum[j] += Σ_b part[b * stride + j] for j < n, rounded once. */
void cpu_add_parts(int64_t blocks, int64_t n, int64_t stride, const double *part, real *sum);

#endif
