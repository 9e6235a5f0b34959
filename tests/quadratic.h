/* F(w) = ½ sum h_i w_i²: minimiser 0, F* = 0, and every theorem about steps is an identity. */
#ifndef TESTS_QUADRATIC_H
#define TESTS_QUADRATIC_H

#include "objective/objective.h"

#include <math.h>
#include <string.h>

enum { QUADRATIC_MAX = 8 };

typedef struct {
    Objective objective;
    double h[QUADRATIC_MAX]; /* ascending */
} Quadratic;

static inline double quadratic_sum(const Objective *objective, const double *w)
{
    const double *h = ((const Quadratic *)objective)->h;
    double sum = 0.0;
    for (int64_t i = 0; i < objective->dimension; i++) sum += 0.5 * h[i] * w[i] * w[i];
    return sum;
}

static inline double quadratic_value(Objective *objective, const double *w)
{
    objective->values++;
    return quadratic_sum(objective, w);
}

static inline double quadratic_gradient(Objective *objective, const double *w, double *g)
{
    const double *h = ((const Quadratic *)objective)->h;
    objective->gradients++;
    for (int64_t i = 0; i < objective->dimension; i++) g[i] = h[i] * w[i];
    return quadratic_sum(objective, w);
}

static inline void quadratic_fix(Objective *objective, const double *w)
{
    (void)objective, (void)w;
}

static inline void quadratic_hessian(Objective *objective, double *H)
{
    int64_t n = objective->dimension;
    objective->products += n;
    memset(H, 0, (size_t)(n * n) * sizeof *H);
    for (int64_t i = 0; i < n; i++) H[i * n + i] = ((Quadratic *)objective)->h[i];
}

/* n curvatures from mu to L in equal ratios (n = 1: L). */
static inline Quadratic quadratic(int64_t n, double mu, double L)
{
    Quadratic q = {.objective = {.dimension = n,
                                 .strong = mu,
                                 .smooth = L,
                                 .value = quadratic_value,
                                 .gradient = quadratic_gradient,
                                 .fix_curvature = quadratic_fix,
                                 .hessian = quadratic_hessian}};
    for (int64_t i = 0; i < n; i++)
        q.h[i] = n == 1 ? L : mu * pow(L / mu, (double)i / (double)(n - 1));
    return q;
}

#endif
