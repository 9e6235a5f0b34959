#include "fit/foretold.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void fit_rows(Foretold *foretold, const Estimate *estimate, const LawFeatures *features)
{
    const Law *law = features->law;
#pragma omp parallel for
    for (int64_t row = 0; row <= foretold->resamples; row++) {
        double theta[LAW_MAX_PARAMETERS];
        memcpy(theta, row ? estimate->theta + (row - 1) * law->count : estimate->fit.theta,
               (size_t)law->count * sizeof *theta);
        if (!estimate->fit.has_decay) theta[law_gain(law)] = 0.0;
        law->value(features, theta, foretold->fitted + row * foretold->points, NULL, NULL);
    }
}

static void draw_rows(Foretold *foretold, const PublishedDecay *decay, const LawFeatures *features)
{
    Memories *own = NULL;
    if (!features->memories)
        own = memories_create(features->path, features->points, features->step);
#pragma omp parallel for
    for (int64_t row = 0; row <= foretold->resamples; row++)
        published_gain(decay, row, own ? own : features->memories,
                       foretold->gain + row * foretold->points);
    memories_free(own);
}

Foretold foretold_make(const Estimate *estimate, const PublishedDecay *decay,
                       const LawFeatures *features)
{
    assert(law_gain(features->law) >= 0);
    Foretold foretold = {.resamples = estimate->resamples, .points = features->points};
    size_t size = (size_t)((1 + foretold.resamples) * foretold.points);
    foretold.fitted = alloc_zeroed(size, sizeof *foretold.fitted);
    fit_rows(&foretold, estimate, features);
    if (estimate->fit.has_decay) return foretold;
    foretold.gain = alloc_zeroed(size, sizeof *foretold.gain);
    draw_rows(&foretold, decay, features);
    return foretold;
}

void foretold_free(Foretold *foretold)
{
    free(foretold->fitted);
    free(foretold->gain);
}

double foretold_loss(const Foretold *foretold, int64_t row, int64_t point)
{
    int64_t at = row * foretold->points + point;
    return foretold->fitted[at] - (foretold->gain ? foretold->gain[at] : 0.0);
}

double foretold_half(int64_t n, const double *value, double middle)
{
    double low = stats_quantile(n, value, 0.5 * (1.0 - FORECAST_LEVEL));
    double high = stats_quantile(n, value, 0.5 * (1.0 + FORECAST_LEVEL));
    return fmax(middle - low, high - middle);
}

/* Of the means of rows over points [from, to): that of the first, and half the width that the
 * others leave open around it. */
typedef struct {
    double middle, half;
} Spread;

static Spread spread(const Foretold *foretold, const double *rows, int64_t from, int64_t to)
{
    if (!rows) return (Spread){0.0, 0.0};
    int64_t n = foretold->resamples;
    double *mean = alloc_zeroed((size_t)n + 1, sizeof *mean);
    for (int64_t row = 0; row <= n; row++)
        mean[row] = stats_mean(to - from, rows + row * foretold->points + from);
    Spread of = {mean[0], foretold_half(n, mean + 1, mean[0])};
    free(mean);
    return of;
}

Interval foretold_mean(const Foretold *foretold, int64_t from, int64_t to, double reach)
{
    Spread fitted = spread(foretold, foretold->fitted, from, to);
    Spread gain = spread(foretold, foretold->gain, from, to);
    double loss = fitted.middle - gain.middle, model = FORECAST_MODEL * loss * reach;
    return foretold_around(loss,
                           sqrt(fitted.half * fitted.half + gain.half * gain.half + model * model));
}

Interval foretold_around(double middle, double half)
{
    return (Interval){middle, middle - half, middle + half};
}

Interval foretold_widen(Interval interval, double factor)
{
    return foretold_around(interval.estimate, factor * (interval.high - interval.estimate));
}
