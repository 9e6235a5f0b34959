/* How many runs does a length of time buy?
 *
 * Three stages, each of which needs what the one before it found: everyone's search, finals and
 * reports. A stage's runs are done by `jobs` processes, and a run is not divisible: N runs of mean
 * length r take ceil(N / jobs) r, and never less than the slowest of them. */
#ifndef TRIAL_BUDGET_H
#define TRIAL_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds of a run of `steps` steps, from a first step and a longer trial that were timed, each
 * with its evaluation: first + (steps − 1) (trial − first) / (trial_steps − 1). */
double budget_run_s(double first_s, double trial_s, int64_t trial_steps, int64_t steps);

/* Who shares what. */
typedef struct {
    int64_t jobs; /* at the same time; 0 counts as 1 */
    int64_t count;
    const double *run_s;    /* seconds of a run of each contestant */
    const bool *is_settled; /* nothing of it is searched: it has one run, and no finals */
    int64_t finals, seeds;  /* runs of each contestant besides its search */
} Budget;

/* Everyone gets the same time to search: runs[k] = floor(n fastest / length_k), at most so many
 * that all stages together take budget_s. Times within BUDGET_ALIKE of each other are one length,
 * so that noise in them gives nobody more runs. All 0 where not even one run of the fastest has
 * room; one run each, whatever the time, of those that are settled. */
#define BUDGET_ALIKE 1.25
void budget_share(const Budget *budget, double budget_s, int64_t runs[]);

/* The least time that gives everyone `least` runs of a search; fills these. */
double budget_least_s(const Budget *budget, int64_t least, int64_t runs[]);

/* Seconds of searches of so many runs; of all finals and reports; of `seeds` more reports of
 * everyone. */
double budget_search_s(const Budget *budget, const int64_t runs[]);
double budget_beside_s(const Budget *budget);
double budget_seeds_s(const Budget *budget, double seeds);

#endif
