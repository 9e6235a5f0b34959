/* Tables looked up by token. */
#include "compute/cpu.h"

#include <string.h>

enum { BLOCK = 1 << 14, COLUMNS = 32 };

void cpu_embed(Backend *backend, const int32_t *ids, Matrix table, Matrix y)
{
    (void)backend;
    assert(table.cols == y.cols);
    CpuBlocks blocks = cpu_blocks(y.rows, y.cols, BLOCK);
#pragma omp parallel for schedule(static) if (matrix_count(y) >= CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++) {
        CpuBlock block = cpu_block(blocks, b);
        for (int64_t r = block.first; r < block.first + block.count; r++) {
            assert(ids[r] >= 0 && ids[r] < table.rows);
            memcpy(matrix_row(y, r), matrix_row(table, ids[r]), (size_t)y.cols * sizeof(real));
        }
    }
}

/* Ids repeat, so a thread takes columns, not rows: each element's sum is in the order of rows. */
void cpu_embed_backward(Backend *backend, const int32_t *ids, Matrix dy, Matrix dtable)
{
    (void)backend;
    assert(dtable.cols == dy.cols);
    int64_t blocks = (dy.cols + COLUMNS - 1) / COLUMNS;
#pragma omp parallel for schedule(static) if (matrix_count(dy) >= CPU_FORK)
    for (int64_t b = 0; b < blocks; b++) {
        int64_t first = b * COLUMNS, end = first + COLUMNS < dy.cols ? first + COLUMNS : dy.cols;
        for (int64_t r = 0; r < dy.rows; r++) {
            const real *from = matrix_row(dy, r);
            real *to = matrix_row(dtable, ids[r]);
#pragma omp simd
            for (int64_t j = first; j < end; j++) to[j] += from[j];
        }
    }
}
