/* exp and ln for loops over many numbers: plain arithmetic, so that the compiler makes vectors
 * of it (glibc's vector forms need -ffast-math). Within 4 units in the last place of libm on the
 * ranges stated; no special values: the callers' arguments are finite. */
#ifndef LAW_ELEMENTARY_H
#define LAW_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

/* a b + c, in one rounding where the processor has that in one instruction. */
static inline double elementary_fma(double a, double b, double c)
{
#ifdef __FMA__
    return __builtin_fma(a, b, c);
#else
    return a * b + c;
#endif
}

/* Adding 1.5 · 2^52 rounds to whole numbers, and leaves them in the low bits. */
#define ELEMENTARY_ROUND 0x1.8p52

static inline int64_t elementary_bits(double x)
{
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double elementary_double(int64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* e^x = 2^k e^r, |r| ≤ ln 2 / 2, Taylor to r^13 (the next term is below 2^-58). Arguments outside
 * ±700 count as ±700. */
static inline double elementary_exp(double x)
{
    x = x > 700.0 ? 700.0 : x < -700.0 ? -700.0 : x;
    double shifted = elementary_fma(x, 0x1.71547652b82fep0, ELEMENTARY_ROUND);
    double k = shifted - ELEMENTARY_ROUND;
    double r =
        elementary_fma(-k, 0x1.a39ef35793c76p-33, elementary_fma(-k, 0x1.62e42fee00000p-1, x));
    double p = 1.0 / 6227020800.0;
    p = elementary_fma(p, r, 1.0 / 479001600.0);
    p = elementary_fma(p, r, 1.0 / 39916800.0);
    p = elementary_fma(p, r, 1.0 / 3628800.0);
    p = elementary_fma(p, r, 1.0 / 362880.0);
    p = elementary_fma(p, r, 1.0 / 40320.0);
    p = elementary_fma(p, r, 1.0 / 5040.0);
    p = elementary_fma(p, r, 1.0 / 720.0);
    p = elementary_fma(p, r, 1.0 / 120.0);
    p = elementary_fma(p, r, 1.0 / 24.0);
    p = elementary_fma(p, r, 1.0 / 6.0);
    p = elementary_fma(p, r, 0.5);
    p = elementary_fma(p, r, 1.0);
    p = elementary_fma(p, r, 1.0);
    int64_t exponent = elementary_bits(shifted) - elementary_bits(ELEMENTARY_ROUND);
    return elementary_double(elementary_bits(p) + exponent * ((int64_t)1 << 52));
}

/* ln x = k ln 2 + 2 artanh((m − 1) / (m + 1)), √½ ≤ m < √2, |s| ≤ 0.1716, to s^21 (the next
 * term is below 2^-60). x normal and positive. */
static inline double elementary_ln(double x)
{
    const int64_t half_root = 0x3FE6A09E667F3BCD;
    int64_t bits = elementary_bits(x);
    uint64_t above = (uint64_t)(bits - half_root) + ((uint64_t)2048 << 52);
    int64_t biased = (int64_t)(above >> 52) & 4095;
    double k = elementary_double(elementary_bits(0x1p52) + biased) - (0x1p52 + 2048.0);
    double m = elementary_double(bits - (int64_t)((uint64_t)(biased - 2048) << 52));
    double s = (m - 1.0) / (m + 1.0), q = s * s;
    double p = 1.0 / 21.0;
    p = elementary_fma(p, q, 1.0 / 19.0);
    p = elementary_fma(p, q, 1.0 / 17.0);
    p = elementary_fma(p, q, 1.0 / 15.0);
    p = elementary_fma(p, q, 1.0 / 13.0);
    p = elementary_fma(p, q, 1.0 / 11.0);
    p = elementary_fma(p, q, 1.0 / 9.0);
    p = elementary_fma(p, q, 1.0 / 7.0);
    p = elementary_fma(p, q, 1.0 / 5.0);
    p = elementary_fma(p, q, 1.0 / 3.0);
    double series = 2.0 * elementary_fma(s * q, p, s);
    return elementary_fma(k, 0x1.62e42fee00000p-1,
                          elementary_fma(k, 0x1.a39ef35793c76p-33, series));
}

#endif
