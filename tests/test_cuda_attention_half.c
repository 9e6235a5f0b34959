#include "cuda_twins.h"

#include "compute/rules.h"

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

typedef struct {
    AttentionShape shape;
    Twin qkv, y, log_sums, dy, dqkv;
} Case;

static Case case_of(Pair *pair, const AttentionShape *s, int64_t gap)
{
    int64_t rows = s->batch * s->context, width = s->heads * s->head_size;
    int64_t packed = width + 2 * s->key_heads * s->head_size;
    return (Case){*s,
                  twin_half_random(pair, 1, rows, packed, gap),
                  twin_half_of(pair, NULL, rows, width, gap),
                  twin_poisoned(pair, s->batch * s->heads, s->context, gap),
                  twin_half_random(pair, 2, rows, width, gap),
                  twin_half_of(pair, NULL, rows, packed, gap)};
}

static void forward(const Pair *pair, const Case *c)
{
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->attention(pair->side[s], &c->shape, c->qkv.on[s], c->y.on[s],
                                 c->log_sums.on[s]);
}

/* With u = 2^-23, since a card's sums may be cut off where ours are rounded: scores of n terms of
 * normal numbers are off by (n + 2) u times 2 sqrt(n), an exponential by as much and 2 u, sums of T
 * of them by T u; for both sides. */
static double relative_bound(const AttentionShape *s)
{
    double u = FLT_EPSILON, n = (double)s->head_size;
    return 2.0 * (4.0 * (n + 2.0) * u * sqrt(n) + ((double)s->context + 8.0) * u);
}

/* Probabilities are rounded, 2^-9 of each, and y, 2^-9 of it. Values are normal: below 5 in size,
 * and so is a mean of them. */
Test(cuda_attention_half, forward_is_that_of_the_cpu)
{
    for (int k = 0; k < SHAPES; k++)
        for (int64_t gap = 0; gap <= 3; gap += 3) {
            Pair pair = pair_open();
            Case c = case_of(&pair, &shapes[k], gap);
            double bound = relative_bound(&shapes[k]);
            forward(&pair, &c);
            twin_check(&pair, "y", c.y, 0x1p-9, 5.0 * (0x1p-9 + bound));
            twin_check(&pair, "log_sums", c.log_sums, bound, bound);
            pair_close(&pair);
        }
}
