/* What the two passes of attention share: tiles of one head, and their memory.
 *
 * The context is cut into tiles of ATTENTION_TILE rows; probabilities exist for one
 * pair of tiles (queries, keys) at a time, so memory does not grow with the context.
 * Pairs above the causal diagonal are never touched. */
#ifndef COMPUTE_CPU_ATTENTION_H
#define COMPUTE_CPU_ATTENTION_H

#include "compute/cpu.h"
#include "compute/cpu_lanes.h"

#include <math.h>

enum { ATTENTION_TILE = 64 };

/* A thread's memory. Numbers of pairs stand with a row per key and a column per query: what is
 * summed over keys is then summed register by register, ATTENTION_TILE queries at a time. */
typedef struct {
    real scores[ATTENTION_TILE * ATTENTION_TILE];
    real slopes[ATTENTION_TILE * ATTENTION_TILE];
    real largest[ATTENTION_TILE];  /* score of a query so far */
    real sum[ATTENTION_TILE];      /* Σ exp(score − largest) of a query so far */
    real shrink[ATTENTION_TILE];   /* what the sum was multiplied with last */
    real log_sums[ATTENTION_TILE]; /* as kept */
    real product[ATTENTION_TILE];  /* Σ_j dy_j y_j of a query */
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

/* Numbers for each pair of a key and a query of two tiles. */
static inline Matrix attention_pairs(Matrix key, Matrix query, real *memory)
{
    return (Matrix){memory, key.rows, query.rows, ATTENTION_TILE, (Dtype)DTYPE_REAL};
}

/* The first query of the register in which the first is that may see this key: before it is
 * nothing but zeros. */
static inline int attention_start(bool is_diagonal, int key)
{
    return is_diagonal ? key / LANES * LANES : 0;
}

static inline real attention_scale(const AttentionShape *shape)
{
    return (real)(1.0 / sqrt((double)shape->head_size));
}

/* Work of a pass over all heads, in element operations: is a thread worth waking? */
bool attention_forks(const AttentionShape *shape);

#endif
