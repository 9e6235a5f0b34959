/* The ends of schedules that were never run, from a law fitted to logs, and how far to believe it.
 *
 * Half the width of an interval, at a level of FORECAST_LEVEL, has the parts of fit/forecast.h:
 * what a bootstrap of the fit says; FORECAST_MODEL of the loss for a schedule that was not seen,
 * times the logarithm of how many times longer than the longest log it is, where that is above 1;
 * and, where no log holds a decay, what published fits leave open, in the units of the longest log.
 * With two logs or more each is foretold from the others: the largest error over half width, if
 * above 1, widens all intervals. With one there is nothing to check on, and they are
 * FORECAST_UNTESTED times as wide. */
#ifndef FIT_OUTLOOK_H
#define FIT_OUTLOOK_H

#include "fit/forecast.h"

typedef struct {
    int64_t count;
    const LawRun *const *run; /* the logs */
    int64_t resamples;
    uint64_t seed;
    int64_t schedules;
    const LawRun *schedule; /* without points: the loss at its last step is asked for */
} OutlookTask;

typedef struct {
    FitResult fit;
    bool has_decay; /* the logs say what a decay gains; else published fits do */
    double widened; /* the factor on the width */
    int64_t checked;
    Interval *loss; /* schedules */
    int64_t schedules, resamples;
    double *row; /* schedules x (1 + resamples): the fit's loss, then those of the resamples */
} Outlook;

/* Of a law with a parameter for what a decay gains, law_gain(). outlook_free() frees. */
Outlook outlook_run(const Law *law, const OutlookTask *task);
void outlook_free(Outlook *outlook);

/* Loss of schedule a minus that of b, by the same resamples, as much wider as the losses' intervals
 * are: what the fit leaves open. The law's own error, which much alike schedules share, is not in
 * it. */
Interval outlook_difference(const Outlook *outlook, int64_t a, int64_t b);

#endif
