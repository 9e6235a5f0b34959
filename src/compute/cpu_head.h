/* A chunk of rows of the head: its logits and what is known of them, in the work memory.
 *
 * cpu_head.c finds logits, losses and probabilities; cpu_head_backward.c the gradients. */
#ifndef COMPUTE_CPU_HEAD_H
#define COMPUTE_CPU_HEAD_H

#include "compute/cpu.h"

enum {
    HEAD_TILE = 512, /* classes of a tile */
    HEAD_PART = 4,   /* tiles of a part: dx is summed within parts, then over them in order */
    HEAD_FEW = 2048, /* up to so many classes, blocks of rows are what keeps threads busy */
};

typedef struct {
    const Head *head;
    real share;            /* 1 / number of rows of the batch that count; 0 where none does */
    Matrix x, dx;          /* the chunk's rows */
    const int32_t *labels; /* … and theirs */
    int64_t rows, classes, block; /* rows of a block */
    int64_t blocks, tiles, parts;
    real *logits;         /* tile by tile; then e = exp(logit − largest); then slopes */
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
static inline Matrix head_block(const HeadChunk *chunk, Matrix A, int64_t index)
{
    int64_t first = index * chunk->block, left = A.rows - first;
    return matrix_rows(A, first, left < chunk->block ? left : chunk->block);
}

static inline int64_t head_tile_classes(const HeadChunk *chunk, int64_t tile)
{
    int64_t left = chunk->classes - tile * HEAD_TILE;
    return left < HEAD_TILE ? left : HEAD_TILE;
}

/* Numbers from one row of a tile to the next: rows that are a power of two apart would share a
 * few lines of the first cache. */
static inline int64_t head_stride(int64_t classes) { return (classes + 15) / 16 * 16 + 16; }

/* rows x classes of the tile. */
static inline Matrix head_tile(const HeadChunk *chunk, int64_t tile)
{
    int64_t classes = head_tile_classes(chunk, tile);
    return (Matrix){chunk->logits + tile * chunk->rows * head_stride(HEAD_TILE), chunk->rows,
                    classes, head_stride(classes), (Dtype)DTYPE_REAL};
}

static inline bool head_forks(const HeadChunk *chunk)
{
    return chunk->rows * chunk->classes * chunk->x.cols > CPU_FORK;
}

/* Where e and factors of a chunk stand: dx, dweight and dbias. */
void head_backward(const HeadChunk *chunk);

#endif
