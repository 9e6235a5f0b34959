/* A data set at one lambda, with everything that rules and solvers may ask for:
 * objective, margin, minimiser, optimal value, critical step. */
#ifndef SOLVE_INSTANCE_H
#define SOLVE_INSTANCE_H

#include "compute/design.h"
#include "objective/margin.h"
#include "objective/objective.h"
#include "solve/rate.h"

#include <stdbool.h>

typedef enum {
    INSTANCE_MARGIN = 1,    /* gamma, to a part in a thousand */
    INSTANCE_MINIMISER = 2, /* w_lambda, F* and the critical step; needs lambda > 0 or data
                               that are not separable */
} InstanceNeeds;

typedef struct {
    Design *design;
    Objective *objective; /* logistic, at facts.lambda */
    double *minimiser;    /* dimension; NULL when not asked for */
    double optimum;       /* F*; NaN when not asked for */
    Margin margin;
    RateFacts facts; /* NaN where unknown */
} Instance;

/* Takes over the design. needs: InstanceNeeds, or-ed. */
Instance *instance_create(Design *design, double lambda, int needs);

void instance_free(Instance *instance);

#endif
