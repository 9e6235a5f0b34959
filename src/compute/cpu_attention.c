/* Attention with online softmax: Dao et al., FlashAttention (2022), algorithm 1, for a CPU. */
#include "compute/cpu_attention.h"

#include "compute/blas.h"
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

Matrix attention_scores(const AttentionShape *shape, Matrix query, Matrix key, real *memory)
{
    Matrix scores = matrix_of(memory, query.rows, key.rows);
    real scale = (real)(1.0 / sqrt((double)shape->head_size));
    blas_gemm(false, true, scale, query, key, 0, scores);
    return scores;
}

static real row_largest(int64_t n, const real *x, real start)
{
    real largest = start;
#pragma omp simd reduction(max : largest)
    for (int64_t j = 0; j < n; j++) largest = x[j] > largest ? x[j] : largest;
    return largest;
}

/* x = exp(x − largest); returns the sum. */
static real row_exp(int64_t n, real *x, real largest)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < n; j++) {
        x[j] = rule_exp(x[j] - largest);
        sum += x[j];
    }
    return sum;
}

/* Scores of one row become exp(score − largest so far); what was summed under the old largest
 * shrinks by exp(old − new). Keys that the row may not see get 0. */
static void absorb_row(int64_t seen, Matrix scores, int64_t row, AttentionTile *tile, Matrix y)
{
    real *x = matrix_row(scores, row), *out = matrix_row(y, row);
    real largest = row_largest(seen, x, tile->largest[row]);
    real shrink = rule_exp(tile->largest[row] - largest);
    tile->sum[row] = tile->sum[row] * shrink + row_exp(seen, x, largest);
    tile->largest[row] = largest;
    for (int64_t j = seen; j < scores.cols; j++) x[j] = 0;
    for (int64_t j = 0; j < y.cols; j++) out[j] *= shrink;
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
    for (int64_t r = 0; r < query.rows; r++) {
        tile->largest[r] = -(real)INFINITY;
        tile->sum[r] = 0;
        for (int64_t j = 0; j < y.cols; j++) matrix_row(y, r)[j] = 0;
    }
    for (int64_t k = 0; k <= last; k++) {
        Matrix scores = attention_scores(shape, query, attention_tile(keys, k), tile->scores);
        for (int64_t r = 0; r < query.rows; r++)
            absorb_row(attention_seen(shape, k == index, r, scores.cols), scores, r, tile, y);
        blas_gemm(false, false, 1, scores, attention_tile(values, k), 1, y);
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
