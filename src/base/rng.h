/* Random numbers by name.
 *
 * A stream is the triple (seed, trial, name of the use), never a shared global
 * state: the same stream gives the same numbers whatever ran before it, on
 * however many threads, on the CPU or on a GPU (Philox 4x32-10, Salmon et al.
 * 2011, from Random123). */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

typedef enum {
    RNG_DATA,
    RNG_INIT,
    RNG_BATCH,
    RNG_NOISE,
    RNG_SPLIT,
    RNG_SEARCH,
    RNG_BOOTSTRAP,
} RngUse;

typedef struct {
    uint64_t seed;
    uint32_t trial;
    uint32_t use;
    uint64_t index; /* how many words have been drawn */
} Rng;

Rng rng_stream(uint64_t seed, uint32_t trial, RngUse use);

uint32_t rng_u32(Rng *rng);
double rng_uniform(Rng *rng);               /* in (0, 1), 52 bits; draws two words */
double rng_normal(Rng *rng);                /* mean 0, variance 1 */
int64_t rng_below(Rng *rng, int64_t count); /* uniform in 0 … count − 1, without bias */
void rng_fill_u32(Rng *rng, int64_t n, uint32_t *out); /* as n times rng_u32(), but fast */
/* n times scale rng_normal(), but fast */
void rng_fill_normal(Rng *rng, int64_t n, double scale, double *out);
void rng_shuffle(Rng *rng, int64_t n, int64_t *items);

#endif
