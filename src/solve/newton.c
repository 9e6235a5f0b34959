#include "compute/blas.h"
#include "solve/step.h"

enum { DIRECTION, TRIAL_POINT };
enum { MOST_HALVINGS = 60 };
static const double sufficient = 1e-4;

/* direction = -H⁻¹ g; the matrix keeps the factor of H. */
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

/* Moves along the direction by Armijo's rule; failed where no rate is small enough. */
static void move(Solver *solver, double slope)
{
    double rate = 1.0;
    solver->failed = true;
    for (int halving = 0; halving < MOST_HALVINGS && solver->failed; halving++, rate *= 0.5) {
        if (!decreases_enough(solver, rate, slope)) continue;
        solver->failed = false;
        solver->rate = rate;
        vector_copy(solver->n, solver->slot[TRIAL_POINT], solver->w);
        solver_evaluate(solver);
    }
}

void newton_step(Solver *solver)
{
    double *direction = solver->slot[DIRECTION];
    solver->failed = !newton_direction(solver, direction);
    if (!solver->failed) move(solver, vector_dot(solver->n, solver->g, direction));
}

/* The slope that the last step started with; 0: no factor is kept. */
enum { KEPT_SLOPE };

/* A step with an old Hessian costs little more than a gradient and falls short of Newton's in
 * proportion to how far the iterate has moved since: worth it while every step leaves a
 * quarter of the promise at most. */
static bool kept_direction(Solver *solver, double *direction)
{
    if (solver->scalar[KEPT_SLOPE] == 0.0) return false;
    for (int64_t i = 0; i < solver->n; i++) direction[i] = -solver->g[i];
    blas_solve_factored(solver->n, solver->matrix, direction);
    double slope = vector_dot(solver->n, solver->g, direction);
    return slope < 0.0 && slope >= 0.25 * solver->scalar[KEPT_SLOPE];
}

void newton_kept_step(Solver *solver)
{
    double *direction = solver->slot[DIRECTION];
    solver->failed = !kept_direction(solver, direction) && !newton_direction(solver, direction);
    if (solver->failed) return;
    double slope = vector_dot(solver->n, solver->g, direction);
    move(solver, slope);
    solver->scalar[KEPT_SLOPE] = solver->failed ? 0.0 : slope;
}
