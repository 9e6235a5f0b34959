#include "cuda_attention_case.h"

/* Tiles have 64 queries and 64 keys for heads of up to 64 numbers, 64 and 32 beyond, of which a
 * warp has 16: shapes of one, below, at and beyond all these; heads that can be read 16 bytes at a
 * time, and others; groups of heads; causal and full. */
static const AttentionShape shapes[] = {
    {1, 1, 1, 1, 1, true},    {2, 1, 2, 1, 8, false},   {3, 4, 4, 2, 5, true},
    {2, 33, 2, 1, 16, true},  {1, 65, 4, 2, 64, true},  {1, 65, 2, 2, 31, false},
    {2, 96, 3, 1, 24, false}, {1, 70, 2, 1, 128, true}, {1, 40, 2, 2, 66, false},
    {1, 129, 2, 1, 32, true}, {1, 64, 1, 1, 72, false}, {1, 128, 1, 1, 64, false},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };
static const int64_t gaps[] = {0, 3, 8}; /* 8: rows still begin at multiples of 16 bytes */
enum { GAPS = sizeof gaps / sizeof *gaps };

static const double ROUND = 0x1p-8; /* half a last place of bfloat16, of the number */

/* Both sides go back from the CPU's y, rounded, and its log_sums. */
static void agree(const Pair *pair, const AttentionCase *c)
{
    real *y = twin_numbers(pair, c->y, SIDE_CPU);
    for (int64_t k = 0; k < matrix_count(c->y.on[SIDE_CPU]); k++) y[k] = rule_bfloat16(y[k]);
    twin_set(pair, c->y, y);
    twin_agree(pair, c->log_sums);
    free(y);
}

/* ---- bounds, from the definition in double */

/* With u = 2^-23, since a card's sums may be cut off where ours are rounded: scores of n terms of
 * normal numbers are off by (n + 2) u times 2 sqrt(n), an exponential by as much and 2 u, sums of T
 * of them by T u; for both sides. */
static double relative_bound(const AttentionShape *s)
{
    double u = FLT_EPSILON, n = (double)s->head_size;
    return 2.0 * (4.0 * (n + 2.0) * u * sqrt(n) + ((double)s->context + 8.0) * u);
}

/* Numbers of a case on the host, and what its results may be off by. */
typedef struct {
    AttentionShape shape;
    real *qkv, *y, *log_sums, *dy;
    double *y_bound, *dqkv_bound;
} Bounds;

static int64_t packed_heads(const AttentionShape *s) { return s->heads + 2 * s->key_heads; }

static double dot(int64_t n, const real *x, const real *y, bool sizes)
{
    double sum = 0.0;
    for (int64_t j = 0; j < n; j++)
        sum += sizes ? fabs((double)x[j] * (double)y[j]) : (double)x[j] * (double)y[j];
    return sum;
}

static void add_sizes(int64_t n, double factor, const real *x, double *sum)
{
    for (int64_t j = 0; j < n; j++) sum[j] += factor * fabs((double)x[j]);
}

/* What a query and a key that it sees add. P is rounded, and is off by relative_bound() besides;
 * dS = P (dP − D) is rounded, and D and dP are sums of n terms, off by (n + 2) 2^-23 of their
 * sizes. */
static void add_pair(Bounds *b, int64_t head, int64_t at_query, int64_t at_key, double log_sum)
{
    const AttentionShape *s = &b->shape;
    int64_t n = s->head_size, heads = packed_heads(s), key_head = head / (s->heads / s->key_heads);
    int64_t q = (at_query * heads + head) * n, k = (at_key * heads + s->heads + key_head) * n;
    int64_t v = k + s->key_heads * n, y = (at_query * s->heads + head) * n;
    double scale = 1.0 / sqrt((double)n), off = relative_bound(s);
    double p = exp(scale * dot(n, b->qkv + q, b->qkv + k, false) - log_sum);
    double product = dot(n, b->dy + y, b->y + y, false);
    double ds = p * fabs(dot(n, b->dy + y, b->qkv + v, false) - product);
    double sizes = p * (dot(n, b->dy + y, b->qkv + v, true) + dot(n, b->dy + y, b->y + y, true));
    double ds_off = scale * (ROUND * ds + (off + (double)(n + 2) * FLT_EPSILON) * sizes);
    add_sizes(n, (ROUND + off) * p, b->qkv + v, b->y_bound + y);
    add_sizes(n, (ROUND + off) * p, b->dy + y, b->dqkv_bound + v);
    add_sizes(n, ds_off, b->qkv + k, b->dqkv_bound + q);
    add_sizes(n, ds_off, b->qkv + q, b->dqkv_bound + k);
}

