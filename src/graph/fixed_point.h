/* Doubles as whole numbers of `bits` binary places, and means of their sums, correctly rounded. */
#ifndef GRAPH_FIXED_POINT_H
#define GRAPH_FIXED_POINT_H

#include <stdint.h>

/* |sums| of n encoded values stay below 2^FIXED_SUM_BITS. */
enum { FIXED_SUM_BITS = 60 };

/* The least e with |value| < 2^e; of 0 that of the smallest double; NaN where not finite. */
double fixed_exponent(double value);

/* The most binary places at which n values below 2^exponent add up within the range. */
int64_t fixed_bits(int64_t n, double exponent);

/* value 2^bits, to the nearest whole number. */
int64_t fixed_encode(double value, int64_t bits);

/* The double nearest to sum / (n 2^bits), ties to even. */
double fixed_mean(int64_t sum, int64_t n, int64_t bits);

#endif
