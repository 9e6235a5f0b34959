#include "fit/backtest.h"

#include "base/die.h"
#include "fit/problem.h"

#include <math.h>
#include <stdlib.h>

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
    return foretold_mean(&stage->foretold, from, to, reach(test, stage, to));
}

/* The first of the points whose mean is the end of the first `points`. */
static int64_t end_from(const Backtest *test, int64_t points)
{
    return points - forecast_last(test->run);
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
        pairs ? fmax(1.0, stats_quantile(pairs, ratio, FORECAST_LEVEL)) : FORECAST_UNTESTED;
    free(ratio);
}

ForecastCut backtest_cut(const Backtest *test, const Stage *stage)
{
    int64_t to = test->run->points, from = end_from(test, to);
    ForecastCut cut = {.share = stage->share,
                       .step = test->run->step[stage->points - 1],
                       .widened = stage->widened,
                       .measured = stats_mean(to - from, test->run->loss + from),
                       .has_decay = stage->estimate.fit.has_decay};
    cut.end = foretold_widen(backtest_interval(test, stage, from, to), stage->widened);
    cut.error = cut.end.estimate - cut.measured;
    cut.is_inside = cut.measured >= cut.end.low && cut.measured <= cut.end.high;
    return cut;
}
