#include "solve/guarded.h"

#include "solve/step.h"

enum { BEST, BEST_GRADIENT };

/* Long before doubles overflow, and far above any swing of a bounded run: at a rate far too
 * large 50 steps would be too many. */
static const double blown_up = 1e100;

static bool is_blown_up(const Solver *solver)
{
    return !(fabs(solver->value) <= blown_up * (1.0 + fabs(solver->scalar[GUARDED_LOWEST])));
}

static void keep(Solver *solver)
{
    solver->scalar[GUARDED_LOWEST] = solver->value;
    solver->scalar[GUARDED_LOWEST_STEP] = (double)solver->step;
    vector_copy(solver->n, solver->w, solver->slot[BEST]);
    vector_copy(solver->n, solver->g, solver->slot[BEST_GRADIENT]);
}

void guarded_begin(Solver *solver)
{
    solver->scalar[GUARDED_CEILING] = solver->rate;
    solver->rate = fmin(solver->rate, 1.0 / solver->objective->smooth);
    keep(solver);
}

/* The gradient at the best iterate was kept, so going back costs no evaluation. */
static void roll_back(Solver *solver)
{
    double ceiling = 0.5 * fmin(solver->rate, solver->scalar[GUARDED_CEILING]);
    solver->scalar[GUARDED_CEILING] = ceiling;
    solver->scalar[GUARDED_ROLLBACKS] += 1.0;
    vector_copy(solver->n, solver->slot[BEST], solver->w);
    vector_copy(solver->n, solver->slot[BEST_GRADIENT], solver->g);
    solver->rate = ceiling;
    solver->scalar[GUARDED_LOWEST_STEP] = (double)solver->step;
}

void guarded_step(Solver *solver)
{
    double since_lowest = (double)solver->step - solver->scalar[GUARDED_LOWEST_STEP];
    if (is_blown_up(solver) || since_lowest >= GUARDED_PATIENCE) roll_back(solver);
    bool doubles = solver->step > 0 && solver->step % GUARDED_RAMP == 0;
    solver_descend(
        solver, fmin(doubles ? 2.0 * solver->rate : solver->rate, solver->scalar[GUARDED_CEILING]));
    if (solver->value < solver->scalar[GUARDED_LOWEST]) {
        solver->step++; /* the iterate just made */
        keep(solver);
        solver->step--;
    }
}
