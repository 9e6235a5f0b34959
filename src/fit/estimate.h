/* A law fitted to a user's runs, λ with the rest: from many memories to the best one, with a block
 * bootstrap of the whole fit. */
#ifndef FIT_ESTIMATE_H
#define FIT_ESTIMATE_H

#include "fit/fit.h"
#include "fit/interval.h"

enum { ESTIMATE_SCAN = 21 };

typedef struct {
    FitResult fit;
    int64_t resamples;
    double *theta; /* resamples x law->count; the caller frees */
} Estimate;

/* λ is scanned over memories from a thousandth of `steps`, those of the longest run, to all of them
 * (at most 1e5), then fitted from the best of these. Data by fit_data(), weight as in FitOptions.
 */
FitResult estimate_fit(FitData *data, const Law *law, int64_t steps, const double *weight);

/* The same, and its resamples. */
Estimate estimate_run(FitData *data, const Law *law, int64_t steps, const double *weight,
                      int64_t resamples, uint64_t seed);

/* λ of ESTIMATE_SCAN memories from `shortest` (at least 1.5) to `longest` steps, each as many times
 * the one before. */
void estimate_lambdas(double shortest, double longest, double *lambda);

/* The annealing law fitted with λ at each of these, then with λ free from the best: the exact
 * features at every value, where estimate_fit() interpolates. */
FitResult estimate_scanned(int64_t count, const LawRun *const *runs, double shortest,
                           double longest);

#endif
