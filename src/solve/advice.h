/* How large a constant step for one data set: what is known of it, the step we
 * recommend, and what that step and other solvers need, by running them.
 *
 * All rates, weights and lambda are for the rows of the design, which are the user's
 * own rows times `scale`. With v = scale w the same objective of the user's own rows is
 * (1/n) sum loss(a·v) + (lambda/scale²)/2 |v|², and a step `rate` on w is a step
 * rate scale² on v: see advice_own_*(). */
#ifndef SOLVE_ADVICE_H
#define SOLVE_ADVICE_H

#include "solve/instance.h"
#include "solve/solve.h"

#include <stdbool.h>

enum { ADVICE_PATIENCE = 5 };

typedef struct {
    double lambda;         /* 0: 1/n */
    double epsilon;        /* the relative gap (F - F*) / F* to settle below */
    int64_t max_gradients; /* of one run; 0: as many as a second or a few allow, and for the
                              recommended step ADVICE_PATIENCE times as many */
} AdviceTask;

typedef struct {
    const char *method;
    bool possible;  /* false: it has no rate without a margin, or no room for a Hessian */
    double rate;    /* NaN where the solver chooses */
    int64_t budget; /* gradients */
    SolveResult run;
    double seconds;
} AdviceRun;

typedef struct {
    Instance *instance;
    AdviceTask task; /* with the numbers that were used */
    double scale;    /* of the rows */
    double condition;
    AdviceRun recommended;
} Advice;

/* Takes over the design, whose labels are in its factors (scale and sign). The minimiser may
 * not be found in double precision: then instance->optimum is NaN and nothing was run. */
Advice *advice_create(Design *design, AdviceTask task);
void advice_free(Advice *advice);

/* A method of solve/method.h from w = 0; the recommended one is not run again. */
AdviceRun advice_try(const Advice *advice, const char *method);

double advice_own_rate(const Advice *advice, double rate);
double advice_own_lambda(const Advice *advice);
/* v (dimension) = the minimiser for the user's own rows. */
void advice_own_weights(const Advice *advice, double *v);

/* Above 1/lambda a stable minimiser and a large two-point cycle can coexist. */
bool advice_coexistence(const Advice *advice);

#endif
