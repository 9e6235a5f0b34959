/* Attention on both backends, for the device's numbers in float32 and in bfloat16: a call with
 * all its matrices, and what holds for numbers of either kind. */
#ifndef TESTS_CUDA_ATTENTION_CASE_H
#define TESTS_CUDA_ATTENTION_CASE_H

#include "cuda_twins.h"

#include <criterion/new/assert.h>

typedef struct {
    AttentionShape shape;
    Twin qkv, y, log_sums, dy, dqkv;
} AttentionCase;

/* dtype: of the device's side but for log_sums; the host's are reals. Rows lie `gap` apart. */
static inline AttentionCase attention_case(Pair *pair, Dtype dtype, const AttentionShape *s,
                                           int64_t gap)
{
    bool half = dtype == DTYPE_BFLOAT16;
    int64_t rows = s->batch * s->context, width = s->heads * s->head_size;
    int64_t packed = width + 2 * s->key_heads * s->head_size;
    return (AttentionCase){*s,
                           (half ? twin_half_random : twin_random)(pair, 1, rows, packed, gap),
                           half ? twin_half_of(pair, NULL, rows, width, gap)
                                : twin_poisoned(pair, rows, width, gap),
                           twin_poisoned(pair, s->batch * s->heads, s->context, gap),
                           (half ? twin_half_random : twin_random)(pair, 2, rows, width, gap),
                           half ? twin_half_of(pair, NULL, rows, packed, gap)
                                : twin_poisoned(pair, rows, packed, gap)};
}

static inline void attention_forward(const Pair *pair, const AttentionCase *c)
{
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->attention(pair->side[s], &c->shape, c->qkv.on[s], c->y.on[s],
                                 c->log_sums.on[s]);
}

static inline void attention_backward(const Pair *pair, const AttentionCase *c)
{
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->attention_backward(pair->side[s], &c->shape, c->qkv.on[s], c->y.on[s],
                                          c->log_sums.on[s], c->dy.on[s], c->dqkv.on[s]);
}

/* A causal row does not see what stands behind it, and the row itself does. */
static inline void attention_check_past(Dtype dtype)
{
    Pair pair = pair_open();
    AttentionCase c = attention_case(&pair, dtype, &(AttentionShape){1, 70, 2, 1, 16, true}, 0);
    attention_forward(&pair, &c);
    real *before = twin_numbers(&pair, c.y, SIDE_CUDA);
    for (int64_t t = 5; t < 69; t += 27) {
        real *qkv = twin_numbers(&pair, c.qkv, SIDE_CPU);
        for (int64_t j = 0; j < 64; j++) qkv[(t + 1) * 64 + j] = (real)(j % 2 ? 50.0 : -50.0);
        twin_set(&pair, c.qkv, qkv);
        attention_forward(&pair, &c);
        real *after = twin_numbers(&pair, c.y, SIDE_CUDA);
        if (t == 5) /* one change, seen from it on and not before */
            close_check_bytes("y", (size_t)(t + 1) * 32 * sizeof(real), after, before);
        cr_expect(
            ne(int, memcmp(after + (t + 1) * 32, before + (t + 1) * 32, 32 * sizeof(real)), 0));
        free(qkv), free(after);
    }
    free(before);
    pair_close(&pair);
}

/* Scores of some 10^4 neither overflow nor hide a NaN from the queries that see its key. */
static inline void attention_check_large(Dtype dtype)
{
    Pair pair = pair_open();
    AttentionCase c = attention_case(&pair, dtype, &(AttentionShape){1, 70, 1, 1, 8, true}, 0);
    int64_t count = 70 * 24;
    real *qkv = twin_numbers(&pair, c.qkv, SIDE_CPU);
    for (int64_t i = 0; i < count; i++) qkv[i] *= 100;
    twin_set(&pair, c.qkv, qkv);
    attention_forward(&pair, &c), attention_backward(&pair, &c);
    real *found = twin_numbers(&pair, c.dqkv, SIDE_CUDA);
    for (int64_t i = 0; i < count; i++) cr_assert(isfinite(found[i]));
    qkv[3 * 24 + 8] = (real)NAN; /* the key of position 3 */
    twin_set(&pair, c.qkv, qkv);
    attention_forward(&pair, &c);
    cr_expect(isfinite(twin_at(&pair, c.y, SIDE_CUDA, 2, 0)));
    cr_expect(isnan(twin_at(&pair, c.y, SIDE_CUDA, 3, 0)));
    cr_expect(isnan(twin_at(&pair, c.y, SIDE_CUDA, 69, 7)));
    free(qkv), free(found);
    pair_close(&pair);
}

/* Two calls on the same numbers give the same bytes. */
static inline void attention_check_repeats(Dtype dtype, AttentionShape shape)
{
    Pair pair = pair_open();
    AttentionCase one = attention_case(&pair, dtype, &shape, 0),
                  two = attention_case(&pair, dtype, &shape, 0);
    attention_forward(&pair, &one), attention_forward(&pair, &two);
    attention_backward(&pair, &one), attention_backward(&pair, &two);
    real *a = twin_numbers(&pair, one.dqkv, SIDE_CUDA),
         *b = twin_numbers(&pair, two.dqkv, SIDE_CUDA);
    close_check_bytes("dqkv", (size_t)matrix_count(one.dqkv.on[0]) * sizeof *a, a, b);
    free(a), free(b);
    pair_close(&pair);
}

#endif
