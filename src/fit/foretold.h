/* What a fitted law foretells at the points of a schedule, and how much of it is open. Private to
 * the room.
 *
 * Where the data do not say what a decay of the rate gains, the law's own term for it is left out,
 * and what published fits say, fit/published.h, is taken off in its place. */
#ifndef FIT_FORETOLD_H
#define FIT_FORETOLD_H

#include "fit/published.h"

/* Rows of points: the first from the fit or the middle of published fits, the others from the
 * resamples or from draws. */
typedef struct {
    int64_t resamples, points;
    double *fitted; /* (1 + resamples) x points */
    double *gain;   /* the same, to be taken off; NULL where the data say what a decay gains */
} Foretold;

/* foretold_free() frees. */
Foretold foretold_make(const Estimate *estimate, const PublishedDecay *decay,
                       const LawFeatures *features);
void foretold_free(Foretold *foretold);

/* At one point, resamples and draws together. */
double foretold_loss(const Foretold *foretold, int64_t row, int64_t point);

/* The mean over points [from, to); half the width of its interval is that of what the resamples
 * leave open, of what the draws do, and of FORECAST_MODEL × reach of the loss, added as squares. */
Interval foretold_mean(const Foretold *foretold, int64_t from, int64_t to, double reach);

/* The larger side, around `middle`, of the middle FORECAST_LEVEL of `n` values. */
double foretold_half(int64_t n, const double *value, double middle);

Interval foretold_around(double middle, double half);
Interval foretold_widen(Interval interval, double factor);

#endif
