#include "solve/spectral.h"

/* Barzilai and Borwein 1988: the rates that fit s ≈ rate y (long) or y ≈ s / rate (short)
 * best. The first step is 1/L. Where the curvature seen is not positive (rounding, at
 * the very end) the last rate is kept. */
static double rate_long(const Solver *solver, Secant secant)
{
    return secant.sy > 0.0 ? secant.ss / secant.sy : solver->rate;
}

static double rate_short(const Solver *solver, Secant secant)
{
    return secant.sy > 0.0 ? secant.sy / secant.yy : solver->rate;
}

void bb1_step(Solver *solver)
{
    double rate = solver->step == 0 ? solver->rate : rate_long(solver, solver_secant(solver));
    solver_descend_remembering(solver, rate);
}

void bb2_step(Solver *solver)
{
    double rate = solver->step == 0 ? solver->rate : rate_short(solver, solver_secant(solver));
    solver_descend_remembering(solver, rate);
}

/* Long after odd, short after even numbers of steps. */
void abb_step(Solver *solver)
{
    if (solver->step % 2 == 1)
        bb1_step(solver);
    else
        bb2_step(solver);
}
