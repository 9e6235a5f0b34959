/* Numbers of twins (cuda_compare.h) on the host, in order to make bounds of them or to change
 * them. */
#ifndef TESTS_CUDA_TWINS_H
#define TESTS_CUDA_TWINS_H

#include "base/die.h"
#include "close.h"
#include "cuda_compare.h"

#include <stdlib.h>

/* Releases the twins, for the next case; the backends stay open. */
static inline void pair_clear(Pair *pair)
{
    for (int s = 0; s < SIDES; s++)
        for (int k = 0; k < pair->count; k++)
            pair->side[s]->release(pair->side[s], pair->memory[s][k]);
    pair->count = 0;
}

/* rows x cols numbers of one side, without the gaps; free() them. */
static inline real *twin_numbers(const Pair *pair, Twin twin, int side)
{
    Matrix A = twin.on[side];
    Backend *backend = pair->side[side];
    real *host = alloc_zeroed((size_t)matrix_count(A), sizeof *host);
    for (int64_t i = 0; i < A.rows; i++)
        backend->download(backend, (size_t)A.cols * sizeof *host, matrix_row(A, i),
                          host + i * A.cols);
    return host;
}

/* The same rows x cols numbers on both sides. */
static inline void twin_set(const Pair *pair, Twin twin, const real *host)
{
    for (int s = 0; s < SIDES; s++) {
        Matrix A = twin.on[s];
        for (int64_t i = 0; i < A.rows; i++)
            pair->side[s]->upload(pair->side[s], (size_t)A.cols * sizeof *host, host + i * A.cols,
                                  matrix_row(A, i));
    }
}

/* CUDA's side gets the CPU's numbers: what follows starts from the same. */
static inline void twin_agree(const Pair *pair, Twin twin)
{
    real *host = twin_numbers(pair, twin, SIDE_CPU);
    twin_set(pair, twin, host);
    free(host);
}

/* The CPU's bits: formulas of rules.h with the same roundings. Without a fused multiply-add the CPU
 * rounds twice where the device rounds once. */
static inline void twin_check_same(const Pair *pair, const char *what, Twin twin)
{
#ifdef FP_FAST_FMAF
    twin_check(pair, what, twin, 0.0, 0.0);
#else
    twin_check(pair, what, twin, 8.0 * REAL_EPSILON, 8.0 * REAL_EPSILON);
#endif
}

#endif
