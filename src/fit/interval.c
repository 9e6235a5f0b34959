#include "fit/interval.h"

#include "base/die.h"
#include "base/rng.h"
#include "fit/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EVALUATIONS = 500 };
static const double PRECISION = 1e-13;

/* The points of a run from the first to the last that has a weight. */
static int64_t weighted_part(const double *weight, int64_t *from, int64_t n)
{
    if (!weight) return n;
    int64_t end = *from + n;
    while (end > *from && weight[end - 1] == 0.0) end--;
    while (*from < end && weight[*from] == 0.0) ++*from;
    return end - *from;
}

/* Counts of the points of one resample, times their own weights. */
static void draw(const FitData *data, const double *weight, int64_t block, Rng rng, double *drawn)
{
    memset(drawn, 0, (size_t)data->points * sizeof *drawn);
    for (int64_t r = 0; r < data->count; r++) {
        int64_t from = data->from[r], n = weighted_part(weight, &from, data->run[r]->points);
        int64_t length = block > 0 ? block : (int64_t)ceil(sqrt((double)n));
        if (length > n) length = n;
        for (int64_t taken = 0; taken < n;) {
            int64_t at = rng_below(&rng, n - length + 1);
            for (int64_t i = 0; i < length && taken < n; i++, taken++)
                drawn[from + at + i] += weight ? weight[from + at + i] : 1.0;
        }
    }
}

void fit_bootstrap(FitData *data, const FitOptions *options, const FitResult *fit, int64_t block,
                   int64_t resamples, uint64_t seed, double *theta)
{
    int count = data->law->count;
    data_tune(data, fit->theta);
#pragma omp parallel
    {
        double *drawn = alloc_zeroed((size_t)data->points + 1, sizeof *drawn);
#pragma omp for schedule(dynamic)
        for (int64_t b = 0; b < resamples; b++) {
            draw(data, options->weight, block, rng_stream(seed, (uint32_t)b, RNG_BOOTSTRAP), drawn);
            Problem problem = problem_open(data, drawn, fit->is_free, fit->theta);
            double z[LAW_MAX_PARAMETERS] = {0};
            problem_to_z(&problem, fit->theta, z);
            problem_descend(&problem, z, PRECISION, EVALUATIONS);
            problem_to_theta(&problem, z);
            memcpy(theta + b * count, problem.theta, (size_t)count * sizeof *theta);
            problem_close(&problem);
        }
        free(drawn);
    }
}

Interval fit_bootstrap_interval(const FitResult *fit, int parameter, int64_t resamples,
                                const double *theta, double level)
{
    double *values = alloc_zeroed((size_t)resamples + 1, sizeof *values);
    for (int64_t b = 0; b < resamples; b++) values[b] = theta[b * fit->law->count + parameter];
    Interval interval = {fit->theta[parameter],
                         stats_quantile(resamples, values, 0.5 * (1.0 - level)),
                         stats_quantile(resamples, values, 0.5 * (1.0 + level))};
    free(values);
    return interval;
}
