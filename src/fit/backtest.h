/* The beginnings of a run with a fit to each, and what they forecast. Private to the room. */
#ifndef FIT_BACKTEST_H
#define FIT_BACKTEST_H

#include "fit/foretold.h"

/* The part of the run up to a cut: its fit, and what that and its resamples predict. */
typedef struct {
    double share;
    int64_t points; /* of the run */
    Estimate estimate;
    Foretold foretold; /* at run and future */
    double widened;
    int64_t pairs;
} Stage;

typedef struct {
    const Law *law;
    const ForecastTask *task;
    const LawRun *run; /* as asked for: without the future */
    LawRun longer;     /* with it, at a loss of 1 and without weight */
    const LawRun **runs;
    FitData *data;
    int64_t before, all; /* points of the other runs; of run and future */
    int stages;          /* the last one is the whole run */
    Stage stage[FORECAST_CUTS + 1];
} Backtest;

/* What a stage forecasts of the mean over points [from, to), before it is widened. */
Interval backtest_interval(const Backtest *test, const Stage *stage, int64_t from, int64_t to);

/* Sets by how much the intervals of the stages before `s` were too narrow for the ends up to it. */
void backtest_calibrate(Backtest *test, int s);

/* The run's end as forecast from a stage. */
ForecastCut backtest_cut(const Backtest *test, const Stage *stage);

#endif
