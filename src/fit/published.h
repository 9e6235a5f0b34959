/* What a decay of the rate gains where the data hold none: drawn from published fits of the
 * annealing law, whatever law is fitted.
 *
 * The gain of a full decay, C × peak / (1 − λ), as a share of the loss, and the memory 1 / (1 − λ)
 * as a share of the steps, are log-normal about FORECAST_GAIN and FORECAST_MEMORY. Private to the
 * room. */
#ifndef FIT_PUBLISHED_H
#define FIT_PUBLISHED_H

#include "fit/forecast.h"
#include "law/memories.h"

typedef struct {
    uint64_t seed;
    double loss, peak, steps;
} PublishedDecay;

/* In the units of a run: the mean of its last points, its largest rate, and its steps to the end of
 * its schedule. */
PublishedDecay published_decay(const LawRun *run, uint64_t seed);

/* C S2 at the memories' points: row 0 from the middle of the published fits, every other row from a
 * draw of its own. */
void published_gain(const PublishedDecay *decay, int64_t row, const Memories *memories,
                    double *gain);

#endif
