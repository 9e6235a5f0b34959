/* A method: a solver together with the way its constant rate is chosen. What
 * results and figures compare, each a row of a table. */
#ifndef SOLVE_METHOD_H
#define SOLVE_METHOD_H

#include "solve/instance.h"
#include "solve/solve.h"

typedef enum {
    METHOD_RULE,     /* the rate is given by a rule, or the solver needs none */
    METHOD_MONOTONE, /* the largest rate that never increases the objective, found by a scan */
    METHOD_BEST,     /* the rate that settles in the fewest steps, found by a scan */
} MethodChoice;

typedef struct {
    const char *name;   /* as written in results, such as "gd_square_root" */
    const char *solver; /* a name of solver_kind() */
    MethodChoice choice;
    const char *rule; /* a name of rate_rule(); NULL: the solver chooses */
} Method;

/* Exit 2 with the list of names on an unknown one. */
const Method *method_named(const char *name);

const char *method_title(const Method *method);

/* The rate that the method's rule gives; NaN when its solver chooses or a scan must find it. */
double method_rate(const Method *method, const Instance *instance);

/* Runs the method towards the task (its rate and optimum are filled in here). A scan tries
 * rates in steps of 2^(1/8) and reports the chosen run; searched (may be NULL) gets the
 * gradients that the other runs cost. final: as in solve_run. Spent, with rate NaN and
 * without a step, where the rule has no rate (no margin) or the scan finds none. */
SolveResult method_run(const Method *method, const Instance *instance, SolveTask task,
                       int64_t *searched, double *final);

#endif
