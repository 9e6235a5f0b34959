/* Every element-wise formula of the networks, written once for CPU and GPU.
 *
 * Plain functions of a few numbers, without branches on data where it can be
 * avoided, so that a loop over them vectorises. */
#ifndef COMPUTE_RULES_H
#define COMPUTE_RULES_H

#include "compute/real.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __CUDACC__
#define RULE static __host__ __device__ inline
#else
#define RULE static inline
#endif

/* a b + c, rounded once where the machine does that in one instruction. */
RULE real rule_fma(real a, real b, real c)
{
#ifdef COMPUTE_DOUBLE
    return a * b + c;
#elif defined(FP_FAST_FMAF) || defined(__CUDACC__)
    return fmaf(a, b, c);
#else
    return a * b + c;
#endif
}

/* e^x to 2 units in the last place: x = n ln 2 + r, a polynomial in r, times 2^n by its bits.
 * 0 below the smallest normal number, infinite from 88.4 on; NaN stays NaN. */
RULE real rule_exp(real x)
{
#ifdef COMPUTE_DOUBLE
    return exp(x);
#else
    const float shift = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer */
    float low = x < -87.336f ? -87.336f : x;
    float y = low > 88.4f ? 88.4f : low;
    float t = rule_fma(y, 1.44269504f, shift);
    float n = t - shift;
    float r = rule_fma(n, -0.693145752f, y);
    r = rule_fma(n, -1.42860677e-6f, r);
    float p = rule_fma(1.98756915e-4f, r, 1.39819995e-3f);
    p = rule_fma(p, r, 8.33345190e-3f);
    p = rule_fma(p, r, 4.16657960e-2f);
    p = rule_fma(p, r, 1.66666655e-1f);
    p = rule_fma(p, r, 5.00000012e-1f);
    p = rule_fma(p, r * r, r + 1.0f);
    uint32_t bits;
    memcpy(&bits, &t, sizeof bits);
    bits = (bits + 127u) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return x < -87.336f ? 0.0f : p * scale;
#endif
}

/* 1 / (1 + e^-x) */
RULE real rule_sigmoid(real x) { return (real)1 / ((real)1 + rule_exp(-x)); }

#endif
