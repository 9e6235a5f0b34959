/* Every element-wise formula of the networks, written once for CPU and GPU.
 *
 * Plain functions of a few numbers, without branches on data where it can be
 * avoided, so that a loop over them vectorises. A slope is the derivative at x. */
#ifndef COMPUTE_RULES_H
#define COMPUTE_RULES_H

#include "compute/real.h"

#include <math.h>
#include <stdbool.h>
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

RULE real rule_sqrt(real x)
{
#ifdef COMPUTE_DOUBLE
    return sqrt(x);
#else
    return sqrtf(x);
#endif
}

/* e^x to 2 units in the last place: x = n ln 2 + r, a polynomial in r, times 2^n by its bits.
 * 0 below the smallest normal number, infinite from 88.37 on; NaN stays NaN. */
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

/* ln x for normal x > 0 to 2 units in the last place: x = 2^n f with f in sqrt(1/2) … sqrt(2), and
 * ln f = 2 artanh s with s = (f − 1) / (f + 1), |s| < 0.172: the series to s^9 leaves out 1e-9 s.
 */
RULE real rule_log(real x)
{
#ifdef COMPUTE_DOUBLE
    return log(x);
#else
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    int32_t n = (int32_t)(bits - 0x3f3504f3u) >> 23;
    bits -= (uint32_t)n << 23;
    float f;
    memcpy(&f, &bits, sizeof f);
    float s = (f - 1.0f) / (f + 1.0f), z = s * s;
    float p = rule_fma(z, 2.0f / 9.0f, 2.0f / 7.0f);
    p = rule_fma(p, z, 2.0f / 5.0f);
    p = rule_fma(p, z, 2.0f / 3.0f);
    p = rule_fma(p, z * s, 2.0f * s);
    p = rule_fma((float)n, 1.42860677e-6f, p);
    return rule_fma((float)n, 0.693145752f, p);
#endif
}

/* x^p for x >= 0; x below the smallest normal number counts as that, so that no 0^p is 0 or
 * infinite; what is not finite becomes NaN. The logarithm's rounding counts p |ln x| times: 5e-6 of
 * the result at the ends of the range. */
RULE real rule_power(real x, real p)
{
    const real tiny = (real)FLT_MIN;
    return rule_exp(p * rule_log(x < tiny ? tiny : x)) + (x - x);
}

/* (max(w, 0) + shift)^p; NaN stays NaN. */
RULE real rule_spectral(real w, real shift, real p)
{
    return rule_power((w < (real)0 ? (real)0 : w) + shift, p);
}

/* 1 / (1 + e^-x) */
RULE real rule_sigmoid(real x) { return (real)1 / ((real)1 + rule_exp(-x)); }

/* ---- activations */

/* max(x, 0); NaN stays NaN, so that divergence is seen. */
RULE real rule_relu(real x) { return x < (real)0 ? (real)0 : x; }
RULE real rule_relu_slope(real x) { return x > (real)0 ? (real)1 : (real)0; }

/* max(x, 0)² (So et al. 2021, Primer) */
RULE real rule_relu2(real x) { return rule_relu(x) * rule_relu(x); }
RULE real rule_relu2_slope(real x) { return (real)2 * rule_relu(x); }

/* x sigmoid(x) */
RULE real rule_silu(real x) { return x * rule_sigmoid(x); }
RULE real rule_silu_slope(real x)
{
    real s = rule_sigmoid(x);
    return rule_fma(x * s, (real)1 - s, s);
}

/* GELU in its tanh form (Hendrycks and Gimpel 2016), x/2 (1 + tanh(u/2)) = x sigmoid(u) with
 * u = sqrt(8/π) (x + 0.044715 x³). Beyond |x| = 20 the sigmoid is 0 or 1 in any case: the square
 * stops there, so that no 0 times infinity comes up. */
#define RULE_GELU_1 ((real)1.5957691216057308)  /* sqrt(8/π) */
#define RULE_GELU_3 ((real)0.07135481627260025) /* … times 0.044715 */

