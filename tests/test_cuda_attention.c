#include "cuda_attention_case.h"

/* Tiles have 64 queries and 32 keys for heads of up to 64 numbers, 32 and 32 beyond: shapes of one,
 * below, at and beyond them; odd heads; groups of heads; causal and full. */
static const AttentionShape shapes[] = {
    {1, 1, 1, 1, 1, true},    {2, 1, 2, 1, 8, false},   {3, 4, 4, 2, 5, true},
    {2, 33, 2, 1, 16, true},  {1, 65, 4, 2, 64, true},  {1, 65, 2, 2, 31, false},
    {2, 96, 3, 1, 12, false}, {1, 70, 2, 1, 128, true}, {1, 40, 2, 2, 66, false},
    {1, 129, 1, 1, 32, true},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

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
            AttentionCase c = attention_case(&pair, DTYPE_FLOAT32, &shapes[k], gap);
            double bound = relative_bound(&shapes[k]);
            attention_forward(&pair, &c);
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
            AttentionCase c = attention_case(&pair, DTYPE_FLOAT32, &shapes[k], gap);
            attention_forward(&pair, &c);
            twin_agree(&pair, c.y), twin_agree(&pair, c.log_sums);
            attention_backward(&pair, &c);
            twin_check(&pair, "dqkv", c.dqkv, 0.0, 20.0 * relative_bound(&shapes[k]));
            pair_close(&pair);
        }
}

Test(cuda_attention, the_future_does_not_change_the_past) { attention_check_past(DTYPE_FLOAT32); }

Test(cuda_attention, scores_of_ten_thousand_stay_finite_and_a_nan_is_not_hidden)
{
    attention_check_large(DTYPE_FLOAT32);
}

Test(cuda_attention, the_same_call_gives_the_same_bytes)
{
    attention_check_repeats(DTYPE_FLOAT32, shapes[3]);
}
