#include "solve/step.h"

/* w is the sequence that is judged; gradients are taken at the points y ahead of it. */
enum { POINT, POINT_GRADIENT };
enum { MOMENTUM_T };

void nesterov_begin(Solver *solver)
{
    vector_copy(solver->n, solver->w, solver->slot[POINT]);
    vector_copy(solver->n, solver->g, solver->slot[POINT_GRADIENT]);
    solver->scalar[MOMENTUM_T] = 1.0;
}

/* w⁺ = y - rate g(y), y⁺ = w⁺ + momentum (w⁺ - w). The first y is the start, whose
 * gradient is known. */
static void accelerate(Solver *solver, double momentum)
{
    Objective *objective = solver->objective;
    double *w = solver->w, *y = solver->slot[POINT], *gradient = solver->slot[POINT_GRADIENT];
    if (solver->step > 0) objective->gradient(objective, y, gradient);
    for (int64_t i = 0; i < solver->n; i++) {
        double next = y[i] - solver->rate * gradient[i];
        y[i] = next + momentum * (next - w[i]);
        w[i] = next;
    }
}

/* Momentum (√κ - 1) / (√κ + 1) with κ = 1 / (rate strong): Nesterov 2004, (2.2.22). */
void nesterov_step(Solver *solver)
{
    double q = sqrt(solver->rate * solver->objective->strong); /* 1 / √κ */
    accelerate(solver, (1.0 - q) / (1.0 + q));
    solver_monitor(solver);
}

static double next_momentum(double *t)
{
    double next = 0.5 * (1.0 + sqrt(1.0 + 4.0 * *t * *t));
    double momentum = (*t - 1.0) / next;
    *t = next;
    return momentum;
}

void nesterov_convex_step(Solver *solver)
{
    accelerate(solver, next_momentum(&solver->scalar[MOMENTUM_T]));
    solver_monitor(solver);
}

/* The same, begun anew whenever F rose: the test needs F(w), which is charged as a value. */
void nesterov_restart_step(Solver *solver)
{
    double before = solver->value;
    accelerate(solver, next_momentum(&solver->scalar[MOMENTUM_T]));
    solver_monitor(solver);
    solver->objective->values++;
    if (solver->value > before) {
        solver->scalar[MOMENTUM_T] = 1.0;
        vector_copy(solver->n, solver->w, solver->slot[POINT]);
    }
}

enum { PREVIOUS };
enum { HEAVY_MOMENTUM };

/* rate 4 / (√L + √μ)², momentum ((√L - √μ) / (√L + √μ))²: Polyak 1964, best on quadratics. */
void heavy_ball_begin(Solver *solver)
{
    double l = sqrt(solver->objective->smooth), m = sqrt(solver->objective->strong);
    double root = (l - m) / (l + m);
    solver->rate = 4.0 / ((l + m) * (l + m));
    solver->scalar[HEAVY_MOMENTUM] = root * root;
    vector_copy(solver->n, solver->w, solver->slot[PREVIOUS]);
}

void heavy_ball_step(Solver *solver)
{
    double *w = solver->w, *previous = solver->slot[PREVIOUS];
    for (int64_t i = 0; i < solver->n; i++) {
        double now = w[i];
        w[i] = now - solver->rate * solver->g[i] +
               solver->scalar[HEAVY_MOMENTUM] * (now - previous[i]);
        previous[i] = now;
    }
    solver_evaluate(solver);
}
