/* Numbers of twins (cuda_compare.h) on the host, in order to make bounds of them or to change
 * them. */
#ifndef TESTS_CUDA_TWINS_H
#define TESTS_CUDA_TWINS_H

#include "base/die.h"
#include "close.h"
#include "compute/rules.h"
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

/* rows x cols numbers of one side, without the gaps, as reals; free() them. */
static inline real *twin_numbers(const Pair *pair, Twin twin, int side)
{
    Matrix A = twin.on[side];
    Backend *backend = pair->side[side];
    size_t size = dtype_size(A.dtype), row = (size_t)A.cols * size;
    real *host = alloc_zeroed((size_t)matrix_count(A), sizeof *host);
    char *packed = A.dtype == DTYPE_BFLOAT16 ? alloc_zeroed((size_t)A.rows, row) : (char *)host;
    for (int64_t i = 0; i < A.rows; i++)
        backend->download(backend, row, (char *)A.data + (size_t)(i * A.stride) * size,
                          packed + (size_t)i * row);
    if (A.dtype != DTYPE_BFLOAT16) return host;
    for (int64_t k = 0; k < matrix_count(A); k++)
        host[k] = (real)rule_bfloat16_unpack(((uint16_t *)packed)[k]);
    free(packed);
    return host;
}

/* The same rows x cols numbers on both sides; rounded on a side of bfloat16. */
static inline void twin_set(const Pair *pair, Twin twin, const real *host)
{
    for (int s = 0; s < SIDES; s++) {
        Matrix A = twin.on[s];
        size_t size = dtype_size(A.dtype), row = (size_t)A.cols * size;
        uint16_t *halves = alloc_zeroed((size_t)A.cols, sizeof *halves);
        for (int64_t i = 0; i < A.rows; i++) {
            const real *from = host + i * A.cols;
            for (int64_t j = 0; j < A.cols; j++) halves[j] = rule_bfloat16_pack((float)from[j]);
            pair->side[s]->upload(pair->side[s], row,
                                  A.dtype == DTYPE_BFLOAT16 ? (const void *)halves : from,
                                  (char *)A.data + (size_t)(i * A.stride) * size);
        }
        free(halves);
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
