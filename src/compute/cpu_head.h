/* A chunk of rows of the head: its logits and what is known of them, in the work memory.
 *
 * cpu_head.c finds logits, losses and probabilities; cpu_head_backward.c the gradients. */
#ifndef COMPUTE_CPU_HEAD_H
#define COMPUTE_CPU_HEAD_H

#include "compute/cpu.h"

enum {
    HEAD_BLOCK = 64, /* rows of a block */
    HEAD_TILE = 512, /* classes of a tile */
    HEAD_PART = 8,   /* tiles of a part: dx is summed within parts, then over them in order */
};

typedef struct {
    const Head *head;
    real share;            /* 1 / number of rows of the batch that count; 0 where none does */
    Matrix x, dx;          /* the chunk's rows */
    const int32_t *labels; /* … and theirs */
    int64_t rows, blocks, tiles, parts;
    Matrix logits;        /* rows x classes; then e = exp(logit − largest); then slopes */
    Matrix largest;       /* rows x tiles: largest logit of a row in a tile */
    Matrix sum;           /* rows x tiles: of e; then the factor that makes e a share of p */
    Matrix plain;         /* rows x tiles: Σ logit, for smoothing */
    real *label_logit;    /* rows */
    real *label_is_first; /* rows: 1 where it is the first largest of its tile, else 0 */
    double *loss;         /* rows; 0 where a row does not count */
    real *is_correct;     /* rows: 1 or 0 */
    Matrix parts_of_dx;   /* (parts * rows) x width; absent where there is one part */
} HeadChunk;

/* Block number `index` of matrices with a row per row of the chunk. */
static inline Matrix head_block(Matrix A, int64_t index)
{
    int64_t first = index * HEAD_BLOCK, left = A.rows - first;
    return matrix_rows(A, first, left < HEAD_BLOCK ? left : HEAD_BLOCK);
}

/* Columns of tile number `index` of matrices with a column per class. */
static inline Matrix head_tile(Matrix A, int64_t index)
{
    int64_t first = index * HEAD_TILE, left = A.cols - first;
    return matrix_columns(A, first, left < HEAD_TILE ? left : HEAD_TILE);
}

static inline bool head_forks(const HeadChunk *chunk)
{
    return chunk->rows * chunk->logits.cols * chunk->x.cols > CPU_FORK;
}

/* Where e and factors of a chunk stand: dx, dweight and dbias. */
void head_backward(const HeadChunk *chunk);

#endif
