#include "fit/outlook.h"

#include "base/die.h"
#include "fit/published.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double UNCHECKED = 2.0;

/* A fit to some of the logs, and what the law needs to foretell from it. */
typedef struct {
    const Law *law;
    Estimate estimate;
    bool draws; /* no log says what a decay gains */
    PublishedDecay decay;
    double longest; /* last step of the logs */
} Basis;

static Basis basis_make(const Law *law, const OutlookTask *task, int64_t count,
                        const LawRun *const *run)
{
    Basis basis = {.law = law, .decay = {.law = law, .seed = task->seed}};
    for (int64_t k = 0; k < count; k++) {
        const LawRun *log = run[k];
        for (int64_t s = 0; s < log->steps; s++)
            basis.decay.peak = fmax(basis.decay.peak, log->rate[s]);
        double last = (double)log->step[log->points - 1];
        if (last <= basis.longest) continue;
        basis.longest = basis.decay.steps = last;
        basis.decay.loss = log->loss[log->points - 1];
    }
    FitData *data = fit_data(law, count, run);
    basis.estimate =
        estimate_run(data, law, (int64_t)basis.longest, NULL, task->resamples, task->seed);
    fit_data_free(data);
    int c = law_parameter(law, "C");
    basis.draws = c >= 0 && law_parameter(law, "lambda") >= 0 && basis.estimate.fit.unknown[c];
    return basis;
}

/* The loss at the end under parameters of row 0, the fit, or of a resample. */
static double loss_of_row(const Basis *basis, const LawFeatures *features, int64_t row,
                          int64_t drawn)
{
    const Estimate *estimate = &basis->estimate;
    int count = basis->law->count;
    double theta[LAW_MAX_PARAMETERS], loss;
    memcpy(theta, row ? estimate->theta + (row - 1) * count : estimate->fit.theta,
           (size_t)count * sizeof *theta);
    if (basis->draws) published_draw(&basis->decay, drawn, theta);
    basis->law->value(features, theta, &loss, NULL, NULL);
    return loss;
}

/* The larger side of the middle of `n` values around `middle`. */
static double half_width(int64_t n, const double *value, double middle)
{
    double low = stats_quantile(n, value, 0.5 * (1.0 - FORECAST_LEVEL));
    double high = stats_quantile(n, value, 0.5 * (1.0 + FORECAST_LEVEL));
    return fmax(middle - low, high - middle);
}

/* both: 1 + resamples losses under resamples and draws together, or NULL. */
static Interval foretell(const Basis *basis, const LawRun *schedule, int64_t end, double *both)
{
    LawPath *path = path_create(schedule);
    LawFeatures *features = law_features(basis->law, path, 1, &end);
    int64_t n = basis->estimate.resamples;
    double *fitted = alloc_zeroed((size_t)n + 1, sizeof *fitted);
    double *drawn = alloc_zeroed((size_t)n + 1, sizeof *drawn);
    law_features_tabulate(features);
    double loss = loss_of_row(basis, features, 0, 0);
    for (int64_t row = 1; row <= n; row++) {
        fitted[row - 1] = loss_of_row(basis, features, row, 0);
        drawn[row - 1] = basis->draws ? loss_of_row(basis, features, 0, row) : loss;
    }
    for (int64_t row = 0; row <= n && both; row++)
        both[row] = loss_of_row(basis, features, row, row);
    double further = log((double)end / basis->longest);
    double parts[] = {half_width(n, fitted, loss), half_width(n, drawn, loss),
                      FORECAST_MODEL * loss * fmax(1.0, further)};
    double half = sqrt(parts[0] * parts[0] + parts[1] * parts[1] + parts[2] * parts[2]);
    free(fitted);
    free(drawn);
    law_features_free(features);
    path_free(path);
    return (Interval){loss, loss - half, loss + half};
}

/* ---- each log from the others */

/* The mean of the last points, a fiftieth of all. */
static double end_of(const LawRun *run)
{
    int64_t count = run->points / 50 > 1 ? run->points / 50 : 1;
    return stats_mean(count, run->loss + run->points - count);
}

/* Error over half width of log k, foretold from the others. */
static double miss_of(const Law *law, const OutlookTask *task, int64_t k)
{
    const LawRun **others = alloc_zeroed((size_t)task->count, sizeof *others);
    int64_t count = 0;
    for (int64_t j = 0; j < task->count; j++)
        if (j != k) others[count++] = task->run[j];
    Basis basis = basis_make(law, task, count, others);
    const LawRun *left_out = task->run[k];
    Interval end = foretell(&basis, left_out, left_out->step[left_out->points - 1], NULL);
    free(basis.estimate.theta);
    free(others);
    return fabs(end.estimate - end_of(left_out)) / (end.high - end.estimate);
}

static double widening(const Law *law, const OutlookTask *task)
{
    if (task->count < 2) return UNCHECKED;
    double most = 1.0;
    for (int64_t k = 0; k < task->count; k++) most = fmax(most, miss_of(law, task, k));
    return most;
}

Outlook outlook_run(const Law *law, const OutlookTask *task)
{
    Basis basis = basis_make(law, task, task->count, task->run);
    Outlook outlook = {.fit = basis.estimate.fit,
                       .has_decay = !basis.draws,
                       .checked = task->count < 2 ? 0 : task->count,
                       .widened = widening(law, task),
                       .schedules = task->schedules,
                       .resamples = task->resamples};
    int64_t rows = 1 + task->resamples;
    outlook.row = alloc_zeroed((size_t)(task->schedules * rows) + 1, sizeof *outlook.row);
    outlook.loss = alloc_zeroed((size_t)task->schedules + 1, sizeof *outlook.loss);
#pragma omp parallel for schedule(dynamic)
    for (int64_t k = 0; k < task->schedules; k++) {
        Interval end = foretell(&basis, &task->schedule[k], task->schedule[k].steps - 1,
                                outlook.row + k * rows);
        double half = outlook.widened * (end.high - end.estimate);
        outlook.loss[k] = (Interval){end.estimate, end.estimate - half, end.estimate + half};
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
    double half = outlook->widened * half_width(n, difference, middle);
    free(difference);
    return (Interval){middle, middle - half, middle + half};
}
