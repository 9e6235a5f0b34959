/* Element-wise work on one or more matrices of one shape, cut into blocks.
 *
 * Where no operand has gaps the elements are one long row, cut without regard to
 * rows, so that a vector of parameters is shared by threads too. */
#ifndef COMPUTE_CPU_EACH_H
#define COMPUTE_CPU_EACH_H

#include "compute/cpu.h"

/* `count` neighbouring elements from (row, first) on. In a matrix without gaps `first` may lie
 * beyond the end of the row and `count` reach over several. */
typedef struct {
    int64_t block, row, first, count;
} CpuPiece;

/* Called for every piece, by several threads for different blocks; the pieces of a block in
 * order. There are at most CPU_MAX_BLOCKS blocks. */
typedef void CpuWork(const void *job, CpuPiece piece);

/* flat: no operand has gaps. */
void cpu_each(int64_t rows, int64_t cols, bool flat, CpuWork *work, const void *job);

/* The element at which a piece begins. */
static inline real *cpu_at(Matrix A, CpuPiece piece)
{
    return matrix_reals(A) + piece.row * A.stride + piece.first;
}

#endif
