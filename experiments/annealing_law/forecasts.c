#include "forecasts.h"

#include "base/stats.h"
#include "fit/forecast.h"

#include <math.h>

static const double cuts[] = {0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
enum { CUTS = sizeof cuts / sizeof *cuts };

/* By which the first `points` of a curve end: the mean of as many as make its own end. */
static double end_loss(const LawRun *run, int64_t points)
{
    int64_t count = forecast_last(run);
    return stats_mean(count, run->loss + points - count);
}

static int64_t points_before(const LawRun *run, double share)
{
    int64_t points = 0;
    double last = (double)run->step[run->points - 1];
    while ((double)run->step[points] <= share * last) points++;
    return points;
}

/* Nothing of the rates from `from` to `to` is a change. */
static bool is_constant(const LawRun *run, int64_t from, int64_t to)
{
    while (from < to && run->rate[from] == run->rate[from + 1]) from++;
    return from == to;
}

/* From the first `points` of a run to the middle of those that make its end. */
static Row forecast(const LawRun *run, int64_t points, Row row)
{
    LawRun beginning = *run;
    const LawRun *const runs[] = {&beginning};
    int64_t end = run->step[run->points - 1 - forecast_last(run) / 2];
    beginning.points = points;
    ForecastTask task = {.count = 1,
                         .run = runs,
                         .resamples = config.forecast_resamples,
                         .seed = (uint64_t)frame->seed,
                         .future = 1,
                         .step = &end};
    Forecast made = forecast_run(law_find("annealing"), &task);
    Interval at = forecast_end(&made);
    row.law.name = "forecast";
    row.law.points = points;
    row.predicted = at.estimate;
    row.low = at.low, row.high = at.high;
    row.inside = row.measured >= at.low && row.measured <= at.high;
    row.decay_known = made.has_decay || is_constant(run, run->step[points - 1], end);
    forecast_free(&made);
    return row;
}

static Row last_loss(const LawRun *run, int64_t points, Row row)
{
    row.law.name = "last_loss";
    row.law.points = points;
    row.predicted = end_loss(run, points);
    return row;
}

/* Writes the row and adds it to the mean of its kind. */
static void write(Row row, Row *mean, const StudyJob *job)
{
    row.law.relative = fabs(row.predicted - row.measured) / row.measured;
    mean->law.name = row.law.name;
    mean->law.points++;
    mean->law.relative += row.law.relative;
    mean->inside += row.inside;
    row_write(&row, job);
}

static void write_mean(Row mean, const StudyJob *job)
{
    if (!mean.law.points) return;
    mean.law.relative /= (double)mean.law.points;
    mean.inside /= (double)mean.law.points;
    row_write(&mean, job);
}

void forecasts_write(const LawRun *run, const Row *like, const StudyJob *job)
{
    Row row = *like;
    row.question = "forecast";
    row.schedule = run->name;
    row.steps = run->steps - 1;
    row.measured = end_loss(run, run->points);
    Row ours = row, naive = row;
    ours.level_index = naive.level_index = -1;
    ours.law.relative = naive.law.relative = ours.inside = 0.0;
    for (int64_t k = 0; k < CUTS; k++) {
        int64_t points = points_before(run, cuts[k]);
        if (points < FORECAST_LEAST) continue;
        row.level_index = k;
        row.level = cuts[k];
        write(forecast(run, points, row), &ours, job);
        write(last_loss(run, points, row), &naive, job);
    }
    write_mean(ours, job);
    write_mean(naive, job);
}
