/* Gradients of attention, tile by tile: probabilities are computed again from the kept log_sums.
 *
 * With P = exp(scores − log_sum) and D = Σ_j dy_j y_j of a row (which is Σ_k P_k dP_k):
 *   dV += Pᵀ dY,  dP = dY Vᵀ,  dS = P (dP − D) / sqrt(head_size),  dQ += dS K,  dK += dSᵀ Q. */
#include "compute/cpu_attention.h"

#include "compute/cpu_multiply.h"
#include "compute/rules.h"

#include <omp.h>

/* The views of one head of queries and of the head of keys that it looks at. */
typedef struct {
    Matrix query, key, value, y, dy, dquery, dkey, dvalue;
    const real *log_sums; /* context numbers */
} Views;

/* P and dS of one key, in place of its scores and dP; 0 for queries that may not see it. */
static void turn_key(int from, int key, real scale, const real *restrict log_sums,
                     const real *restrict product, real *restrict p, real *restrict slope)
{
    for (int q = 0; q < from; q++) p[q] = slope[q] = 0;
    for (int first = from; first < ATTENTION_TILE; first += LANES)
        for (int l = 0; l < LANES; l++) {
            int q = first + l;
            real e = rule_exp(p[q] - log_sums[q]), s = scale * e * (slope[q] - product[q]);
            p[q] = l >= key - first ? e : 0;
            slope[q] = l >= key - first ? s : 0;
        }
}

/* Σ x y in lanes, folded in halves. */
static real row_product(int64_t n, const real *x, const real *y)
{
    real part[LANES] = {0}, rest = 0;
    int64_t j = 0;
    for (; j + LANES <= n; j += LANES)
        for (int l = 0; l < LANES; l++) part[l] += x[j + l] * y[j + l];
    for (; j < n; j++) rest += x[j] * y[j];
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) part[l] += part[l + half];
    return part[0] + rest;
}

/* Scores and dP of a pair of tiles, then P and dS. */
static void recompute(const AttentionShape *shape, const Views *views, int64_t q, int64_t k,
                      AttentionTile *tile)
{
    Matrix query = attention_tile(views->query, q), key = attention_tile(views->key, k);
    bool is_diagonal = shape->causal && q == k;
    real scale = attention_scale(shape);
    Product product = {.transpose_b = true,
                       .triangle = is_diagonal ? TRIANGLE_RESULT : TRIANGLE_NONE,
                       .alpha = scale,
                       .A = key,
                       .B = query,
                       .C = attention_pairs(key, query, tile->scores)};
    cpu_multiply(&product);
    product.alpha = 1;
    product.A = attention_tile(views->value, k);
    product.B = attention_tile(views->dy, q);
    product.C = attention_pairs(key, query, tile->slopes);
    cpu_multiply(&product);
    for (int r = 0; r < (int)key.rows; r++)
        turn_key(attention_start(is_diagonal, r), is_diagonal ? r : 0, scale, tile->log_sums,
                 tile->product, tile->scores + r * ATTENTION_TILE,
                 tile->slopes + r * ATTENTION_TILE);
}

/* One pair of tiles. is_first: nothing stands yet in dkey and dvalue. */
static void backward_pair(const AttentionShape *shape, const Views *views, int64_t q, int64_t k,
                          bool is_first, AttentionTile *tile)
{
    Matrix query = attention_tile(views->query, q), key = attention_tile(views->key, k);
    bool is_diagonal = shape->causal && q == k;
    recompute(shape, views, q, k, tile);
    Product product = {.triangle = is_diagonal ? TRIANGLE_UPPER : TRIANGLE_NONE,
                       .alpha = 1,
                       .beta = is_first ? 0 : 1,
                       .A = attention_pairs(key, query, tile->scores),
                       .B = attention_tile(views->dy, q),
                       .C = attention_tile(views->dvalue, k)};
    cpu_multiply(&product);
    product.A = attention_pairs(key, query, tile->slopes);
    product.B = query;
    product.C = attention_tile(views->dkey, k);
    cpu_multiply(&product);
    product.transpose_a = true;
    product.triangle = is_diagonal ? TRIANGLE_LOWER : TRIANGLE_NONE;
    product.beta = k > 0 ? 1 : 0;
    product.B = key;
    product.C = attention_tile(views->dquery, q);
    cpu_multiply(&product);
}

/* All pairs of one head of queries. is_first: the first of the group that shares its keys. */
static void backward_head(const AttentionShape *shape, const Views *views, bool is_first,
                          AttentionTile *tile)
{
    int64_t count = attention_tile_count(shape);
    for (int64_t q = 0; q < count; q++) {
        Matrix y = attention_tile(views->y, q), dy = attention_tile(views->dy, q);
        for (int64_t r = 0; r < y.rows; r++) {
            tile->product[r] = row_product(y.cols, matrix_row(y, r), matrix_row(dy, r));
            tile->log_sums[r] = views->log_sums[q * ATTENTION_TILE + r];
        }
        int64_t last = shape->causal ? q : count - 1;
        for (int64_t k = 0; k <= last; k++)
            backward_pair(shape, views, q, k, is_first && q == (shape->causal ? k : 0), tile);
    }
}

void cpu_attention_backward(Backend *backend, const AttentionShape *shape, Matrix qkv, Matrix y,
                            Matrix log_sums, Matrix dy, Matrix dqkv)
{
    AttentionTile *tiles = attention_tiles(backend);
    int64_t group = shape->heads / shape->key_heads, tasks = shape->batch * shape->key_heads;
#pragma omp parallel for schedule(dynamic, 1) if (attention_forks(shape))
    for (int64_t task = 0; task < tasks; task++) {
        int64_t b = task / shape->key_heads, key_head = task % shape->key_heads;
        for (int64_t h = key_head * group; h < (key_head + 1) * group; h++) {
            Views views = {
                .query = attention_query(shape, qkv, b, h),
                .key = attention_key(shape, qkv, b, key_head),
                .value = attention_value(shape, qkv, b, key_head),
                .y = attention_query(shape, y, b, h),
                .dy = attention_query(shape, dy, b, h),
                .dquery = attention_query(shape, dqkv, b, h),
                .dkey = attention_key(shape, dqkv, b, key_head),
                .dvalue = attention_value(shape, dqkv, b, key_head),
                .log_sums = matrix_row(log_sums, b * shape->heads + h),
            };
            backward_head(shape, &views, h == key_head * group, tiles + omp_get_thread_num());
        }
    }
}
