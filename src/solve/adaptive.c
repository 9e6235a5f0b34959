#include "solve/spectral.h"

/* Malitsky and Mishchenko: the rate follows the local curvature L_k = |Δg| / |Δw| and may
 * grow only as the ratio of the last two rates allows. Both start from 1/L, as all kinds
 * here do, and not from the 1e-10 of the authors' code, which costs warm-up steps. */
enum { RATE_RATIO };

/* No bound on the growth of the first rate: the second one is 1 / (2 L_1). */
void adgd2020_begin(Solver *solver) { solver->scalar[RATE_RATIO] = INFINITY; }

static void descend_with_ratio(Solver *solver, double rate)
{
    solver->scalar[RATE_RATIO] = rate / solver->rate;
    solver_descend_remembering(solver, rate);
}

static void first_step(Solver *solver) { solver_descend_remembering(solver, solver->rate); }

/* min{ √(1 + θ) rate, 1 / (2 L_k) }: 1910.09529, algorithm 1. */
void adgd2020_step(Solver *solver)
{
    if (solver->step == 0) {
        first_step(solver);
        return;
    }
    Secant secant = solver_secant(solver);
    double growth = sqrt(1.0 + solver->scalar[RATE_RATIO]) * solver->rate;
    double local = 0.5 * sqrt(secant.ss / secant.yy);
    double rate = fmin(growth, local); /* 0/0, the very end: fmin() takes the other one */
    solver->failed = !isfinite(rate);
    if (!solver->failed) descend_with_ratio(solver, rate);
}

void adgd2023_begin(Solver *solver) { solver->scalar[RATE_RATIO] = 1.0 / 3.0; }

/* min{ √(2/3 + θ) rate, rate / √[2 rate² L_k² - 1]₊ }: 2308.02261, algorithm 1. */
void adgd2023_step(Solver *solver)
{
    if (solver->step == 0) {
        first_step(solver);
        return;
    }
    Secant secant = solver_secant(solver);
    double growth = sqrt(2.0 / 3.0 + solver->scalar[RATE_RATIO]) * solver->rate;
    double excess = 2.0 * solver->rate * solver->rate * secant.yy / secant.ss - 1.0;
    double local = excess > 0.0 ? solver->rate / sqrt(excess) : INFINITY;
    descend_with_ratio(solver, fmin(growth, local));
}
