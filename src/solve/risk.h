/* Stops a run when its loss on other rows, the population risk, is low enough.
 *
 * The risk is looked at after steps 0 … 50 and then every 2 % of the steps made: the
 * step count of a long run is late by at most that much. */
#ifndef SOLVE_RISK_H
#define SOLVE_RISK_H

#include "compute/design.h"
#include "solve/solve.h"

/* Mean logistic loss on the rows, no penalty. */
double risk_of(const Design *rows, const double *w);

typedef struct {
    const Design *rows;
    double target;
    int64_t next; /* the next step to look at */
} RiskWatch;

RiskWatch risk_watch(const Design *rows, double target);
bool risk_reached(void *watch, const Solver *solver); /* for SolveObserver.stop */

#endif
