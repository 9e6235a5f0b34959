#include "solve/step.h"

void gd_step(Solver *solver) { solver_descend(solver, solver->rate); }

/* A step of length `rate`, whatever the gradient's. */
void gd_normalised_step(Solver *solver)
{
    double length = vector_norm(solver->n, solver->g);
    solver->failed = !(length > 0.0);
    if (solver->failed) return;
    vector_add(solver->n, -solver->rate / length, solver->g, solver->w);
    solver_evaluate(solver);
}

enum { ADAPTIVE_BASE };

void adaptive_logistic_begin(Solver *solver) { solver->scalar[ADAPTIVE_BASE] = solver->rate; }

/* base / (1 - exp(-F)): the derivative of -loss^{-1} at the risk F, for the logistic
 * loss without a penalty. */
void adaptive_logistic_step(Solver *solver)
{
    solver_descend(solver, solver->scalar[ADAPTIVE_BASE] / -expm1(-solver->value));
}

/* (F - F*) / |g|². At F <= F*, up to rounding, there is nothing left to do. */
void polyak_step(Solver *solver)
{
    double rate = (solver->value - solver->optimum) / vector_dot(solver->n, solver->g, solver->g);
    solver->failed = !(rate > 0.0);
    if (!solver->failed) solver_descend(solver, rate);
}
