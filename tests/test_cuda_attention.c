#include "cuda_twins.h"

#include <criterion/new/assert.h>

/* Tiles have 64 queries and 32 keys for heads of up to 64 numbers, 32 and 32 beyond: shapes of one,
 * below, at and beyond them; odd heads; groups of heads; causal and full. */
static const AttentionShape shapes[] = {
    {1, 1, 1, 1, 1, true},    {2, 1, 2, 1, 8, false},   {3, 4, 4, 2, 5, true},
    {2, 33, 2, 1, 16, true},  {1, 65, 4, 2, 64, true},  {1, 65, 2, 2, 31, false},
    {2, 96, 3, 1, 12, false}, {1, 70, 2, 1, 128, true}, {1, 40, 2, 2, 66, false},
    {1, 129, 1, 1, 32, true},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef struct {
    AttentionShape shape;
    Twin qkv, y, log_sums, dy, dqkv;
} Case;

static Case case_of(Pair *pair, const AttentionShape *s, int64_t gap)
{
    int64_t rows = s->batch * s->context, width = s->heads * s->head_size;
    int64_t packed = width + 2 * s->key_heads * s->head_size;
    return (Case){*s,
                  twin_random(pair, 1, rows, packed, gap),
                  twin_poisoned(pair, rows, width, gap),
                  twin_poisoned(pair, s->batch * s->heads, s->context, gap),
                  twin_random(pair, 2, rows, width, gap),
                  twin_poisoned(pair, rows, packed, gap)};
}

static void forward(const Pair *pair, const Case *c)
{
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->attention(pair->side[s], &c->shape, c->qkv.on[s], c->y.on[s],
                                 c->log_sums.on[s]);
}

static void backward(const Pair *pair, const Case *c)
{
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->attention_backward(pair->side[s], &c->shape, c->qkv.on[s], c->y.on[s],
                                          c->log_sums.on[s], c->dy.on[s], c->dqkv.on[s]);
}

/* As in test_backend_attention.c, for both sides: scores of n terms of normal numbers are off by
 * (n + 2) u times 2 sqrt(n), an exponential by as much, sums of T of them by T u. */
static double relative_bound(const AttentionShape *s)
{
    double u = 0.5 * FLT_EPSILON, n = (double)s->head_size;
    return 2.0 * (4.0 * (n + 2.0) * u * sqrt(n) + ((double)s->context + 8.0) * u);
}

/* Values are normal: below 5 in size; a log_sum is a score and ln T more. */
Test(cuda_attention, forward_is_that_of_the_cpu)
{
    for (int k = 0; k < SHAPES; k++)
        for (int64_t gap = 0; gap <= 3; gap += 3) {
            Pair pair = pair_open();
            Case c = case_of(&pair, &shapes[k], gap);
            double bound = relative_bound(&shapes[k]);
            forward(&pair, &c);
            twin_check(&pair, "y", c.y, 0.0, 5.0 * bound);
            twin_check(&pair, "log_sums", c.log_sums, bound, bound);
            pair_close(&pair);
        }
}

/* dS is off by 2 relative_bound() of P (|dP| + |D|) / sqrt(n), with |dP| and |D| about 5 sqrt(n) at
 * most; P sums to one over keys, so dQ is off by 10 times that of a key's numbers (below 5); over
 * the queries of a group's heads P may sum to more, but rounding adds up as a walk does. */
Test(cuda_attention, backward_is_that_of_the_cpu)
{
    for (int k = 0; k < SHAPES; k++)
        for (int64_t gap = 0; gap <= 3; gap += 3) {
            Pair pair = pair_open();
            Case c = case_of(&pair, &shapes[k], gap);
            forward(&pair, &c);
            twin_agree(&pair, c.y), twin_agree(&pair, c.log_sums);
            backward(&pair, &c);
            twin_check(&pair, "dqkv", c.dqkv, 0.0, 20.0 * relative_bound(&shapes[k]));
            pair_close(&pair);
        }
}

Test(cuda_attention, the_future_does_not_change_the_past)
{
    Pair pair = pair_open();
    Case c = case_of(&pair, &(AttentionShape){1, 70, 2, 1, 16, true}, 0);
    forward(&pair, &c);
    real *before = twin_numbers(&pair, c.y, SIDE_CUDA);
    for (int64_t t = 5; t < 69; t += 27) {
        real *qkv = twin_numbers(&pair, c.qkv, SIDE_CPU);
        for (int64_t j = 0; j < 64; j++) qkv[(t + 1) * 64 + j] = (real)(j % 2 ? 50.0 : -50.0);
        twin_set(&pair, c.qkv, qkv);
        forward(&pair, &c);
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

Test(cuda_attention, scores_of_ten_thousand_stay_finite_and_a_nan_is_not_hidden)
{
    Pair pair = pair_open();
    Case c = case_of(&pair, &(AttentionShape){1, 70, 1, 1, 8, true}, 0);
    int64_t count = 70 * 24;
    real *qkv = twin_numbers(&pair, c.qkv, SIDE_CPU);
    for (int64_t i = 0; i < count; i++) qkv[i] *= 100;
    twin_set(&pair, c.qkv, qkv);
    forward(&pair, &c), backward(&pair, &c);
    real *found = twin_numbers(&pair, c.dqkv, SIDE_CUDA);
    for (int64_t i = 0; i < count; i++) cr_assert(isfinite(found[i]));
    qkv[3 * 24 + 8] = (real)NAN; /* the key of position 3 */
    twin_set(&pair, c.qkv, qkv);
    forward(&pair, &c);
    cr_expect(isfinite(twin_at(&pair, c.y, SIDE_CUDA, 2, 0)));
    cr_expect(isnan(twin_at(&pair, c.y, SIDE_CUDA, 3, 0)));
    cr_expect(isnan(twin_at(&pair, c.y, SIDE_CUDA, 69, 7)));
    free(qkv), free(found);
    pair_close(&pair);
}

Test(cuda_attention, the_same_call_gives_the_same_bytes)
{
    Pair pair = pair_open();
    Case one = case_of(&pair, &shapes[3], 0), two = case_of(&pair, &shapes[3], 0);
    forward(&pair, &one), forward(&pair, &two);
    backward(&pair, &one), backward(&pair, &two);
    real *a = twin_numbers(&pair, one.dqkv, SIDE_CUDA),
         *b = twin_numbers(&pair, two.dqkv, SIDE_CUDA);
    close_check_bytes("dqkv", (size_t)matrix_count(one.dqkv.on[0]) * sizeof *a, a, b);
    free(a), free(b);
    pair_close(&pair);
}
