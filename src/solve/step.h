/* What the steps of all solvers are made of, and the steps themselves for the table in kinds.c.
 *
 * The loops are here, inlined, and not in compute/blas.h: on problems of three
 * coordinates a library call costs as much as the gradient. Sums run over four
 * interleaved partial sums, always the same ones. */
#ifndef SOLVE_STEP_H
#define SOLVE_STEP_H

#include "solve/solve.h"

#include <math.h>
#include <string.h>

static inline double vector_dot(int64_t n, const double *x, const double *y)
{
    double a = 0.0, b = 0.0, c = 0.0, d = 0.0;
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) {
        a += x[i] * y[i];
        b += x[i + 1] * y[i + 1];
        c += x[i + 2] * y[i + 2];
        d += x[i + 3] * y[i + 3];
    }
    for (; i < n; i++) a += x[i] * y[i];
    return (a + b) + (c + d);
}

static inline double vector_norm(int64_t n, const double *x) { return sqrt(vector_dot(n, x, x)); }

static inline double vector_distance(int64_t n, const double *x, const double *y)
{
    double sum = 0.0;
    for (int64_t i = 0; i < n; i++) sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sqrt(sum);
}

/* y += a x */
static inline void vector_add(int64_t n, double a, const double *x, double *y)
{
    for (int64_t i = 0; i < n; i++) y[i] += a * x[i];
}

static inline void vector_copy(int64_t n, const double *x, double *y)
{
    memcpy(y, x, (size_t)n * sizeof *x);
}

/* Makes g and value current at w. */
static inline void solver_evaluate(Solver *solver)
{
    Objective *objective = solver->objective;
    solver->value = objective->gradient(objective, solver->w, solver->g);
}

/* The same for the judge's eyes only: it is not charged. */
static inline void solver_monitor(Solver *solver)
{
    int64_t charged = solver->objective->gradients;
    solver_evaluate(solver);
    solver->objective->gradients = charged;
}

/* w -= rate g, not evaluated yet. */
static inline void solver_move(Solver *solver, double rate)
{
    solver->rate = rate;
    vector_add(solver->n, -rate, solver->g, solver->w);
}

/* The gradient step of every kind that only chooses its rate. */
static inline void solver_descend(Solver *solver, double rate)
{
    solver_move(solver, rate);
    solver_evaluate(solver);
}

void gd_step(Solver *solver);
void gd_normalised_step(Solver *solver);
void guarded_begin(Solver *solver);
void guarded_step(Solver *solver);
void perceptron_step(Solver *solver);
void adaptive_logistic_begin(Solver *solver);
void adaptive_logistic_step(Solver *solver);
void polyak_step(Solver *solver);

void nesterov_begin(Solver *solver);
void nesterov_step(Solver *solver);
void nesterov_convex_step(Solver *solver);
void nesterov_restart_step(Solver *solver);
void heavy_ball_begin(Solver *solver);
void heavy_ball_step(Solver *solver);

void bb1_step(Solver *solver);
void bb2_step(Solver *solver);
void abb_step(Solver *solver);
void adgd2020_begin(Solver *solver);
void adgd2020_step(Solver *solver);
void adgd2023_begin(Solver *solver);
void adgd2023_step(Solver *solver);

void armijo_begin(Solver *solver);
void armijo_step(Solver *solver);
void silver_step(Solver *solver);
void silver_convex_step(Solver *solver);

enum { LBFGS_PAIRS = 10, LBFGS_SLOTS = 2 * LBFGS_PAIRS + 3 };
void lbfgs_step(Solver *solver);
void newton_step(Solver *solver);
void newton_kept_step(Solver *solver);

#endif
