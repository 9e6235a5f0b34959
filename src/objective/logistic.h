/* Regularised logistic regression and its relatives on a design matrix:
 *
 *     F(w) = (1/n) sum_i weight_i loss(a_i·w) + lambda/2 |w|²
 *
 * arXiv 2506.02336, section 1, with the label absorbed into a_i. */
#ifndef OBJECTIVE_LOGISTIC_H
#define OBJECTIVE_LOGISTIC_H

#include "compute/design.h"
#include "objective/objective.h"

/* The design stays the caller's and must outlive the objective. lambda >= 0.
 * strong = lambda; smooth = largest eigenvalue of (1/4n) A'A + lambda. */
Objective *logistic_create(const Design *design, double lambda);

/* phi(w) = ln (1/n) sum exp(-a_i·w), by log-sum-exp: a constant step on phi is the
 * adaptive step eta / L of the exponential loss (lambda = 0). */
Objective *log_exponential_create(const Design *design);

/* (1/n) sum max(0, -a_i·w): a constant step on it is the batch perceptron. */
Objective *perceptron_create(const Design *design);

const Design *logistic_design(const Objective *objective);

/* Minimiser for small lambda by continuation from lambda = 1 in factors of sqrt(10):
 * w (dimension) gets it; returns F there. */
double logistic_minimise(const Design *design, double lambda, double *w);

/* eta_crit = 2 / lambda_max(Hessian of F at the minimiser): constant steps above it
 * leave the minimiser's neighbourhood (2506.02336 section 4; exact, not an order). */
double logistic_critical_rate(const Design *design, double lambda, const double *minimiser);

#endif
