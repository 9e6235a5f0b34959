/* A point on the line w + rate d where F has fallen enough and flattened enough. */
#ifndef SOLVE_WOLFE_H
#define SOLVE_WOLFE_H

#include "solve/step.h"

/* Vectors of the solver's dimension; w is the solver's iterate, trial and gradient are
 * written: w + rate d and the gradient there. */
typedef struct {
    const double *direction;
    double *trial, *gradient;
} WolfeLine;

typedef struct {
    double rate, value, slope; /* slope along the direction */
} WolfePoint;

/* Strong Wolfe conditions with c1 = 1e-4, c2 = 0.9 (Nocedal and Wright 2006, algorithms 3.5
 * and 3.6); `first` is the rate tried first. When the conditions cannot be met in
 * double precision the best point with sufficient decrease is returned; rate 0 when
 * there is none. Every trial costs one gradient. */
WolfePoint wolfe_search(Solver *solver, const WolfeLine *line, double first);

#endif
