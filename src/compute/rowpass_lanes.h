/* Eight doubles at a time, whatever the width of the CPU's registers, and how
 * eight features of each dense storage become them.
 *
 * Exact conversions, so every branch gives the same bits. The intrinsics are
 * there because GCC takes __builtin_convertvector apart, byte by byte: five
 * times slower for bytes. */
#ifndef COMPUTE_ROWPASS_LANES_H
#define COMPUTE_ROWPASS_LANES_H

#include <stdint.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

typedef double Lanes __attribute__((vector_size(64), may_alias));

/* Results by pointer: vectors as return values have no ABI without AVX-512. */
typedef void Load(const void *features, int64_t at, Lanes *out);

INLINE void load_float64(const void *features, int64_t at, Lanes *out)
{
    *out = *(const Lanes *)((const double *)features + at);
}

#if defined __AVX512F__

INLINE void load_float32(const void *features, int64_t at, Lanes *out)
{
    *out = (Lanes)_mm512_cvtps_pd(_mm256_load_ps((const float *)features + at));
}

INLINE void load_bytes(const void *features, int64_t at, Lanes *out)
{
    __m128i bytes = _mm_loadl_epi64((const void *)((const uint8_t *)features + at));
    *out = (Lanes)_mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(bytes));
}

#elif defined __AVX2__

INLINE void load_float32(const void *features, int64_t at, Lanes *out)
{
    const float *x = (const float *)features + at;
    ((__m256d *)out)[0] = _mm256_cvtps_pd(_mm_load_ps(x));
    ((__m256d *)out)[1] = _mm256_cvtps_pd(_mm_load_ps(x + 4));
}

INLINE void load_bytes(const void *features, int64_t at, Lanes *out)
{
    __m128i bytes = _mm_loadl_epi64((const void *)((const uint8_t *)features + at));
    __m256i wide = _mm256_cvtepu8_epi32(bytes);
    ((__m256d *)out)[0] = _mm256_cvtepi32_pd(_mm256_castsi256_si128(wide));
    ((__m256d *)out)[1] = _mm256_cvtepi32_pd(_mm256_extracti128_si256(wide, 1));
}

#else

INLINE void load_float32(const void *features, int64_t at, Lanes *out)
{
    const float *x = (const float *)features + at;
    for (int k = 0; k < 8; k++) (*out)[k] = (double)x[k];
}

INLINE void load_bytes(const void *features, int64_t at, Lanes *out)
{
    const uint8_t *x = (const uint8_t *)features + at;
    for (int k = 0; k < 8; k++) (*out)[k] = (double)x[k];
}

#endif

/* One fixed order of the eight. */
INLINE double sum_of(const Lanes *s)
{
    const Lanes v = *s;
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

#endif