RULE real rule_gelu_square(real x) { return x * x > (real)400 ? (real)400 : x * x; }

RULE real rule_gelu_gate(real x)
{
    return rule_sigmoid(x * rule_fma(RULE_GELU_3, rule_gelu_square(x), RULE_GELU_1));
}

RULE real rule_gelu(real x) { return x * rule_gelu_gate(x); }
RULE real rule_gelu_slope(real x)
{
    real s = rule_gelu_gate(x);
    real bend = rule_fma((real)3 * RULE_GELU_3, rule_gelu_square(x), RULE_GELU_1); /* u' */
    return rule_fma(s * ((real)1 - s) * bend, x, s);
}

/* SwiGLU (Shazeer 2020): silu(gate) up */
RULE real rule_gate(real gate, real up) { return rule_silu(gate) * up; }

/* ---- rows: x̂ = (x − mean) unscale, y = x̂ weight + bias. RMSNorm: mean = 0. */
RULE real rule_normed(real x, real mean, real unscale) { return (x - mean) * unscale; }

/* 1 / sqrt(mean square + epsilon) */
RULE real rule_unscale(real mean_square, real epsilon)
{
    return (real)1 / rule_sqrt(mean_square + epsilon);
}

/* dx = unscale (g − mean(g) − x̂ mean(g x̂)) with g = dy weight; LayerNorm's mean and variance move
 * with x. RMSNorm: mean_g = 0. */
RULE real rule_norm_slope(real g, real normed, real unscale, real mean_g, real mean_g_normed)
{
    return unscale * (g - rule_fma(normed, mean_g_normed, mean_g));
}

/* ---- bfloat16: the upper half of a float's bits */

/* To nearest, ties to even. Adding may carry into the exponent, up to infinity: as it should. A NaN
 * stays one (quiet), whose carry could make it anything. */
RULE uint16_t rule_bfloat16_pack(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
    return (uint16_t)((bits & 0x7fffffffu) > 0x7f800000u ? (bits >> 16 | 0x40u) : rounded);
}

RULE float rule_bfloat16_unpack(uint16_t half)
{
    uint32_t bits = (uint32_t)half << 16;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The bfloat16 nearest to x, as a real: the same without leaving 32 bits, so that vectors of them
 * stay whole. */
RULE real rule_bfloat16(real x)
{
    float value = (float)x;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t rounded = bits + 0x7fffu + (bits >> 16 & 1u);
    bool is_number = (bits & 0x7fffffffu) <= 0x7f800000u;
    bits = (is_number ? rounded : bits | 0x400000u) & 0xffff0000u;
    memcpy(&value, &bits, sizeof value);
    return (real)value;
}

/* One of the two bfloat16 around x, each as probable as x is near it: the bits that are lost are
 * the probability in 2^-16, compared with 16 random bits. What is not finite stays. */
RULE real rule_bfloat16_dithered(real x, uint32_t random)
{
    float value = (float)x;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bool is_finite = (bits & 0x7f800000u) != 0x7f800000u;
    uint32_t rounded = (bits + (random & 0xffffu)) & 0xffff0000u;
    bits = is_finite ? rounded : bits;
    memcpy(&value, &bits, sizeof value);
    return (real)value;
}

/* Bits that look random, the same for the same three numbers: their bits in a product each, then
 * the finishing steps of MurmurHash3 (Appleby 2011), in which every bit of the input reaches every
 * bit of the result. */
RULE uint32_t rule_scramble(real x, real y, uint32_t count)
{
    float a = (float)x, b = (float)y;
    uint32_t one, other;
    memcpy(&one, &a, sizeof one);
    memcpy(&other, &b, sizeof other);
    uint32_t h = one * 0x9e3779b1u ^ (other * 0x85ebca77u + count * 0xc2b2ae3du);
    h = (h ^ h >> 16) * 0x85ebca6bu;
    h = (h ^ h >> 13) * 0xc2b2ae35u;
    return h ^ h >> 16;
}

#endif
