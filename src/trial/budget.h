/* How many runs does a length of time buy?
 *
 * Each contestant gets the same share of the time of `jobs` processes: from it come the runs of
 * its search and those that everyone has beside it, finals and reports. Whoever is slower gets
 * fewer of the first. */
#ifndef TRIAL_BUDGET_H
#define TRIAL_BUDGET_H

#include <stdint.h>

/* Seconds of a run of `steps` steps, from a first step and a longer trial that were timed, each
 * with its evaluation: first + (steps − 1) (trial − first) / (trial_steps − 1). */
double budget_run_s(double first_s, double trial_s, int64_t trial_steps, int64_t steps);

/* Who shares what. */
typedef struct {
    int64_t jobs; /* at the same time; 0 counts as 1 */
    int64_t count;
    const double *run_s; /* seconds of a run of each contestant */
    int64_t beside;      /* runs of each contestant besides its search */
} Budget;

/* runs[k] = floor(jobs budget_s / count / run_s[k]) − beside, not below 0. */
void budget_share(const Budget *budget, double budget_s, int64_t runs[]);

/* The least time that gives everyone `least` runs of a search. */
double budget_least_s(const Budget *budget, int64_t least);

/* Seconds of one contestant's search of `runs` and of what is beside it, of all processes. */
double budget_own_s(const Budget *budget, int64_t contestant, int64_t runs);

/* Seconds of `seeds` more reports of everyone. */
double budget_seeds_s(const Budget *budget, double seeds);

#endif