static Bounds bounds_of(const Pair *pair, const AttentionCase *c)
{
    const AttentionShape *s = &c->shape;
    Bounds b = {*s,
                twin_numbers(pair, c->qkv, SIDE_CPU),
                twin_numbers(pair, c->y, SIDE_CPU),
                twin_numbers(pair, c->log_sums, SIDE_CPU),
                twin_numbers(pair, c->dy, SIDE_CPU),
                alloc_zeroed((size_t)matrix_count(c->y.on[0]), sizeof(double)),
                alloc_zeroed((size_t)matrix_count(c->qkv.on[0]), sizeof(double))};
    for (int64_t task = 0; task < s->batch * s->heads; task++)
        for (int64_t q = 0; q < s->context; q++)
            for (int64_t k = 0; k < (s->causal ? q + 1 : s->context); k++) {
                int64_t first = task / s->heads * s->context;
                add_pair(&b, task % s->heads, first + q, first + k,
                         (double)b.log_sums[task * s->context + q]);
            }
    return b;
}

/* A result is rounded itself; its bound is for first powers of ROUND. */
static void check(const Pair *pair, const char *what, Twin twin, double *bound)
{
    real *want = twin_numbers(pair, twin, SIDE_CPU);
    for (int64_t k = 0; k < matrix_count(twin.on[0]); k++)
        bound[k] = 1.01 * (bound[k] + ROUND * fabs((double)want[k]));
    twin_check_bounds(pair, what, twin, bound);
    free(want);
}

static void bounds_free(Bounds *b)
{
    free(b->qkv), free(b->y), free(b->log_sums), free(b->dy);
    free(b->y_bound), free(b->dqkv_bound);
}

/* ---- tests */

Test(cuda_attention_half, forward_is_that_of_the_cpu)
{
    for (int k = 0; k < SHAPES * GAPS; k++) {
        const AttentionShape *shape = &shapes[k / GAPS];
        Pair pair = pair_open();
        AttentionCase c = attention_case(&pair, DTYPE_BFLOAT16, shape, gaps[k % GAPS]);
        attention_forward(&pair, &c);
        Bounds bounds = bounds_of(&pair, &c);
        check(&pair, "y", c.y, bounds.y_bound);
        twin_check(&pair, "log_sums", c.log_sums, relative_bound(shape), relative_bound(shape));
        bounds_free(&bounds);
        pair_close(&pair);
    }
}

Test(cuda_attention_half, backward_is_that_of_the_cpu)
{
    for (int k = 0; k < SHAPES * GAPS; k++) {
        Pair pair = pair_open();
        AttentionCase c = attention_case(&pair, DTYPE_BFLOAT16, &shapes[k / GAPS], gaps[k % GAPS]);
        attention_forward(&pair, &c);
        agree(&pair, &c);
        attention_backward(&pair, &c);
        Bounds bounds = bounds_of(&pair, &c);
        check(&pair, "dqkv", c.dqkv, bounds.dqkv_bound);
        bounds_free(&bounds);
        pair_close(&pair);
    }
}

/* Σ P v = v Σ P, and probabilities sum to one but for their rounding; a query that sees one key has
 * its value. */
Test(cuda_attention_half, equal_values_come_out_whatever_the_scores)
{
    const AttentionShape shape = {1, 70, 2, 1, 64, true};
    const double values[] = {-3.0, 0.625};
    Pair pair = pair_open();
    AttentionCase c = attention_case(&pair, DTYPE_BFLOAT16, &shape, 0);
    real *qkv = twin_numbers(&pair, c.qkv, SIDE_CPU);
    for (int64_t k = 0; k < matrix_count(c.qkv.on[0]); k++)
        qkv[k] = k % 256 < 192 ? 3 * qkv[k] : (real)values[k % 2];
    twin_set(&pair, c.qkv, qkv);
    attention_forward(&pair, &c);
    real *y = twin_numbers(&pair, c.y, SIDE_CUDA);
    for (int64_t k = 0; k < matrix_count(c.y.on[0]); k++)
        close_check_one("y", (double)y[k], values[k % 2],
                        k < 128 ? 0.0 : 2.02 * ROUND * fabs(values[k % 2]));
    free(qkv), free(y);
    pair_close(&pair);
}

