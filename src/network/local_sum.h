/* Sums of local functions with weights: values, curvatures, minimisers. */
#ifndef NETWORK_LOCAL_SUM_H
#define NETWORK_LOCAL_SUM_H

#include "network/local_kinds.h"

/* x (dimension) = the minimiser of Σ w_i f_i, w_i >= 0. False where there is none, or not one
 * only. */
bool local_sum_minimise(const LocalProblem *problem, const double *weights, double *x);

/* Σ w_i f_i(x), in node order. */
double local_sum_value(const LocalProblem *problem, const double *weights, const double *x);

/* The least and the largest eigenvalue of Σ w_i ∇²f_i(x). */
void local_sum_curvatures(const LocalProblem *problem, const double *weights, const double *x,
                          double *least, double *largest);

#endif
