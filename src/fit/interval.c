#include "fit/interval.h"

#include "base/die.h"
#include "base/rng.h"
#include "fit/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EVALUATIONS = 500, DOUBLINGS = 60, HALVINGS = 40 };
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

/* One side of a profile. */
typedef struct {
    Problem problem; /* without the profiled parameter */
    const LawParameter *row;
    int parameter;
    double least, threshold; /* of Σ w Huber over δ² */
    double z[LAW_MAX_PARAMETERS];
} Profile;

/* Is the objective, minimised over the others, still below the threshold at x? */
static bool is_inside(Profile *profile, double x)
{
    Problem *problem = &profile->problem;
    double z[LAW_MAX_PARAMETERS] = {0}, projected;
    memcpy(z, profile->z, sizeof z);
    problem->theta[profile->parameter] = x;
    problem_descend(problem, z, PRECISION, EVALUATIONS);
    double value = problem_polish(problem, z, &projected) * problem->total_weight;
    bool inside = value - profile->least <= profile->threshold;
    if (inside) memcpy(profile->z, z, sizeof z); /* the next one begins near here */
    return inside;
}

/* Steps of z that double until outside, then halving. */
static double find_end(Profile *profile, double x, double step)
{
    double start = coordinate_of(profile->row, x), inside = 0.0, outside = step;
    double low = coordinate_of(profile->row, profile->row->low);
    double high = coordinate_of(profile->row, profile->row->high);
    for (int i = 0;; i++, outside *= 2.0) {
        double z = fmin(fmax(start + outside, low), high);
        bool at_bound = z <= low || z >= high;
        if (!is_inside(profile, coordinate_to(profile->row, z))) break;
        if (at_bound) return step < 0.0 ? profile->row->low : profile->row->high;
        if (i == DOUBLINGS) return copysign(INFINITY, step);
        inside = outside;
    }
    for (int i = 0; i < HALVINGS && fabs(outside - inside) > 1e-9 * fabs(outside); i++) {
        double middle = 0.5 * (inside + outside);
        double z = fmin(fmax(start + middle, low), high);
        if (is_inside(profile, coordinate_to(profile->row, z)))
            inside = middle;
        else
            outside = middle;
    }
    return coordinate_to(profile->row, fmin(fmax(start + inside, low), high));
}

/* χ²₁ Σψ² / (2 Σψ′), for Σ w Huber₁(r / δ). */
static double threshold_of(Problem *problem, const double *z, double level)
{
    int64_t n = problem->data->points;
    double *residual = alloc_zeroed((size_t)n + 1, sizeof *residual), psi2 = 0.0, inside = 0.0;
    problem_residuals(problem, z, residual, NULL);
    for (int64_t i = 0; i < n; i++) {
        double w = problem->weight ? problem->weight[i] : 1.0, size = fabs(residual[i]);
        psi2 += w * (size < 1.0 ? size * size : 1.0);
        inside += w * (size < 1.0);
    }
    free(residual);
    double quantile = stats_normal_quantile(0.5 * (1.0 + level));
    return quantile * quantile * psi2 / (2.0 * fmax(inside, 1.0));
}

Interval fit_profile(FitData *data, const FitOptions *options, const FitResult *fit, int parameter,
                     double level)
{
    const LawParameter *row = &data->law->parameter[parameter];
    double x = fit->theta[parameter];
    if (!fit->is_free[parameter]) return (Interval){x, x, x};
    if (fit->unknown[parameter]) return (Interval){x, row->low, row->high};
    bool others[LAW_MAX_PARAMETERS];
    memcpy(others, fit->is_free, sizeof others);
    others[parameter] = false;
    data_tune(data, fit->theta);
    Profile profile = {.problem = problem_open(data, options->weight, others, fit->theta),
                       .row = row,
                       .parameter = parameter};
    Problem *problem = &profile.problem;
    double z[LAW_MAX_PARAMETERS] = {0};
    problem_to_z(problem, fit->theta, z);
    profile.threshold = threshold_of(problem, z, level);
    profile.least = fit->objective / (FIT_DELTA * FIT_DELTA);
    double step = fmax(fit->error[parameter] / coordinate_slope(row, x), 1e-8);
    memcpy(profile.z, z, sizeof z);
    double low = find_end(&profile, x, -step);
    memcpy(profile.z, z, sizeof z);
    double high = find_end(&profile, x, step);
    problem_close(problem);
    return (Interval){x, low, high};
}
