/* Some reals at a time: as many as one register of the CPU holds.
 *
 * Without alignment. The intrinsics are there because contraction is switched off and
 * GCC has no vector form of fma(): without them a product and a sum round twice, in
 * twice the time. */
#ifndef COMPUTE_CPU_LANES_H
#define COMPUTE_CPU_LANES_H

#include "compute/real.h"

#include <stdint.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#ifdef __AVX512F__
enum { LANES_BYTES = 64 };
#else
enum { LANES_BYTES = 32 };
#endif

enum { LANES = LANES_BYTES / sizeof(real) };

typedef real Lanes __attribute__((vector_size(LANES_BYTES), aligned(sizeof(real)), may_alias));

/* sum += a b */
static inline __attribute__((always_inline)) void lanes_add(Lanes *sum, real a, const Lanes *b)
{
#if defined __AVX512F__ && !defined COMPUTE_DOUBLE
    *sum = (Lanes)_mm512_fmadd_ps(_mm512_set1_ps(a), (__m512)*b, (__m512)*sum);
#elif defined __AVX2__ && defined __FMA__ && !defined COMPUTE_DOUBLE
    *sum = (Lanes)_mm256_fmadd_ps(_mm256_set1_ps(a), (__m256)*b, (__m256)*sum);
#else
    *sum += a * *b;
#endif
}

/* `count` rounded up to whole registers. */
static inline int64_t lanes_whole(int64_t count) { return (count + LANES - 1) / LANES * LANES; }

#endif
