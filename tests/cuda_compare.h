/* Two backends side by side: the same numbers in the memory of both, the same call on each, the
 * results compared number by number.
 *
 *     Pair pair = pair_open();
 *     Twin x = twin_random(&pair, 1, rows, cols, gap), y = twin_poisoned(&pair, rows, cols, gap);
 *     for (int s = 0; s < SIDES; s++) {
 *         Backend *backend = pair.side[s];
 *         backend->activate(backend, ACT_SILU, x.on[s], y.on[s]);
 *     }
 *     twin_check(&pair, "silu", y, 4 * 0x1p-24, 0.0);
 *     pair_close(&pair);
 *
 * What lies between the rows is NaN on both sides and has to stay so. */
#ifndef TESTS_CUDA_COMPARE_H
#define TESTS_CUDA_COMPARE_H

#include "compute/backend.h"

enum { SIDE_CPU, SIDE_CUDA, SIDES, TWINS = 64 };

typedef struct {
    Backend *side[SIDES];
    void *memory[SIDES][TWINS]; /* of its twins, released by pair_close() */
    int count;
} Pair;

/* A matrix in the memory of both. As plain memory: on[s].data. */
typedef struct {
    Matrix on[SIDES];
} Twin;

/* Skips the test where no device answers. */
Pair pair_open(void);
void pair_close(Pair *pair);

/* rows x cols reals, rows cols + gap apart: normal numbers, NaN, or one number. */
Twin twin_random(Pair *pair, unsigned seed, int64_t rows, int64_t cols, int64_t gap);
Twin twin_poisoned(Pair *pair, int64_t rows, int64_t cols, int64_t gap);
Twin twin_filled(Pair *pair, double value, int64_t rows, int64_t cols, int64_t gap);
/* The same, from the caller's reals without gaps. */
Twin twin_of(Pair *pair, const real *numbers, int64_t rows, int64_t cols, int64_t gap);
/* Reals on the CPU that bfloat16 holds, and bfloat16 on the device; of normal numbers, or of the
 * caller's, each rounded. NULL: NaN. */
Twin twin_half_random(Pair *pair, unsigned seed, int64_t rows, int64_t cols, int64_t gap);
Twin twin_half_of(Pair *pair, const real *numbers, int64_t rows, int64_t cols, int64_t gap);
/* NaN of another dtype, and bytes of any kind (a "row" of bytes; dtype means nothing). */
Twin twin_typed(Pair *pair, Dtype dtype, int64_t rows, int64_t cols, int64_t gap);
Twin twin_bytes(Pair *pair, size_t bytes, const void *host);
Twin twin_absent(void);
/* x rounded to bfloat16: float32 on the CPU, where x changes, and bfloat16 on the device. */
Twin twin_half(Pair *pair, Twin x);

/* Element (row, col) of a side, downloaded; slow. */
double twin_at(const Pair *pair, Twin x, int side, int64_t row, int64_t col);

/* |cuda − cpu| ≤ relative |cpu| + absolute for every element, NaN only where both are; the bytes
 * between the rows as they were made. */
void twin_check(const Pair *pair, const char *what, Twin x, double relative, double absolute);

/* The same with a bound for each element, rows x cols. */
void twin_check_bounds(const Pair *pair, const char *what, Twin x, const double *bound);

/* The same bytes on both sides. */
void twin_check_bytes(const Pair *pair, const char *what, size_t bytes, Twin x);

#endif
