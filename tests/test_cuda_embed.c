#include "cuda_twins.h"

typedef struct {
    const char *what;
    int64_t count, tokens, cols;
    int32_t (*token)(int64_t position);
    bool is_exact; /* no token more than 64 times: rows are added one by one, as on the SIDE_CPU */
} Case;

static int32_t scattered(int64_t k) { return (int32_t)((k * k + k / 7) % 8); }
static int32_t falling(int64_t k) { return (int32_t)(299 - k); }
static int32_t one(int64_t k) { return (void)k, 5; }
static int32_t pairs(int64_t k) { return (int32_t)(k * 7919 % 150); }
/* Token t 65 + t times, one after the other: chunks of neighbours begin in the same 64 places. */
static int32_t lengthening(int64_t k)
{
    int32_t token = 0;
    for (; k >= 65 + token; token++) k -= 65 + token;
    return token;
}

static const Case cases[] = {
    {"one position", 1, 6, 3, one, true},
    {"64 of one", 64, 6, 67, one, true},
    {"65 of one", 65, 6, 67, one, false},
    {"scattered", 700, 9, 67, scattered, false},
    {"each once", 300, 300, 8, falling, true},
    {"pairs", 300, 151, 132, pairs, true},
    {"all of one", 1000, 6, 4, one, false},
    {"just above a chunk", 2000, 40, 12, lengthening, false},
};
enum { CASES = sizeof cases / sizeof *cases };

static int32_t *tokens_of(const Case *c)
{
    int32_t *ids = alloc_zeroed((size_t)c->count, sizeof *ids);
    for (int64_t k = 0; k < c->count; k++) ids[k] = c->token(k);
    return ids;
}

/* What is added to each number in all: n terms in any order differ by n roundings of that. */
static double *bounds(Pair *pair, const Case *c, const int32_t *ids, Twin dy, Twin dtable)
{
    real *from = twin_numbers(pair, dy, SIDE_CPU), *table = twin_numbers(pair, dtable, SIDE_CPU);
    double *size = alloc_zeroed((size_t)(c->tokens * c->cols), sizeof *size);
    for (int64_t k = 0; k < c->tokens * c->cols; k++) size[k] = fabs((double)table[k]);
    for (int64_t k = 0; k < c->count * c->cols; k++)
        size[ids[k / c->cols] * c->cols + k % c->cols] += fabs((double)from[k]);
    free(from), free(table);
    for (int64_t k = 0; k < c->tokens * c->cols; k++)
        size[k] *= (double)c->count * 0.5 * REAL_EPSILON;
    return size;
}

static void check(Pair *pair, const Case *c, int64_t gap)
{
    Twin table = twin_random(pair, 1, c->tokens, c->cols, gap);
    Twin y = twin_random(pair, 2, c->count, c->cols, gap);
    Twin dtable = twin_random(pair, 3, c->tokens, c->cols, gap);
    int32_t *host = tokens_of(c);
    Twin ids = twin_bytes(pair, (size_t)c->count * sizeof *host, host);
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->embed(pair->side[s], ids.on[s].data, table.on[s], y.on[s]);
    twin_check_same(pair, c->what, y);
    double *bound = bounds(pair, c, host, y, dtable);
    for (int s = 0; s < SIDES; s++)
        pair->side[s]->embed_backward(pair->side[s], ids.on[s].data, y.on[s], dtable.on[s]);
    if (c->is_exact)
        twin_check_same(pair, c->what, dtable);
    else
        twin_check_bounds(pair, c->what, dtable, bound);
    free(bound), free(host);
}

Test(cuda_embed, rows_are_looked_up_and_each_token_gets_the_sum_of_its_gradients)
{
    Pair pair = pair_open();
    for (int k = 0; k < CASES; k++)
        for (int64_t gap = 0; gap < 5; gap += 2) {
            check(&pair, &cases[k], gap);
            pair_clear(&pair);
        }
    pair_close(&pair);
}

/* Integers make every sum exact: a row too many or too few is seen in any chunk. */
Test(cuda_embed, counts_of_tokens_are_exact_however_often_they_stand)
{
    Pair pair = pair_open();
    for (int k = 0; k < CASES; k++) {
        const Case *c = &cases[k];
        Twin dy = twin_random(&pair, 1, c->count, c->cols, 0);
        Twin dtable = twin_random(&pair, 2, c->tokens, c->cols, 0);
        real *rows = twin_numbers(&pair, dy, SIDE_CPU);
        for (int64_t i = 0; i < c->count * c->cols; i++) rows[i] = (real)(i / c->cols + 1);
        twin_set(&pair, dy, rows);
        int32_t *host = tokens_of(c);
        Twin ids = twin_bytes(&pair, (size_t)c->count * sizeof *host, host);
        for (int s = 0; s < SIDES; s++) {
            pair.side[s]->fill(pair.side[s], dtable.on[s], 0);
            pair.side[s]->embed_backward(pair.side[s], ids.on[s].data, dy.on[s], dtable.on[s]);
        }
        twin_check(&pair, c->what, dtable, 0.0, 0.0);
        free(rows), free(host);
    }
    pair_close(&pair);
}
