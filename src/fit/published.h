/* What a decay of the rate gains where a user's logs hold none: drawn from published fits.
 *
 * The gain C × peak / (1 − λ) as a share of the loss, and the memory 1 / (1 − λ) as a share of the
 * steps, are log-normal about FORECAST_GAIN and FORECAST_MEMORY. Private to the room. */
#ifndef FIT_PUBLISHED_H
#define FIT_PUBLISHED_H

#include "fit/forecast.h"

typedef struct {
    const Law *law; /* with C and λ */
    uint64_t seed;
    double loss, peak, steps; /* the last one seen, the largest rate, the length of the run */
} PublishedDecay;

/* Sets C and λ: row 0 the middle of the published fits, every other row a draw of its own. */
void published_draw(const PublishedDecay *decay, int64_t row, double *theta);

#endif