/* Query q has the score s_q with every key: log_sum = s_q + ln(q + 1), over 32 tiles of keys.
 *
 * Three numbers are rounded, each by 2^-24 of it: scale log2 e, the shift and the result. An
 * exponential is off by 2^-22, and a lane adds up to q / 4 + 16 of them. */
Test(cuda_attention_half, log_sums_of_large_scores_do_not_drift_from_tile_to_tile)
{
    enum { CONTEXT = 2048, HEAD = 16, PACKED = 3 * HEAD, KEY = 4 };
    Pair pair = pair_open();
    AttentionCase c =
        attention_case(&pair, DTYPE_BFLOAT16, &(AttentionShape){1, CONTEXT, 1, 1, HEAD, true}, 0);
    real *qkv = twin_numbers(&pair, c.qkv, SIDE_CPU);
    for (int64_t i = 0; i < CONTEXT * 2 * HEAD; i++) {
        int64_t q = i / (2 * HEAD), j = i % (2 * HEAD);
        qkv[q * PACKED + j] = (real)(j < HEAD ? q * 37 % 129 - 64 : KEY);
    }
    twin_set(&pair, c.qkv, qkv);
    attention_forward(&pair, &c);
    real *log_sums = twin_numbers(&pair, c.log_sums, SIDE_CUDA);
    for (int64_t q = 0; q < CONTEXT; q++) {
        double score = (double)(q * 37 % 129 - 64) * KEY * sqrt(HEAD);
        double want = score + log((double)(q + 1));
        double bound = 0x1p-24 * (2 * fabs(score) + fabs(want) + 20 + (double)q / 4);
        close_check_one("log_sum", (double)log_sums[q], want, bound);
    }
    free(qkv), free(log_sums);
    pair_close(&pair);
}

/* Σ_k dV_k = Σ_q (Σ_k P_qk) dy_q = Σ_q dy_q over the queries of a group: each term is off by its
 * rounded P, each dV by its own rounding. */
Test(cuda_attention_half, gradients_of_values_sum_to_those_of_the_outputs)
{
    const AttentionShape shape = {1, 130, 4, 2, 16, true};
    enum { WIDTH = 64, PACKED = 128, VALUES = 96, HEAD = 16 };
    Pair pair = pair_open();
    AttentionCase c = attention_case(&pair, DTYPE_BFLOAT16, &shape, 0);
    attention_forward(&pair, &c), agree(&pair, &c), attention_backward(&pair, &c);
    real *dqkv = twin_numbers(&pair, c.dqkv, SIDE_CUDA), *dy = twin_numbers(&pair, c.dy, SIDE_CPU);
    for (int64_t j = 0; j < PACKED - VALUES; j++) {
        double sum = 0.0, want = 0.0, sizes = 0.0;
        for (int64_t t = 0; t < shape.context; t++) {
            double dvalue = (double)dqkv[t * PACKED + VALUES + j];
            sum += dvalue, sizes += fabs(dvalue);
            for (int64_t head = j / HEAD * 2; head < j / HEAD * 2 + 2; head++) {
                double one = (double)dy[t * WIDTH + head * HEAD + j % HEAD];
                want += one, sizes += fabs(one);
            }
        }
        close_check_one("sum of dV", sum, want, (ROUND + relative_bound(&shape)) * sizes);
    }
    free(dqkv), free(dy);
    pair_close(&pair);
}

Test(cuda_attention_half, the_future_does_not_change_the_past)
{
    attention_check_past(DTYPE_BFLOAT16);
}

Test(cuda_attention_half, scores_of_ten_thousand_stay_finite_and_a_nan_is_not_hidden)
{
    attention_check_large(DTYPE_BFLOAT16);
}

Test(cuda_attention_half, the_same_call_gives_the_same_bytes)
{
    attention_check_repeats(DTYPE_BFLOAT16, shapes[4]);
}
