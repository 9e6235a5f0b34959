#include "base/rng.h"

#include <assert.h>
#include <math.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

Rng rng_stream(uint64_t seed, uint32_t trial, RngUse use)
{
    return (Rng){.seed = seed, .trial = trial, .use = (uint32_t)use};
}

/* Word k of a stream is word k mod 4 of Philox block k / 4. The block's counter
 * is (k / 4, trial, use), its key the seed: streams cannot overlap. */
static void draw(Rng *rng, int count, uint32_t words[])
{
    philox4x32_key_t key = {{(uint32_t)rng->seed, (uint32_t)(rng->seed >> 32)}};
    philox4x32_ctr_t block = {{0, 0, 0, 0}};
    for (int i = 0; i < count; i++, rng->index++) {
        if (i == 0 || rng->index % 4 == 0) {
            uint64_t number = rng->index / 4;
            philox4x32_ctr_t counter = {
                {(uint32_t)number, (uint32_t)(number >> 32), rng->trial, rng->use}};
            block = philox4x32(counter, key);
        }
        words[i] = block.v[rng->index % 4];
    }
}

static uint64_t join(const uint32_t words[]) { return (uint64_t)words[1] << 32 | words[0]; }

/* 52 leading bits and a half step: never 0 or 1, so log() is safe. */
static double open_unit(const uint32_t words[])
{
    return ((double)(join(words) >> 12) + 0.5) * 0x1p-52;
}

uint32_t rng_u32(Rng *rng)
{
    uint32_t word;
    draw(rng, 1, &word);
    return word;
}

/* One of Philox's ten rounds, for many blocks at once: loops over lanes vectorise, the library's
 * function for one block does not. */
enum { LANES = 16 };
typedef struct {
    uint32_t word[4][LANES];
} Lanes;

static inline void philox_round(Lanes *x, uint32_t key0, uint32_t key1)
{
    for (int i = 0; i < LANES; i++) {
        uint64_t a = (uint64_t)0xD2511F53u * x->word[0][i];
        uint64_t b = (uint64_t)0xCD9E8D57u * x->word[2][i];
        x->word[0][i] = (uint32_t)(b >> 32) ^ x->word[1][i] ^ key0;
        x->word[2][i] = (uint32_t)(a >> 32) ^ x->word[3][i] ^ key1;
        x->word[1][i] = (uint32_t)b;
        x->word[3][i] = (uint32_t)a;
    }
}

/* The words of blocks number, number + 1 … of a stream. */
static void draw_lanes(const Rng *rng, uint64_t number, uint32_t out[4 * LANES])
{
    Lanes x;
    for (uint32_t i = 0; i < LANES; i++) {
        x.word[0][i] = (uint32_t)(number + i);
        x.word[1][i] = (uint32_t)((number + i) >> 32);
        x.word[2][i] = rng->trial;
        x.word[3][i] = rng->use;
    }
    uint32_t key0 = (uint32_t)rng->seed, key1 = (uint32_t)(rng->seed >> 32);
    for (int round = 0; round < 10; round++, key0 += 0x9E3779B9u, key1 += 0xBB67AE85u)
        philox_round(&x, key0, key1);
    for (int i = 0; i < LANES; i++)
        for (int k = 0; k < 4; k++) out[4 * i + k] = x.word[k][i];
}

void rng_fill_u32(Rng *rng, int64_t n, uint32_t *out)
{
    int64_t i = 0;
    for (; i < n && rng->index % 4; i++) out[i] = rng_u32(rng);
    for (; i + 4 * LANES <= n; i += 4 * LANES, rng->index += 4 * LANES)
        draw_lanes(rng, rng->index / 4, out + i);
    draw(rng, (int)(n - i), out + i);
}

double rng_uniform(Rng *rng)
{
    uint32_t words[2];
    draw(rng, 2, words);
    return open_unit(words);
}

/* Box and Muller 1958; the sine is thrown away, so that a stream has no hidden state. */
static double normal_of(const uint32_t words[4])
{
    return sqrt(-2.0 * log(open_unit(words))) * cos(2.0 * M_PI * open_unit(words + 2));
}

double rng_normal(Rng *rng)
{
    uint32_t words[4];
    draw(rng, 4, words);
    return normal_of(words);
}

int64_t rng_below(Rng *rng, int64_t count)
{
    assert(count > 0);
    uint64_t n = (uint64_t)count;
    uint64_t excess = -n % n; /* 2^64 mod n: below it, small results would be too frequent */
    for (;;) {
        uint32_t words[2];
        draw(rng, 2, words);
        uint64_t word = join(words);
        if (word >= excess) return (int64_t)(word % n);
    }
}

void rng_fill_normal(Rng *rng, int64_t n, double scale, double *out)
{
    enum { AT_ONCE = 4 * LANES };
    uint32_t words[4 * AT_ONCE] = {0};
    for (int64_t done = 0; done < n; done += AT_ONCE) {
        int64_t count = n - done < AT_ONCE ? n - done : AT_ONCE;
        rng_fill_u32(rng, 4 * count, words);
        for (int64_t i = 0; i < count; i++) out[done + i] = scale * normal_of(words + 4 * i);
    }
}

/* Fisher and Yates, from the end. */
void rng_shuffle(Rng *rng, int64_t n, int64_t *items)
{
    for (int64_t last = n - 1; last > 0; last--) {
        int64_t chosen = rng_below(rng, last + 1);
        int64_t kept = items[last];
        items[last] = items[chosen];
        items[chosen] = kept;
    }
}
