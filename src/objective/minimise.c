#include "objective/objective.h"

#include "base/die.h"
#include "compute/blas.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DENSE_DIMENSION = 1500, MAX_STEPS = 200, MAX_HALVINGS = 60, MAX_PRODUCTS = 5000 };

typedef struct {
    Objective *objective;
    int64_t n;
    double *w, *g, *direction, *trial, *H; /* H: n², or NULL for conjugate gradients */
    double value;
    double enough;    /* share of the value below which a promise is not worth its step */
    double decrement; /* g' H^-1 g, twice what a Newton step promises */
} Newton;

/* direction = -H^-1 g by Cholesky; false where H is not positive definite. */
static bool solve_dense(Newton *s)
{
    s->objective->hessian(s->objective, s->H);
    for (int64_t i = 0; i < s->n; i++) s->direction[i] = -s->g[i];
    return blas_solve_positive(s->n, s->H, s->direction);
}

/* The same by conjugate gradients, to a residual far below the gradient: the
 * better the solution, the fewer Newton steps, which cost more. */
static bool solve_iterative(Newton *s)
{
    int64_t n = s->n, products = 0;
    double *r = alloc_zeroed((size_t)(3 * n), sizeof *r), *p = r + n, *Hp = p + n;
    memset(s->direction, 0, (size_t)n * sizeof *s->direction);
    for (int64_t i = 0; i < n; i++) p[i] = r[i] = -s->g[i];
    double square = blas_dot(n, r, r), enough = square * 1e-16, bend = 1.0;
    for (; square > enough && products < MAX_PRODUCTS; products++) {
        s->objective->curvature(s->objective, p, Hp);
        bend = blas_dot(n, p, Hp);
        if (!(bend > 0.0)) break;
        double rate = square / bend, before = square;
        for (int64_t i = 0; i < n; i++) {
            s->direction[i] += rate * p[i];
            r[i] -= rate * Hp[i];
        }
        square = blas_dot(n, r, r);
        for (int64_t i = 0; i < n; i++) p[i] = r[i] + square / before * p[i];
    }
    free(r);
    return bend > 0.0 || products > 0;
}

static bool find_direction(Newton *s)
{
    s->objective->fix_curvature(s->objective, s->w);
    bool solved = s->H ? solve_dense(s) : solve_iterative(s);
    s->decrement = -blas_dot(s->n, s->g, s->direction);
    return solved && s->decrement >= 0.0;
}

/* Armijo with the whole step first. The slack is the rounding of F: near the
 * minimiser the decrease disappears in it, and the whole step is right. */
static bool take_step(Newton *s)
{
    double rate = 1.0, slack = 8e-16 * fabs(s->value);
    for (int halvings = 0; halvings < MAX_HALVINGS; halvings++, rate *= 0.5) {
        for (int64_t i = 0; i < s->n; i++) s->trial[i] = s->w[i] + rate * s->direction[i];
        double value = s->objective->value(s->objective, s->trial);
        if (!(value <= s->value - 1e-4 * rate * s->decrement + slack)) continue;
        memcpy(s->w, s->trial, (size_t)s->n * sizeof *s->w);
        s->value = s->objective->gradient(s->objective, s->w, s->g);
        return true;
    }
    return false;
}

/* Converged: the promise is below `enough` of the value, or it is small and has
 * stopped shrinking, which in Newton's last, quadratic phase only rounding does. */
static bool iterate(Newton *s)
{
    double before = INFINITY;
    s->value = s->objective->gradient(s->objective, s->w, s->g);
    for (int step = 0; step < MAX_STEPS; step++) {
        if (!isfinite(s->value) || !find_direction(s)) return false;
        bool small = s->decrement <= 1e-18 * fabs(s->value);
        if (small && s->decrement > 0.25 * before) return true;
        before = s->decrement;
        bool moved = take_step(s);
        if (before <= s->enough * fabs(s->value) || before <= 0.0) return true;
        if (!moved) return small;
    }
    return false;
}

double objective_approach(Objective *objective, double share, double *w)
{
    int64_t n = objective->dimension;
    double *memory = alloc_zeroed((size_t)(3 * n), sizeof *memory);
    Newton s = {.objective = objective, .n = n, .w = w, .enough = share};
    s.g = memory, s.direction = memory + n, s.trial = memory + 2 * n;
    if (n <= DENSE_DIMENSION) s.H = alloc_zeroed((size_t)(n * n), sizeof *s.H);
    double value = iterate(&s) ? s.value : NAN;
    free(s.H);
    free(memory);
    return value;
}

double objective_minimise(Objective *objective, double *w)
{
    return objective_approach(objective, 1e-30, w);
}
