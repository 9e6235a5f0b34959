#include "compute/blas.h"
#include "solve/step.h"

enum { DIRECTION, TRIAL_POINT };
enum { MOST_HALVINGS = 60 };
static const double sufficient = 1e-4;

/* direction = -H⁻¹ g */
static bool newton_direction(Solver *solver, double *direction)
{
    Objective *objective = solver->objective;
    for (int64_t i = 0; i < solver->n; i++) direction[i] = -solver->g[i];
    objective->fix_curvature(objective, solver->w);
    objective->hessian(objective, solver->matrix);
    return blas_solve_positive(solver->n, solver->matrix, direction);
}

static bool decreases_enough(Solver *solver, double rate, double slope)
{
    double *trial = solver->slot[TRIAL_POINT];
    vector_copy(solver->n, solver->w, trial);
    vector_add(solver->n, rate, solver->slot[DIRECTION], trial);
    double value = solver->objective->value(solver->objective, trial);
    /* Where the promised decrease is below the rounding of F, F cannot judge; the full
     * step is right there. */
    bool beyond_rounding = -slope < 1e-15 * fabs(solver->value);
    return (beyond_rounding && isfinite(value)) ||
           value <= solver->value + sufficient * rate * slope;
}

void newton_step(Solver *solver)
{
    double *direction = solver->slot[DIRECTION];
    solver->failed = true;
    if (!newton_direction(solver, direction)) return;
    double slope = vector_dot(solver->n, solver->g, direction), rate = 1.0;
    for (int halving = 0; halving < MOST_HALVINGS && solver->failed; halving++, rate *= 0.5) {
        if (!decreases_enough(solver, rate, slope)) continue;
        solver->failed = false;
        solver->rate = rate;
        vector_copy(solver->n, solver->slot[TRIAL_POINT], solver->w);
        solver_evaluate(solver);
    }
}
