#include "solve/step.h"

enum { TRIAL_POINT };
enum { MOST_HALVINGS = 100 };
static const double sufficient = 1e-4; /* share of the decrease that the slope promises */

/* The first trial is twice this. */
void armijo_begin(Solver *solver) { solver->rate *= 0.5; }

static double trial_value(Solver *solver, double rate)
{
    double *trial = solver->slot[TRIAL_POINT];
    for (int64_t i = 0; i < solver->n; i++) trial[i] = solver->w[i] - rate * solver->g[i];
    return solver->objective->value(solver->objective, trial);
}

/* Twice the last rate, halved until F(w - rate g) <= F - c rate |g|²; a NaN is too large. */
void armijo_step(Solver *solver)
{
    double square = vector_dot(solver->n, solver->g, solver->g);
    double rate = 2.0 * solver->rate;
    for (int halving = 0; halving < MOST_HALVINGS; halving++, rate *= 0.5) {
        double bound = solver->value - sufficient * rate * square;
        if (trial_value(solver, rate) <= bound) {
            solver_descend(solver, rate);
            return;
        }
    }
    solver->failed = true;
}
