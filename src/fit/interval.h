/* How far may the fitted parameters, and what they predict, be from the truth? */
#ifndef FIT_INTERVAL_H
#define FIT_INTERVAL_H

#include "fit/fit.h"

/* Block bootstrap: each resample draws, within each run, as many points as it has, in blocks
 * of consecutive ones (neighbouring residuals of one curve are not independent), and fits
 * anew from the optimum. block = 0: √(points of the run). Points without weight at either end of
 * a run are not drawn. theta: resamples x law->count. */
void fit_bootstrap(FitData *data, const FitOptions *options, const FitResult *fit, int64_t block,
                   int64_t resamples, uint64_t seed, double *theta);

/* Percentile interval of one parameter from such rows, the fit as estimate. */
Interval fit_bootstrap_interval(const FitResult *fit, int parameter, int64_t resamples,
                                const double *theta, double level);

#endif
