/* The end of a run from its beginning, and how far such forecasts were off on the same run.
 *
 * Half the width of an interval, at a level of 90 %, has three parts, added as squares:
 *   what a bootstrap of the fit says of the parameters;
 *   what no fit says, because laws are not the truth: FORECAST_MODEL of the loss times the
 *   logarithm of how much further the forecast goes than the data, in steps since the first decay,
 *   up to 1;
 *   and where the data hold no decay of the rate, so that no law knows what one gains, what
 *   published fits of the annealing law leave open, whose term stands in for the law's own: draws
 *   of the gain of a decay and of its memory.
 * The back-test fits the law to the run up to several cuts and forecasts from each the ends of the
 * longer ones. The 90 % quantile of error over half width, if above 1, widens the interval; where
 * there is nothing to test, it is FORECAST_UNTESTED times as wide. A cut's own interval is made in
 * the same way, from the losses before it and the schedule of the whole run. */
#ifndef FIT_FORECAST_H
#define FIT_FORECAST_H

#include "fit/estimate.h"

#define FORECAST_LEVEL 0.9
#define FORECAST_UNTESTED 2.0
enum { FORECAST_CUTS = 9, FORECAST_RESAMPLES = 40, FORECAST_LEAST = 12 };

/* The mean errors of twelve forecasts of unseen schedules in arXiv 2408.11029 (figures 3, 22, 24
 * and 26) lie between 0.05 and 0.36 % of the loss, nine tenths of them below this. */
#define FORECAST_MODEL 0.0032

/* A full decay's gain, C × peak / (1 − λ), as a share of the loss in seven published fits (the
 * same paper's figures 2, 21, 23, 25 and 27; arXiv 2503.12811, table 7): 0.024 to 0.055, with a
 * standard deviation of the logarithm of 0.3. The memory as a share of the steps of a run,
 * to the end of its schedule: 1000 of 20,000 to 120,000. */
#define FORECAST_GAIN 0.035
#define FORECAST_GAIN_SPREAD 0.35
#define FORECAST_MEMORY 0.03
#define FORECAST_MEMORY_SPREAD 0.7

typedef struct {
    int64_t count;
    const LawRun *const *run; /* the last one is forecast: its rate goes on to the end asked for */
    int64_t resamples;
    uint64_t seed;
    int64_t future; /* steps behind its last point, ascending; the last is the end */
    const int64_t *step;
} ForecastTask;

/* What was forecast from the part before a cut of the run's last logged losses. */
typedef struct {
    double share; /* of the last logged step */
    int64_t step; /* the last one used */
    double widened;
    Interval end;              /* forecast of the mean of the last points */
    double measured, error;    /* that mean; forecast − measured */
    bool is_inside, has_decay; /* has_decay: a decay was seen before */
} ForecastCut;

typedef struct {
    Estimate estimate; /* of all points */
    bool has_decay;    /* the logs say what a decay gains; else published fits do */
    double widened;    /* the factor that the back-test put on the width */
    int64_t pairs;     /* forecasts that it rests on */
    int cuts;
    ForecastCut cut[FORECAST_CUTS];
    int64_t points; /* of the run, then of the future */
    Interval *loss; /* points; the fit's for the run's own */
} Forecast;

/* Of a law with a parameter for what a decay gains, law_gain(). forecast_free() frees. */
Forecast forecast_run(const Law *law, const ForecastTask *task);
void forecast_free(Forecast *forecast);

/* The interval at the end asked for. */
Interval forecast_end(const Forecast *forecast);

/* A log's end is the mean of its last points, a fiftieth of all: how many, and which loss. */
int64_t forecast_last(const LawRun *run);
double forecast_ending(const LawRun *run);

#endif
