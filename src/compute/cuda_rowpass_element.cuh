/* Features of a design in registers, as doubles.
 *
 * A thread reads 16 bytes of a row at a time, whatever they hold; row_element() takes number k
 * out of them, widened. All conversions are exact. */
#ifndef COMPUTE_CUDA_ROWPASS_ELEMENT_CUH
#define COMPUTE_CUDA_ROWPASS_ELEMENT_CUH

#include "compute/cuda.cuh"

static __device__ inline uint32_t row_word(uint4 raw, int k)
{
    return k == 0 ? raw.x : k == 1 ? raw.y : k == 2 ? raw.z : raw.w;
}

/* 2^52 + x is a matter of bits, and the difference exact: additions come four times as
 * fast as conversions from whole numbers. */
static __device__ inline double row_element(uint4 raw, int k, uint8_t)
{
    uint64_t bits = 0x4330000000000000u | (row_word(raw, k / 4) >> k % 4 * 8 & 255);
    double shifted;
    memcpy(&shifted, &bits, sizeof shifted);
    return shifted - 0x1p52;
}

static __device__ inline double row_element(uint4 raw, int k, float)
{
    uint32_t bits = row_word(raw, k);
    float x;
    memcpy(&x, &bits, sizeof x);
    return (double)x;
}

static __device__ inline double row_element(uint4 raw, int k, double)
{
    uint64_t bits = row_word(raw, 2 * k) | (uint64_t)row_word(raw, 2 * k + 1) << 32;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The columns whose sums one thread has: as many as fit 16 bytes, but four of bytes. */
static __device__ inline uint4 row_columns(const uint8_t *at)
{
    return make_uint4(*(const uint32_t *)at, 0, 0, 0);
}
static __device__ inline uint4 row_columns(const float *at) { return *(const uint4 *)at; }
static __device__ inline uint4 row_columns(const double *at) { return *(const uint4 *)at; }

#endif
