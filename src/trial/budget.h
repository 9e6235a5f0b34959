/* How many runs does a length of time buy?
 *
 * Each contestant gets the same share of the time: from it come the runs of its search and the
 * `seeds` runs that are reported. Whoever is slower gets fewer of the first. */
#ifndef TRIAL_BUDGET_H
#define TRIAL_BUDGET_H

#include <stdint.h>

/* Seconds of a run of `steps` steps, from a first step and a longer trial that were timed, each
 * with its evaluation: first + (steps − 1) (trial − first) / (trial_steps − 1). */
double budget_run_s(double first_s, double trial_s, int64_t trial_steps, int64_t steps);

/* runs[k] = floor(budget / count / run_s[k]) − seeds, not below 0. */
void budget_share(double budget_s, int64_t count, const double run_s[], int64_t seeds,
                  int64_t runs[]);

/* The least time that gives everyone `least` runs of a search. */
double budget_least_s(int64_t count, const double run_s[], int64_t seeds, int64_t least);

/* Seconds of searches of runs[k] and reports of `seeds` runs each. */
double budget_total_s(int64_t count, const double run_s[], int64_t seeds, const int64_t runs[]);

#endif
