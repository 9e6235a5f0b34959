/* Edges of behaviour along the axis of constant rates, by scan and bisection. */
#ifndef SOLVE_EDGE_H
#define SOLVE_EDGE_H

#include "objective/objective.h"

/* The rate above which gradient descent from w = 0 leaves every bound, not merely the minimiser,
 * between low and high, to 5e-4 relative; NaN when low already does or high does not. */
double edge_blow_up(Objective *objective, double low, double high);

/* The smallest failing rate from w = 0 between low and high: the first of 200 rates on a log
 * grid that does not reach the minimiser, then by bisection against its predecessor to 1e-4
 * relative. NaN when none fails; low when low does. */
double edge_first_failure(Objective *objective, const double *minimiser, double low, double high);

#endif
