#include "fit/estimate.h"

#include "base/die.h"
#include "base/grid.h"

#include <math.h>

enum { MEMORIES = 10 };
static const double LONGEST = 99999.0; /* steps that λ's bound of 0.99999 remembers, less one */

/* scan: MEMORIES numbers that outlive the options. */
static FitOptions scan_memories(const Law *law, int64_t steps, double *scan)
{
    FitOptions options = fit_options();
    options.scanned = law_parameter(law, "lambda");
    if (options.scanned < 0) return options;
    double high = fmax(2.0, fmin((double)steps, LONGEST)), low = fmax(1.0, (double)steps / 1000.0);
    if (low > 0.1 * high) low = 0.1 * high;
    for (int k = 0; k < MEMORIES; k++)
        scan[k] = path_lambda(fmax(1.0, grid_log(low, high, k, MEMORIES)));
    options.scan = scan;
    options.scan_count = MEMORIES;
    options.refine = true;
    return options;
}

FitResult estimate_fit(FitData *data, const Law *law, int64_t steps, const double *weight)
{
    double scan[MEMORIES];
    FitOptions options = scan_memories(law, steps, scan);
    options.weight = weight;
    fit_tabulate(data);
    return fit_run(data, &options, NULL);
}

void estimate_lambdas(double shortest, double longest, double *lambda)
{
    for (int64_t k = 0; k < ESTIMATE_SCAN; k++)
        lambda[k] = path_lambda(grid_log(fmax(1.5, shortest), longest, k, ESTIMATE_SCAN));
}

FitResult estimate_scanned(int64_t count, const LawRun *const *runs, double shortest,
                           double longest)
{
    const Law *law = law_find("annealing");
    double lambda[ESTIMATE_SCAN];
    estimate_lambdas(shortest, longest, lambda);
    FitOptions options = fit_options();
    options.scanned = law_parameter(law, "lambda");
    options.scan = lambda, options.scan_count = ESTIMATE_SCAN;
    options.refine = true;
    FitData *data = fit_data(law, count, runs);
    FitResult fit = fit_run(data, &options, NULL);
    fit_data_free(data);
    return fit;
}

Estimate estimate_run(FitData *data, const Law *law, int64_t steps, const double *weight,
                      int64_t resamples, uint64_t seed)
{
    FitOptions options = fit_options();
    options.weight = weight;
    Estimate estimate = {.fit = estimate_fit(data, law, steps, weight), .resamples = resamples};
    estimate.theta = alloc_zeroed((size_t)(resamples * law->count) + 1, sizeof *estimate.theta);
    fit_bootstrap(data, &options, &estimate.fit, 0, resamples, seed, estimate.theta);
    return estimate;
}
