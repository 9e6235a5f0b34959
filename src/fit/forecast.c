#include "fit/forecast.h"

#include "base/die.h"
#include "fit/backtest.h"
#include "fit/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void make_longer(Backtest *test)
{
    const LawRun *run = test->run;
    test->all = run->points + test->task->future;
    int64_t *step = alloc_zeroed((size_t)test->all + 1, sizeof *step);
    double *loss = alloc_zeroed((size_t)test->all + 1, sizeof *loss);
    for (int64_t p = 0; p < test->all; p++) {
        bool is_future = p >= run->points;
        step[p] = is_future ? test->task->step[p - run->points] : run->step[p];
        loss[p] = is_future ? 1.0 : run->loss[p];
    }
    test->longer = *run;
    test->longer.points = test->all;
    test->longer.step = step;
    test->longer.loss = loss;
}

static void open_test(Backtest *test, const Law *law, const ForecastTask *task)
{
    *test = (Backtest){.law = law, .task = task, .run = task->run[task->count - 1]};
    make_longer(test);
    test->runs = alloc_zeroed((size_t)task->count, sizeof *test->runs);
    memcpy(test->runs, task->run, (size_t)task->count * sizeof *test->runs);
    test->runs[task->count - 1] = &test->longer;
    test->data = fit_data(law, task->count, test->runs);
    test->before = fit_points(test->data) - test->all;
}

static void close_test(Backtest *test)
{
    for (int s = 0; s < test->stages; s++) {
        if (s + 1 < test->stages) free(test->stage[s].estimate.theta);
        foretold_free(&test->stage[s].foretold);
    }
    fit_data_free(test->data);
    free(test->runs);
    free((void *)test->longer.step);
    free((void *)test->longer.loss);
}

/* The run as it was known at the stage's end. */
static PublishedDecay published(const Backtest *test, const Stage *stage)
{
    LawRun known = *test->run;
    known.points = stage->points;
    return published_decay(&known, test->task->seed);
}

static void run_stage(const Backtest *test, Stage *stage, int64_t resamples)
{
    double *weight = alloc_zeroed((size_t)(test->before + test->all) + 1, sizeof *weight);
    for (int64_t i = 0; i < test->before + stage->points; i++) weight[i] = 1.0;
    stage->estimate = estimate_run(test->data, test->law, test->run->step[stage->points - 1],
                                   weight, resamples, test->task->seed);
    PublishedDecay decay = published(test, stage);
    stage->foretold =
        foretold_make(&stage->estimate, &decay, test->data->features[test->task->count - 1]);
    free(weight);
}

/* Cuts at 0.1, 0.2 … of the last logged step, where enough points lie before them; then the whole.
 */
static void choose_stages(Backtest *test)
{
    double last = (double)test->run->step[test->run->points - 1];
    for (int k = 1; k <= FORECAST_CUTS + 1; k++) {
        Stage *stage = &test->stage[test->stages];
        bool whole = k == FORECAST_CUTS + 1;
        *stage = (Stage){.share = whole ? 1.0 : 0.1 * k};
        while (stage->points < test->run->points &&
               (whole || (double)test->run->step[stage->points] <= stage->share * last))
            stage->points++;
        test->stages += whole || stage->points >= FORECAST_LEAST;
    }
}

/* The whole run first, it takes longest. With λ tabulated, fits only read the shared features. */
static void run_stages(Backtest *test)
{
    int whole = test->stages - 1;
    fit_tabulate(test->data);
#pragma omp parallel for schedule(dynamic)
    for (int s = whole; s >= 0; s--)
        run_stage(test, &test->stage[s], s == whole ? test->task->resamples : FORECAST_RESAMPLES);
    for (int s = 0; s < test->stages; s++) backtest_calibrate(test, s);
}

Forecast forecast_run(const Law *law, const ForecastTask *task)
{
    Backtest test;
    open_test(&test, law, task);
    choose_stages(&test);
    run_stages(&test);
    const Stage *whole = &test.stage[test.stages - 1];
    Forecast forecast = {.estimate = whole->estimate,
                         .has_decay = whole->estimate.fit.has_decay,
                         .widened = whole->widened,
                         .pairs = whole->pairs,
                         .points = test.all};
    for (int s = 0; s + 1 < test.stages; s++)
        if (test.stage[s].share > 0.25 && test.stage[s].share < 0.85)
            forecast.cut[forecast.cuts++] = backtest_cut(&test, &test.stage[s]);
    forecast.loss = alloc_zeroed((size_t)test.all, sizeof *forecast.loss);
    for (int64_t p = 0; p < test.all; p++)
        forecast.loss[p] =
            foretold_widen(backtest_interval(&test, whole, p, p + 1), whole->widened);
    close_test(&test);
    return forecast;
}

void forecast_free(Forecast *forecast)
{
    free(forecast->estimate.theta);
    free(forecast->loss);
}

Interval forecast_end(const Forecast *forecast) { return forecast->loss[forecast->points - 1]; }

int64_t forecast_last(const LawRun *run) { return run->points < 100 ? 1 : run->points / 50; }

double forecast_ending(const LawRun *run)
{
    int64_t last = forecast_last(run);
    return stats_mean(last, run->loss + run->points - last);
}
