/* Arithmetic modulo the Mersenne prime p = 2^61 − 1; all elements lie in 0 … p − 1. */
#ifndef GRAPH_FIELD_H
#define GRAPH_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#define FIELD_P ((UINT64_C(1) << 61) - 1)

static inline bool field_holds(uint64_t word) { return word < FIELD_P; }

static inline uint64_t field_add(uint64_t a, uint64_t b)
{
    uint64_t sum = a + b;
    return sum >= FIELD_P ? sum - FIELD_P : sum;
}

static inline uint64_t field_minus(uint64_t a, uint64_t b)
{
    return a >= b ? a - b : a + FIELD_P - b;
}

__extension__ typedef unsigned __int128 FieldWide;

/* 2^61 = 1 here, so the upper bits are added to the lower ones. */
static inline uint64_t field_reduced(FieldWide wide)
{
    uint64_t low = (uint64_t)(wide & FIELD_P), high = (uint64_t)(wide >> 61 & FIELD_P);
    return field_add(field_add(low, high), (uint64_t)(wide >> 122));
}

static inline uint64_t field_times(uint64_t a, uint64_t b)
{
    FieldWide product = (FieldWide)a * b; /* below 2^122 */
    return field_add((uint64_t)(product & FIELD_P), (uint64_t)(product >> 61));
}

uint64_t field_power(uint64_t a, uint64_t exponent);
uint64_t field_inverse(uint64_t a); /* of 0: 0 */

/* Whole numbers with |value| < p / 2, and back; −1 is p − 1. */
uint64_t field_of(int64_t value);
int64_t field_whole(uint64_t a);

#endif
