#include "graph/field.h"

uint64_t field_power(uint64_t a, uint64_t exponent)
{
    uint64_t power = 1;
    for (; exponent; exponent /= 2) {
        if (exponent % 2) power = field_times(power, a);
        a = field_times(a, a);
    }
    return power;
}

/* Fermat: a^(p − 1) = 1. */
uint64_t field_inverse(uint64_t a) { return field_power(a, FIELD_P - 2); }

uint64_t field_of(int64_t value)
{
    return value < 0 ? FIELD_P - (uint64_t)-value : (uint64_t)value;
}

int64_t field_whole(uint64_t a) { return a <= FIELD_P / 2 ? (int64_t)a : -(int64_t)(FIELD_P - a); }
