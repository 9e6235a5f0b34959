/* Eight doubles at a time, whatever the width of the CPU's registers, and how
 * eight features of each dense storage become them.
 *
 * Exact conversions, so every branch gives the same bits. The intrinsics are
 * there because GCC takes __builtin_convertvector apart, byte by byte: five
 * times slower for bytes. */
#ifndef COMPUTE_ROWPASS_LANES_H
#define COMPUTE_ROWPASS_LANES_H

#include <stdint.h>
#include <string.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/* As many registers as they take: GCC keeps a vector that is wider than one in memory, and a margin
 * took five times as long. */
#if defined __AVX512F__
enum { PARTS = 1 };
#elif defined __AVX__
enum { PARTS = 2 };
#else
enum { PARTS = 4 };
#endif
typedef double Part __attribute__((vector_size(64 / PARTS), may_alias));
typedef struct {
    Part part[PARTS];
} Lanes;

/* Results by pointer: vectors as return values have no ABI without AVX-512. */
typedef void Load(const void *features, int64_t at, Lanes *out);

INLINE void load_float64(const void *features, int64_t at, Lanes *out)
{
    const Part *x = (const Part *)((const double *)features + at);
    for (int i = 0; i < PARTS; i++) out->part[i] = x[i];
}

INLINE void store_float64(const Lanes *lanes, double *out)
{
    for (int i = 0; i < PARTS; i++) ((Part *)out)[i] = lanes->part[i];
}

#if defined __AVX512F__

INLINE void load_float32(const void *features, int64_t at, Lanes *out)
{
    out->part[0] = (Part)_mm512_cvtps_pd(_mm256_load_ps((const float *)features + at));
}

INLINE void load_bytes(const void *features, int64_t at, Lanes *out)
{
    __m128i bytes = _mm_loadl_epi64((const void *)((const uint8_t *)features + at));
    out->part[0] = (Part)_mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(bytes));
}

#elif defined __AVX2__

INLINE void load_float32(const void *features, int64_t at, Lanes *out)
{
    const float *x = (const float *)features + at;
    for (int i = 0; i < PARTS; i++) out->part[i] = (Part)_mm256_cvtps_pd(_mm_load_ps(x + 4 * i));
}

INLINE void load_bytes(const void *features, int64_t at, Lanes *out)
{
    __m128i bytes = _mm_loadl_epi64((const void *)((const uint8_t *)features + at));
    __m256i wide = _mm256_cvtepu8_epi32(bytes);
    out->part[0] = (Part)_mm256_cvtepi32_pd(_mm256_castsi256_si128(wide));
    out->part[1] = (Part)_mm256_cvtepi32_pd(_mm256_extracti128_si256(wide, 1));
}

#else

INLINE void load_float32(const void *features, int64_t at, Lanes *out)
{
    const float *x = (const float *)features + at;
    _Alignas(64) double wide[8];
    for (int k = 0; k < 8; k++) wide[k] = (double)x[k];
    load_float64(wide, 0, out);
}

INLINE void load_bytes(const void *features, int64_t at, Lanes *out)
{
    const uint8_t *x = (const uint8_t *)features + at;
    _Alignas(64) double wide[8];
    for (int k = 0; k < 8; k++) wide[k] = (double)x[k];
    load_float64(wide, 0, out);
}

#endif

/* s += a b */
INLINE void add_product(Lanes *s, const Lanes *a, const Lanes *b)
{
    for (int i = 0; i < PARTS; i++) s->part[i] += a->part[i] * b->part[i];
}

/* s += c a */
INLINE void add_multiple(Lanes *s, double c, const Lanes *a)
{
    for (int i = 0; i < PARTS; i++) s->part[i] += c * a->part[i];
}

/* One fixed order of the eight. */
INLINE double sum_of(const Lanes *s)
{
    double v[8];
    memcpy(v, s, sizeof v);
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

#endif
