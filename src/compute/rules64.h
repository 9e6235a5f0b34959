/* The arithmetic of one row's margin z = a·w in double precision, written once
 * for the CPU and the GPU.
 *
 * A loss is a decreasing function of the margin. Forms that stay exact for
 * large |z|: log1p(exp(-|z|)) and exp(-|z|) only, so nothing overflows. */
#ifndef COMPUTE_RULES64_H
#define COMPUTE_RULES64_H

#include <math.h>

#ifdef __CUDACC__
#define RULE static __host__ __device__ inline
#else
#define RULE static inline
#endif

/* ln(1 + exp(-z)) */
RULE double rule_logistic_loss(double z) { return (z > 0.0 ? 0.0 : -z) + log1p(exp(-fabs(z))); }

/* Its slope, -1 / (1 + exp(z)), in (-1, 0). */
RULE double rule_logistic_slope(double z)
{
    double e = exp(-fabs(z));
    return -(z > 0.0 ? e : 1.0) / (1.0 + e);
}

/* Both, the same bits, for one exponential: it is most of their cost. */
RULE void rule_logistic(double z, double *loss, double *slope)
{
    double e = exp(-fabs(z));
    *loss = (z > 0.0 ? 0.0 : -z) + log1p(e);
    *slope = -(z > 0.0 ? e : 1.0) / (1.0 + e);
}

/* Its curvature, s (1 - s) with s = 1 / (1 + exp(-z)). */
RULE double rule_logistic_curvature(double z)
{
    double e = exp(-fabs(z));
    return e / ((1.0 + e) * (1.0 + e));
}

/* max(0, -z). A row on the boundary counts as wrong: from w = 0 every row pulls. */
RULE double rule_perceptron_loss(double z) { return z > 0.0 ? 0.0 : -z; }
RULE double rule_perceptron_slope(double z) { return z > 0.0 ? 0.0 : -1.0; }

#endif
