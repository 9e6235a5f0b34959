/* What the two passes of attention share: tiles of one head, and their memory.
 *
 * The context is cut into tiles of ATTENTION_TILE rows; probabilities exist for one
 * pair of tiles (queries, keys) at a time, so memory does not grow with the context.
 * Pairs above the causal diagonal are never touched. */
#ifndef COMPUTE_CPU_ATTENTION_H
#define COMPUTE_CPU_ATTENTION_H

#include "compute/cpu.h"

#include <math.h>

enum { ATTENTION_TILE = 64 };

/* A thread's memory: two tiles of numbers and two columns of them. */
typedef struct {
    real scores[ATTENTION_TILE * ATTENTION_TILE];
    real slopes[ATTENTION_TILE * ATTENTION_TILE];
    real largest[ATTENTION_TILE]; /* of the scores of a row so far, or Σ dy y of a row */
    real sum[ATTENTION_TILE];     /* of exp(score − largest) of a row so far */
} AttentionTile;

/* One for each thread that a parallel region may have. */
AttentionTile *attention_tiles(Backend *backend);

/* Query, key or value head number `head` of sequence `batch`: context x head_size. */
Matrix attention_query(const AttentionShape *shape, Matrix qkv, int64_t batch, int64_t head);
Matrix attention_key(const AttentionShape *shape, Matrix qkv, int64_t batch, int64_t head);
Matrix attention_value(const AttentionShape *shape, Matrix qkv, int64_t batch, int64_t head);

/* Tile number `index` of a head. */
Matrix attention_tile(Matrix head, int64_t index);

static inline int64_t attention_tile_count(const AttentionShape *shape)
{
    return (shape->context + ATTENTION_TILE - 1) / ATTENTION_TILE;
}

/* Numbers for each pair of a query and a key of two tiles. */
static inline Matrix attention_pairs(Matrix query, Matrix key, real *memory)
{
    return (Matrix){memory, query.rows, key.rows, ATTENTION_TILE, (Dtype)DTYPE_REAL};
}

/* How many keys of a tile the row may see: all, or those up to itself on the diagonal. */
static inline int attention_seen(bool is_diagonal, int64_t row, Matrix scores)
{
    return (int)(is_diagonal ? row + 1 : scores.cols);
}

static inline real attention_scale(const AttentionShape *shape)
{
    return (real)(1.0 / sqrt((double)shape->head_size));
}

/* Work of a pass over all heads, in element operations: is a thread worth waking? */
bool attention_forks(const AttentionShape *shape);

#endif
