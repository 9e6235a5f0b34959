/* Attention with online softmax: Dao et al., FlashAttention (2022), algorithm 1, for a CPU. */
#include "compute/cpu_attention.h"

#include "compute/cpu_multiply.h"
#include "compute/rules.h"

#include <assert.h>
#include <math.h>
#include <omp.h>
#include <string.h>

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

/* Of a key on the diagonal only queries from it on count. Loops are of one register, whatever
 * `from`: the compiler would not believe that it is a multiple of LANES. */
static void find_largest(const real *score, int from, int key, real *restrict largest)
{
    for (int first = from; first < ATTENTION_TILE; first += LANES)
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            real own = score[first + l], before = largest[first + l];
            bool counts = (l >= key - first) & (own > before);
            largest[first + l] = counts ? own : before;
        }
}

/* score = exp(score − largest), 0 where the query may not see the key; sum += that. */
static void add_exp(real *restrict score, int from, int key, const real *restrict largest,
                    real *restrict sum)
{
    for (int q = 0; q < from; q++) score[q] = 0;
    for (int first = from; first < ATTENTION_TILE; first += LANES)
        for (int l = 0; l < LANES; l++) {
            real e = rule_exp(score[first + l] - largest[first + l]);
            score[first + l] = e = l >= key - first ? e : 0;
            sum[first + l] += e;
        }
}

/* The scores of a tile become exp(score − largest so far); what was summed under the old largest
 * shrinks by exp(old − new). */
static void absorb(int keys, bool is_diagonal, AttentionTile *tile)
{
    real before[ATTENTION_TILE];
    memcpy(before, tile->largest, sizeof before);
    for (int k = 0; k < keys; k++)
        find_largest(tile->scores + k * ATTENTION_TILE, attention_start(is_diagonal, k),
                     is_diagonal ? k : 0, tile->largest);
#pragma omp simd
    for (int q = 0; q < ATTENTION_TILE; q++) {
        tile->shrink[q] = rule_exp(before[q] - tile->largest[q]);
        tile->sum[q] *= tile->shrink[q];
    }
    for (int k = 0; k < keys; k++)
        add_exp(tile->scores + k * ATTENTION_TILE, attention_start(is_diagonal, k),
                is_diagonal ? k : 0, tile->largest, tile->sum);
}

static void start_tile(AttentionTile *tile)
{
    for (int q = 0; q < ATTENTION_TILE; q++) {
        tile->largest[q] = -(real)INFINITY;
        tile->sum[q] = 0;
    }
}

static void scale_row(Matrix y, int64_t row, real factor)
{
    real *out = matrix_row(y, row);
    for (int64_t j = 0; j < y.cols; j++) out[j] *= factor;
}

static void finish_tile(const AttentionTile *tile, Matrix y, real *log_sums)
{
    for (int64_t q = 0; q < y.rows; q++) {
        scale_row(y, q, 1 / tile->sum[q]);
        log_sums[q] = tile->largest[q] + (real)log((double)tile->sum[q]);
    }
}

/* y of one tile of queries, from all tiles of keys that it may see. */
static void forward_tile(const AttentionShape *shape, int64_t index, Matrix query, Matrix keys,
                         Matrix values, AttentionTile *tile, Matrix y, real *log_sums)
{
    int64_t last = shape->causal ? index : attention_tile_count(shape) - 1;
    start_tile(tile);
    for (int64_t k = 0; k <= last; k++) {
        bool is_diagonal = shape->causal && k == index;
        Matrix key = attention_tile(keys, k), scores = attention_pairs(key, query, tile->scores);
        cpu_multiply(&(Product){.transpose_b = true,
                                .triangle = is_diagonal ? TRIANGLE_RESULT : TRIANGLE_NONE,
                                .alpha = attention_scale(shape),
                                .A = key,
                                .B = query,
                                .C = scores});
        absorb((int)key.rows, is_diagonal, tile);
        for (int64_t q = 0; q < y.rows && k > 0; q++) scale_row(y, q, tile->shrink[q]);
        cpu_multiply(&(Product){.transpose_a = true,
                                .triangle = is_diagonal ? TRIANGLE_LOWER : TRIANGLE_NONE,
                                .alpha = 1,
                                .beta = k > 0 ? 1 : 0,
                                .A = scores,
                                .B = attention_tile(values, k),
                                .C = y});
    }
    finish_tile(tile, y, log_sums);
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
