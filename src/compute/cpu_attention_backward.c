/* Gradients of attention, tile by tile: probabilities are computed again from the kept log_sums.
 *
 * With P = exp(scores − log_sum) and D = Σ_j dy_j y_j of a row (which is Σ_k P_k dP_k):
 *   dV += Pᵀ dY,  dP = dY Vᵀ,  dS = P (dP − D) / sqrt(head_size),  dQ += dS K,  dK += dSᵀ Q. */
#include "compute/cpu_attention.h"

#include "compute/blas.h"
#include "compute/rules.h"

#include <math.h>
#include <omp.h>

/* The views of one head of queries and of the head of keys that it looks at. */
typedef struct {
    Matrix query, key, value, y, dy, dquery, dkey, dvalue;
    const real *log_sums; /* context numbers */
} Views;

/* P and dS of one row, in place of its scores and dP. */
static void turn_row(int64_t seen, int64_t keys, real scale, real log_sum, real product, real *p,
                     real *slope)
{
#pragma omp simd
    for (int64_t j = 0; j < seen; j++) {
        p[j] = rule_exp(p[j] - log_sum);
        slope[j] = scale * p[j] * (slope[j] - product);
    }
    for (int64_t j = seen; j < keys; j++) p[j] = slope[j] = 0;
}

static real row_product(int64_t n, const real *x, const real *y)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < n; j++) sum += x[j] * y[j];
    return sum;
}

/* One pair of tiles. first_query, first_key: nothing stands yet in dkey and dvalue, in dquery. */
static void backward_pair(const AttentionShape *shape, const Views *views, int64_t q, int64_t k,
                          bool first_query, AttentionTile *tile)
{
    Matrix query = attention_tile(views->query, q), dy = attention_tile(views->dy, q);
    Matrix key = attention_tile(views->key, k), value = attention_tile(views->value, k);
    Matrix p = attention_scores(shape, query, key, tile->scores);
    Matrix slopes = matrix_of(tile->slopes, p.rows, p.cols);
    real scale = (real)(1.0 / sqrt((double)shape->head_size));
    real keep = first_query ? 0 : 1;

    blas_gemm(false, true, 1, dy, value, 0, slopes);
    for (int64_t r = 0; r < p.rows; r++)
        turn_row(attention_seen(shape, q == k, r, p.cols), p.cols, scale,
                 views->log_sums[q * ATTENTION_TILE + r], tile->largest[r], matrix_row(p, r),
                 matrix_row(slopes, r));
    blas_gemm(true, false, 1, p, dy, keep, attention_tile(views->dvalue, k));
    blas_gemm(true, false, 1, slopes, query, keep, attention_tile(views->dkey, k));
    blas_gemm(false, false, 1, slopes, key, k > 0 ? 1 : 0, attention_tile(views->dquery, q));
}

/* All pairs of one head of queries. is_first: the first of the group that shares its keys. */
static void backward_head(const AttentionShape *shape, const Views *views, bool is_first,
                          AttentionTile *tile)
{
    int64_t count = attention_tile_count(shape);
    for (int64_t q = 0; q < count; q++) {
        Matrix y = attention_tile(views->y, q), dy = attention_tile(views->dy, q);
        for (int64_t r = 0; r < y.rows; r++)
            tile->largest[r] = row_product(y.cols, matrix_row(y, r), matrix_row(dy, r));
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
