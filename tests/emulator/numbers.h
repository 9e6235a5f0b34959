/* Numbers of any of cuBLAS's types, one by one. */
#ifndef EMULATOR_NUMBERS_H
#define EMULATOR_NUMBERS_H

#include <cublas_v2.h>

/* x to the nearest number with `bits` fewer bits of its fraction, ties to even. */
static inline float emulator_rounded(float x, int bits)
{
    uint32_t word;
    memcpy(&word, &x, sizeof word);
    word += (1u << (bits - 1)) - 1 + (word >> bits & 1u);
    word &= ~0u << bits;
    memcpy(&x, &word, sizeof x);
    return x;
}

static inline double emulator_number(const void *data, cudaDataType type, size_t index)
{
    if (type == CUDA_R_64F) return ((const double *)data)[index];
    if (type == CUDA_R_32F) return (double)((const float *)data)[index];
    uint32_t word = (uint32_t)((const uint16_t *)data)[index] << 16;
    float x;
    memcpy(&x, &word, sizeof x);
    return (double)x;
}

static inline void emulator_put(void *data, cudaDataType type, size_t index, double x)
{
    float single = (float)x;
    if (type == CUDA_R_64F) ((double *)data)[index] = x;
    if (type == CUDA_R_32F) ((float *)data)[index] = single;
    if (type != CUDA_R_16BF) return;
    if (single == single) single = emulator_rounded(single, 16);
    uint32_t word;
    memcpy(&word, &single, sizeof word);
    ((uint16_t *)data)[index] = (uint16_t)(word >> 16);
}

#endif
