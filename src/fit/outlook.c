#include "fit/outlook.h"

#include "base/die.h"
#include "fit/foretold.h"

#include <math.h>
#include <stdlib.h>

/* A fit to some of the logs, and what published fits say of them. */
typedef struct {
    const Law *law;
    Estimate estimate;
    PublishedDecay decay;
    double longest; /* last step of the logs */
} Basis;

static int64_t last_step(const LawRun *run) { return run->step[run->points - 1]; }

static Basis basis_make(const Law *law, const OutlookTask *task, int64_t count,
                        const LawRun *const *run)
{
    const LawRun *longest = run[0];
    for (int64_t k = 1; k < count; k++)
        if (last_step(run[k]) > last_step(longest)) longest = run[k];
    int64_t last = last_step(longest);
    FitData *data = fit_data(law, count, run);
    Basis basis = {.law = law,
                   .estimate = estimate_run(data, law, last, NULL, task->resamples, task->seed),
                   .decay = published_decay(longest, task->seed),
                   .longest = (double)last};
    fit_data_free(data);
    return basis;
}

/* At one step, the schedule's `end`. */
static Foretold foretell(const Basis *basis, const LawRun *schedule, int64_t end)
{
    LawPath *path = path_create(schedule);
    LawFeatures *features = law_features(basis->law, path, 1, &end);
    law_features_tabulate(features);
    Foretold foretold = foretold_make(&basis->estimate, &basis->decay, features);
    law_features_free(features);
    path_free(path);
    return foretold;
}

static Interval interval_of(const Basis *basis, const Foretold *foretold, int64_t end)
{
    return foretold_mean(foretold, 0, 1, fmax(1.0, log((double)end / basis->longest)));
}

/* ---- each log from the others */

/* Error over half width of log k, foretold from the others. */
static double miss_of(const Law *law, const OutlookTask *task, int64_t k)
{
    const LawRun **others = alloc_zeroed((size_t)task->count, sizeof *others);
    int64_t count = 0;
    for (int64_t j = 0; j < task->count; j++)
        if (j != k) others[count++] = task->run[j];
    Basis basis = basis_make(law, task, count, others);
    const LawRun *left_out = task->run[k];
    Foretold foretold = foretell(&basis, left_out, last_step(left_out));
    Interval end = interval_of(&basis, &foretold, last_step(left_out));
    foretold_free(&foretold);
    free(basis.estimate.theta);
    free(others);
    return fabs(end.estimate - forecast_ending(left_out)) / (end.high - end.estimate);
}

static double widening(const Law *law, const OutlookTask *task)
{
    if (task->count < 2) return FORECAST_UNTESTED;
    double most = 1.0;
    for (int64_t k = 0; k < task->count; k++) most = fmax(most, miss_of(law, task, k));
    return most;
}

Outlook outlook_run(const Law *law, const OutlookTask *task)
{
    Basis basis = basis_make(law, task, task->count, task->run);
    Outlook outlook = {.fit = basis.estimate.fit,
                       .has_decay = basis.estimate.fit.has_decay,
                       .checked = task->count < 2 ? 0 : task->count,
                       .widened = widening(law, task),
                       .schedules = task->schedules,
                       .resamples = task->resamples};
    int64_t rows = 1 + task->resamples;
    outlook.row = alloc_zeroed((size_t)(task->schedules * rows) + 1, sizeof *outlook.row);
    outlook.loss = alloc_zeroed((size_t)task->schedules + 1, sizeof *outlook.loss);
#pragma omp parallel for schedule(dynamic)
    for (int64_t k = 0; k < task->schedules; k++) {
        int64_t end = task->schedule[k].steps - 1;
        Foretold foretold = foretell(&basis, &task->schedule[k], end);
        outlook.loss[k] = foretold_widen(interval_of(&basis, &foretold, end), outlook.widened);
        for (int64_t row = 0; row < rows; row++)
            outlook.row[k * rows + row] = foretold_loss(&foretold, row, 0);
        foretold_free(&foretold);
    }
    free(basis.estimate.theta);
    return outlook;
}

void outlook_free(Outlook *outlook)
{
    free(outlook->loss);
    free(outlook->row);
}

Interval outlook_difference(const Outlook *outlook, int64_t a, int64_t b)
{
    int64_t n = outlook->resamples;
    const double *of_a = outlook->row + a * (n + 1), *of_b = outlook->row + b * (n + 1);
    double *difference = alloc_zeroed((size_t)n + 1, sizeof *difference);
    for (int64_t r = 0; r < n; r++) difference[r] = of_a[r + 1] - of_b[r + 1];
    double middle = of_a[0] - of_b[0];
    double half = outlook->widened * foretold_half(n, difference, middle);
    free(difference);
    return foretold_around(middle, half);
}
