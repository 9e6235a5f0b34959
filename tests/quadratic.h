/* F(w) = ½ sum h_i w_i²: minimiser 0, F* = 0, and every theorem about steps is an identity. */
#ifndef TESTS_QUADRATIC_H
#define TESTS_QUADRATIC_H

#include "solve/solve.h"
#include "solve/step.h"

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

/* All ones: the usual start. */
static const double quadratic_start[QUADRATIC_MAX] = {1, 1, 1, 1, 1, 1, 1, 1};

static inline SolveTask quadratic_task(double gap)
{
    return (SolveTask){.target_gap = gap,
                       .target_value = -INFINITY,
                       .max_steps = 100000,
                       .start = quadratic_start};
}

static inline SolveResult quadratic_run(const char *kind, Quadratic *q, SolveTask task,
                                        double *final)
{
    return solve_run(solver_kind(kind), &q->objective, &task, final);
}

/* |w| after exactly `steps` steps of a kind. */
static inline double quadratic_length(const char *kind, Quadratic *q, double rate, int64_t steps)
{
    double w[QUADRATIC_MAX];
    SolveTask task = quadratic_task(0.0);
    task.rate = rate, task.max_steps = steps;
    quadratic_run(kind, q, task, w);
    return vector_norm(q->objective.dimension, w);
}

#endif
