/* Which of several schedules should a run follow, if several laws are asked?
 *
 * Each law was fitted to the same runs and predicts the end of every schedule. A schedule's regret
 * under a law is its loss above the best one's. The choice is the schedule whose largest regret
 * over the laws is the least: no law is known to be the right one. */
#ifndef FIT_ADVICE_H
#define FIT_ADVICE_H

#include "fit/fit.h"

enum { ADVICE_LAWS = 4 };

/* Differences below this share of the loss are within the errors of every law. */
#define ADVICE_EQUAL 0.001

typedef struct {
    int laws;
    int64_t schedules;
    double *loss;               /* laws x schedules; the caller frees */
    int64_t best[ADVICE_LAWS];  /* of each law, among the first `offered` schedules */
    int64_t choice;             /* the least largest regret, among these */
    double regret[ADVICE_LAWS]; /* of the choice, under each law */
} Advised;

/* run: `schedules` of them, with rates from step 0 to their last step and without points. Only the
 * first `offered` may be chosen. */
Advised advise_schedules(int laws, const FitResult *fit, int64_t schedules, int64_t offered,
                         const LawRun *run);

#endif
