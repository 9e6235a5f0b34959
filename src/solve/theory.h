/* What the theorems predict, as functions: the right-hand sides that claims
 * compare measurements with. gamma: margin; rate: eta; n: number of rows. */
#ifndef SOLVE_THEORY_H
#define SOLVE_THEORY_H

#include "compute/design.h"

/* eta_crit lambda ln(1/lambda), of order 1 when eta_crit ~ 1/(lambda ln(1/lambda))
 * (2506.02336, abstract): from lambda (1 + gamma |w|) <= lambda_max <= lambda (1 + |w|/gamma)
 * at the minimiser it lies above gamma² once lambda is small against gamma². */
typedef struct {
    double constant;  /* eta_crit lambda ln(1/lambda) */
    double lowest;    /* gamma² */
    double smallness; /* lambda in units of gamma²/100 */
} CriticalScale;
CriticalScale theory_critical_scale(double critical, double lambda, double gamma);

/* Steps after the phase transition until the gap falls from `first` to `target` when it
 * shrinks as exp(-lambda rate t) (2506.02336, theorem 1). */
double theory_stable_steps(double first, double target, double lambda, double rate);

/* Loss after T steps of gamma² T/120 without regularisation, and the least T it holds for
 * (2402.15926, corollary 2). */
double theory_budget_bound(double gamma, double steps);
double theory_budget_least(double gamma, double n);

/* Steps until the loss is below 1/rate (2402.15926, theorem 1). */
double theory_transition_bound(double gamma, double rate, double n);

/* Risk of the minimiser at lambda = 1/n: of order lambda ln(1/lambda)/gamma² = ln(n)/(gamma² n),
 * the "Õ(1/n)" of 2506.02336, section 3, with its logarithm and constant 1. */
double theory_risk(double gamma, double n);

/* 1/gamma²: the order of the steps that any first-order method needs to separate, and that adaptive
 * steps need to a risk of order 1/n (2504.04105). */
double theory_separation_steps(double gamma);

/* Updates that the perceptron makes at most: (longest row / gamma)² (Novikoff 1962). */
double theory_perceptron_updates(const Design *design, double gamma);

/* A first step that does not increase the loss has rate <= 2 ln 2/(r q) when a share q of the
 * rows has margin < -r at the mean row (2402.15926, lemma 14): the smallest such bound;
 * infinite when the mean row separates. */
double theory_monotone_bound(const Design *design);

/* The two points V a and -W a (a: unit vector of the mean row) of the cycle that a step above
 * 1/lambda has while all losses are saturated: at -W every row pulls with its full weight, at V
 * none does, so V = eta |mean| / (1 - (1 - eta lambda)²), W = (eta lambda - 1) V. */
typedef struct {
    double right, left; /* V and W */
} SaturatedCycle;
SaturatedCycle theory_saturated_cycle(const Design *design, double lambda, double rate);

#endif
