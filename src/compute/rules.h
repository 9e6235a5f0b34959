/* Every element-wise formula of the networks, written once for CPU and GPU.
 *
 * Plain functions of a few numbers, without branches on data where it can be
 * avoided, so that a loop over them vectorises. A slope is the derivative at x. */
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

#endif
