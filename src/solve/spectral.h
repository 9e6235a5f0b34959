/* What the last gradient step showed of the curvature. */
#ifndef SOLVE_SPECTRAL_H
#define SOLVE_SPECTRAL_H

#include "solve/step.h"

/* With s = Δw and y = Δg over the last step. */
typedef struct {
    double ss, sy, yy;
} Secant;

/* s = -rate g_before exactly, so that nothing cancels; slot[0] keeps g_before. For kinds
 * that descend along g with solver->rate. */
static inline Secant solver_secant(const Solver *solver)
{
    const double *g = solver->g, *before = solver->slot[0];
    double gg = 0.0, gy = 0.0, yy = 0.0;
    for (int64_t i = 0; i < solver->n; i++) {
        double y = g[i] - before[i];
        gg += before[i] * before[i];
        gy += before[i] * y;
        yy += y * y;
    }
    double rate = solver->rate;
    return (Secant){.ss = rate * rate * gg, .sy = -rate * gy, .yy = yy};
}

/* A gradient step that remembers the gradient it took. */
static inline void solver_descend_remembering(Solver *solver, double rate)
{
    vector_copy(solver->n, solver->g, solver->slot[0]);
    solver_descend(solver, rate);
}

#endif
