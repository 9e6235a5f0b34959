#include "compute/cpu_each.h"

/* A block of 64 KiB: some microseconds of work, and it fits the second-level cache with others. */
enum { BLOCK = 1 << 14, GRAIN = 64 };

static void each_flat(int64_t count, CpuWork *work, const void *job)
{
    CpuBlocks blocks = cpu_blocks((count + GRAIN - 1) / GRAIN, GRAIN, BLOCK);
#pragma omp parallel for schedule(static) if (count >= CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++) {
        CpuBlock block = cpu_block(blocks, b);
        int64_t first = block.first * GRAIN, end = first + block.count * GRAIN;
        work(job, (CpuPiece){b, 0, first, (end < count ? end : count) - first});
    }
}

static void each_row(int64_t rows, int64_t cols, CpuWork *work, const void *job)
{
    CpuBlocks blocks = cpu_blocks(rows, cols, BLOCK);
#pragma omp parallel for schedule(static) if (rows * cols >= CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++) {
        CpuBlock block = cpu_block(blocks, b);
        for (int64_t r = 0; r < block.count; r++)
            work(job, (CpuPiece){b, block.first + r, 0, cols});
    }
}

void cpu_each(int64_t rows, int64_t cols, bool flat, CpuWork *work, const void *job)
{
    if (flat)
        each_flat(rows * cols, work, job);
    else
        each_row(rows, cols, work, job);
}
