/* Attention with online softmax: Dao et al., FlashAttention (2022), algorithm 1, for a CPU. */
#include "compute/cpu_attention.h"

#include "compute/cpu_lanes.h"
#include "compute/cpu_multiply.h"
#include "compute/rules.h"

#include <assert.h>
#include <math.h>
#include <omp.h>

AttentionTile *attention_tiles(Backend *backend)
{
    size_t bytes = (size_t)omp_get_max_threads() * sizeof(AttentionTile);
    return cpu_scratch(backend, CPU_SCRATCH_ATTENTION, bytes);
}

static Matrix part_of(const AttentionShape *shape, Matrix qkv, int64_t batch, int64_t column)
{
    Matrix sequence = matrix_rows(qkv, batch * shape->context, shape->context);
    return matrix_columns(sequence, column * shape->head_size, shape->head_size);
}

Matrix attention_query(const AttentionShape *shape, Matrix qkv, int64_t batch, int64_t head)
{
    return part_of(shape, qkv, batch, head);
}

Matrix attention_key(const AttentionShape *shape, Matrix qkv, int64_t batch, int64_t head)
{
    return part_of(shape, qkv, batch, shape->heads + head);
}

Matrix attention_value(const AttentionShape *shape, Matrix qkv, int64_t batch, int64_t head)
{
    return part_of(shape, qkv, batch, shape->heads + shape->key_heads + head);
}

Matrix attention_tile(Matrix head, int64_t index)
{
    int64_t first = index * ATTENTION_TILE, left = head.rows - first;
    return matrix_rows(head, first, left < ATTENTION_TILE ? left : ATTENTION_TILE);
}

bool attention_forks(const AttentionShape *shape)
{
    int64_t pairs = shape->batch * shape->heads * shape->context * shape->context;
    return pairs * shape->head_size > CPU_FORK;
}

/* The largest of the first `seen` numbers and of `start`. Whole registers are read. */
static real row_largest(int seen, const real *x, real start)
{
    real largest = start;
#pragma omp simd reduction(max : largest)
    for (int j = 0; j < lanes_whole(seen); j++)
        largest = j < seen && x[j] > largest ? x[j] : largest;
    return largest;
}

/* x = exp(x − largest) for the first `seen` numbers, 0 for the others; returns the sum. */
static real row_exp(int seen, real *x, real largest)
{
    real sum = 0;
    int whole = (int)lanes_whole(seen);
#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < whole; j++) {
        real e = rule_exp(x[j] - largest);
        x[j] = j < seen ? e : 0;
        sum += x[j];
    }
#pragma omp simd
    for (int j = whole; j < ATTENTION_TILE; j++) x[j] = 0;
    return sum;
}

/* Scores of one row become exp(score − largest so far); what was summed under the old largest
 * shrinks by exp(old − new). */
static void absorb_row(int seen, int64_t row, bool is_first, AttentionTile *tile, Matrix y)
{
    real *x = tile->scores + row * ATTENTION_TILE, *out = matrix_row(y, row);
    real before = is_first ? -(real)INFINITY : tile->largest[row];
    real largest = row_largest(seen, x, before), shrink = rule_exp(before - largest);
    tile->sum[row] = (is_first ? 0 : tile->sum[row] * shrink) + row_exp(seen, x, largest);
    tile->largest[row] = largest;
    for (int64_t j = 0; j < y.cols && !is_first; j++) out[j] *= shrink;
}

static void finish_rows(const AttentionTile *tile, Matrix y, real *log_sums)
{
    for (int64_t r = 0; r < y.rows; r++) {
        real *out = matrix_row(y, r), inverse = 1 / tile->sum[r];
        for (int64_t j = 0; j < y.cols; j++) out[j] *= inverse;
        log_sums[r] = tile->largest[r] + (real)log((double)tile->sum[r]);
    }
}

/* y of one tile of queries, from all tiles of keys that it may see. */
static void forward_tile(const AttentionShape *shape, int64_t index, Matrix query, Matrix keys,
                         Matrix values, AttentionTile *tile, Matrix y, real *log_sums)
{
    int64_t last = shape->causal ? index : attention_tile_count(shape) - 1;
    for (int64_t k = 0; k <= last; k++) {
        bool is_diagonal = shape->causal && k == index;
        Matrix key = attention_tile(keys, k), scores = attention_pairs(query, key, tile->scores);
        cpu_multiply(&(Product){.transpose_b = true,
                                .triangle = is_diagonal ? TRIANGLE_RESULT : TRIANGLE_NONE,
                                .alpha = attention_scale(shape),
                                .A = query,
                                .B = key,
                                .C = scores});
        for (int64_t r = 0; r < query.rows; r++)
            absorb_row(attention_seen(is_diagonal, r, scores), r, k == 0, tile, y);
        cpu_multiply(&(Product){.triangle = is_diagonal ? TRIANGLE_LEFT : TRIANGLE_NONE,
                                .alpha = 1,
                                .beta = k > 0 ? 1 : 0,
                                .A = scores,
                                .B = attention_tile(values, k),
                                .C = y});
    }
    finish_rows(tile, y, log_sums);
}

void cpu_attention(Backend *backend, const AttentionShape *shape, Matrix qkv, Matrix y,
                   Matrix log_sums)
{
    assert(shape->heads % shape->key_heads == 0);
    AttentionTile *tiles = attention_tiles(backend);
    int64_t group = shape->heads / shape->key_heads, count = attention_tile_count(shape);
    int64_t tasks = shape->batch * shape->heads;
#pragma omp parallel for schedule(dynamic, 1) if (attention_forks(shape))
    for (int64_t task = 0; task < tasks; task++) {
        int64_t b = task / shape->heads, h = task % shape->heads;
        Matrix query = attention_query(shape, qkv, b, h);
        Matrix keys = attention_key(shape, qkv, b, h / group);
        Matrix values = attention_value(shape, qkv, b, h / group);
        Matrix out = part_of(shape, y, b, h);
        for (int64_t k = 0; k < count; k++)
            forward_tile(shape, k, attention_tile(query, k), keys, values,
                         tiles + omp_get_thread_num(), attention_tile(out, k),
                         matrix_row(log_sums, task) + k * ATTENTION_TILE);
    }
}
