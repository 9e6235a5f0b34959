/* A law and data as a function of a few scaled coordinates. Private to the room. */
#ifndef FIT_PROBLEM_H
#define FIT_PROBLEM_H

#include "fit/fit.h"
#include "fit/lbfgsb.h"

struct FitData {
    const Law *law;
    int64_t count, points;
    int64_t *from; /* the first point of each run */
    const LawRun **run;
    LawPath **path;
    LawFeatures **features;
    double *target; /* points: ln L, or L for laws marked raw */
};

/* Makes the features that depend on fixed parameters for these. */
void data_tune(FitData *data, const double *theta);

/* Which parameters move, in which coordinates, and what stays. One per thread: it holds the
 * memory of an evaluation. */
typedef struct {
    const FitData *data;
    const double *weight; /* NULL: ones */
    double total_weight;
    int n;
    int parameter[LAW_MAX_PARAMETERS];                        /* of coordinate k */
    double low[LAW_MAX_PARAMETERS], high[LAW_MAX_PARAMETERS]; /* of coordinate k */
    double theta[LAW_MAX_PARAMETERS];                         /* all; the fixed ones hold */
    double *loss, *gradient;                                  /* points, points x law->count */
    int64_t evaluations;
} Problem;

/* is_free and theta say which parameters move and where the others are. problem_close() frees. */
Problem problem_open(const FitData *data, const double *weight, const bool *is_free,
                     const double *theta);
void problem_close(Problem *problem);

double coordinate_slope(const LawParameter *parameter, double x); /* dx / dz */

void problem_to_z(const Problem *problem, const double *theta, double *z);
void problem_to_theta(Problem *problem, const double *z); /* into problem->theta */

/* Predicted losses and their gradient at z, into the problem's memory. */
void problem_predict(Problem *problem, const double *z);

/* Σ w Huber₁(r / δ) / Σ w at z: of order one near an optimum. A Minimand; gradient not NULL. */
double problem_value(void *problem, const double *z, double *gradient);

/* Residuals (points) over δ at z, and their slopes by z (points x n), where wanted. */
void problem_residuals(Problem *problem, const double *z, double *residual, double *slopes);

/* L-BFGS-B from z. */
double problem_descend(Problem *problem, double *z, double precision, int64_t evaluations);

/* Newton steps from z to where the projected gradient is rounding; returns the value. */
double problem_polish(Problem *problem, double *z, double *projected);

/* Sets the linear free parameters of theta by least squares for the others' values there, within
 * bounds; the rest of theta stays. */
void problem_solve_linear(Problem *problem, double *theta);

/* Standard errors of the free coordinates, and which of them the data do not determine. */
void problem_identify(Problem *problem, const double *z, double *error, bool *unknown);

#endif
