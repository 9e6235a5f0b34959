#include "fit/backtest.h"

#include "base/die.h"
#include "fit/problem.h"

#include <math.h>
#include <stdlib.h>

/* Where no earlier forecast can be checked. */
static const double UNTESTED = 2.0;

bool backtest_has_decay(const Backtest *test, const Stage *stage)
{
    int c = law_parameter(test->law, "C");
    return c < 0 || !stage->estimate.fit.unknown[c];
}

/* The larger side of the middle 90 % of rows around the first, for means over points [from, to). */
static double half_width(const Backtest *test, const Stage *stage, const double *rows, int64_t from,
                         int64_t to)
{
    int64_t resamples = stage->estimate.resamples;
    double *values = alloc_zeroed((size_t)resamples + 1, sizeof *values);
    for (int64_t row = 1; row <= resamples; row++)
        values[row - 1] = stats_mean(to - from, rows + row * test->all + from);
    double middle = stats_mean(to - from, rows + from);
    double low = stats_quantile(resamples, values, 0.5 * (1.0 - FORECAST_LEVEL));
    double high = stats_quantile(resamples, values, 0.5 * (1.0 + FORECAST_LEVEL));
    free(values);
    return fmax(middle - low, high - middle);
}

/* ln of how much further than the data a forecast goes, in steps since the first decay of the rate
 * that the data hold: one that has just begun says little of where it leads. Up to 1. */
static double reach(const Backtest *test, const Stage *stage, int64_t to)
{
    const LawPath *path = test->data->path[test->task->count - 1];
    double end = (double)test->longer.step[to - 1];
    double last = (double)test->longer.step[stage->points - 1], first = 0.0;
    if (path->decays && (double)path->decay[0].step < last) first = (double)path->decay[0].step;
    return fmin(1.0, fmax(0.0, log((end - first) / fmax(1.0, last - first))));
}

Interval backtest_interval(const Backtest *test, const Stage *stage, int64_t from, int64_t to)
{
    double estimate = stats_mean(to - from, stage->loss + from);
    double model = FORECAST_MODEL * estimate * reach(test, stage, to);
    double half = half_width(test, stage, stage->loss, from, to);
    double drawn = stage->drawn ? half_width(test, stage, stage->drawn, from, to) : 0.0;
    half = sqrt(half * half + model * model + drawn * drawn);
    return (Interval){estimate, estimate - half, estimate + half};
}

Interval backtest_widen(Interval interval, double factor)
{
    double half = factor * (interval.high - interval.estimate);
    return (Interval){interval.estimate, interval.estimate - half, interval.estimate + half};
}

/* The first of the last points of a stage, a fiftieth of all, whose mean is its end. */
static int64_t end_from(const Backtest *test, int64_t points)
{
    int64_t count = test->run->points / 50;
    return points - (count > 1 ? count : 1);
}

void backtest_calibrate(Backtest *test, int s)
{
    double *ratio = alloc_zeroed((size_t)(s + 1) * (size_t)(s + 1), sizeof *ratio);
    int64_t pairs = 0;
    for (int a = 0; a < s; a++)
        for (int b = a + 1; b <= s; b++) {
            int64_t to = test->stage[b].points, from = end_from(test, to);
            Interval forecast = backtest_interval(test, &test->stage[a], from, to);
            double error = fabs(forecast.estimate - stats_mean(to - from, test->run->loss + from));
            ratio[pairs++] = error / (forecast.high - forecast.estimate);
        }
    test->stage[s].pairs = pairs;
    test->stage[s].widened =
        pairs ? fmax(1.0, stats_quantile(pairs, ratio, FORECAST_LEVEL)) : UNTESTED;
    free(ratio);
}

ForecastCut backtest_cut(const Backtest *test, const Stage *stage)
{
    int64_t to = test->run->points, from = end_from(test, to);
    ForecastCut cut = {.share = stage->share,
                       .step = test->run->step[stage->points - 1],
                       .widened = stage->widened,
                       .measured = stats_mean(to - from, test->run->loss + from),
                       .has_decay = backtest_has_decay(test, stage)};
    cut.end = backtest_widen(backtest_interval(test, stage, from, to), stage->widened);
    cut.error = cut.end.estimate - cut.measured;
    cut.is_inside = cut.measured >= cut.end.low && cut.measured <= cut.end.high;
    return cut;
}
