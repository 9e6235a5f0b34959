#include "fits.h"

#include "world.h"

#include "base/die.h"
#include "fit/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Memories are tried from a 32nd of the published one to this many times it. */
static const double REACH = 32.0;

static FitResult fit_set(const Law *law, const FitSet *set, double lambda)
{
    FitOptions options = fit_options();
    int k = law_parameter(law, "lambda");
    if (k >= 0) options.pinned[k] = lambda;
    FitData *data = fit_data(law, set->fitted, set->run);
    FitResult fit = fit_run(data, &options, NULL);
    fit_data_free(data);
    return fit;
}

FitResult fits_run(const char *variant, const FitSet *set)
{
    if (!strcmp(variant, "annealing_refit"))
        return estimate_scanned(set->fitted, set->run, set->memory / REACH, REACH * set->memory);
    return fit_set(law_find(variant), set, path_lambda(set->memory));
}

static double parameter_of(const FitResult *fit, const char *name)
{
    int k = law_parameter(fit->law, name);
    return k < 0 ? NAN : fit->theta[k];
}

LawCells fits_cells(const char *variant, const FitSet *set, const FitResult *fit,
                    const FitQuality *quality)
{
    return (LawCells){.name = variant,
                      .fitted = set->name,
                      .points = quality ? quality->points : 0,
                      .free = fit->free_count,
                      .evaluations = fit->evaluations,
                      .objective = fit->objective,
                      .lambda = parameter_of(fit, "lambda"),
                      .r2 = quality ? quality->r2 : NAN,
                      .mae = quality ? quality->mae : NAN,
                      .relative = quality ? quality->relative : NAN,
                      .worst = quality ? quality->worst : NAN,
                      .noise = NAN,
                      .L0 = parameter_of(fit, "L0"),
                      .A = parameter_of(fit, "A"),
                      .alpha = parameter_of(fit, "alpha"),
                      .C = parameter_of(fit, "C")};
}

/* Losses at all points of a run; the caller frees. */
static double *predict(const FitResult *fit, const LawRun *run)
{
    double *loss = alloc_zeroed((size_t)run->points, sizeof *loss);
    law_predict_run(fit->law, fit->theta, run, run->points, run->step, loss);
    return loss;
}

static void write_run(const char *variant, const FitSet *set, const FitResult *fit, Row row,
                      int64_t index, const StudyJob *job)
{
    const LawRun *run = set->run[index];
    FitQuality quality = fit_quality(fit, run);
    double *loss = predict(fit, run);
    row.law = fits_cells(variant, set, fit, &quality);
    row.law.noise = fit_noise(run);
    row.schedule = run->name;
    row.schedule_index = index;
    row.steps = run->steps - 1;
    row.measured = run->loss[run->points - 1];
    row.predicted = loss[run->points - 1];
    row_write(&row, job);
    free(loss);
}

void fits_write_mean(const char *variant, const FitSet *set, const FitResult *fit, const Row *like,
                     bool unseen, const StudyJob *job)
{
    Row row = *like;
    int64_t from = unseen ? set->fitted : 0, end = unseen ? set->count : set->fitted;
    if (from == end) return;
    FitQuality quality = fit_quality_mean(fit, end - from, set->run + from);
    row.law = fits_cells(variant, set, fit, &quality);
    row.schedule = unseen ? "unseen" : "fitted";
    row.schedule_index = -1 - unseen;
    row_write(&row, job);
}

void fits_write(const char *variant, const FitSet *set, const FitResult *fit, const Row *like,
                const StudyJob *job)
{
    for (int64_t k = 0; k < set->count; k++) write_run(variant, set, fit, *like, k, job);
    fits_write_mean(variant, set, fit, like, false, job);
    fits_write_mean(variant, set, fit, like, true, job);
}

void fits_write_all(const char *variant, const char *name, const FitSet *set, const Row *like,
                    const StudyJob *job)
{
    FitSet all = *set;
    all.fitted = all.count;
    FitResult fit = fits_run(variant, &all);
    all.fitted = set->fitted;
    all.name = "all";
    fits_write_mean(name, &all, &fit, like, true, job);
}

void fits_scan(const FitSet *set, const Row *like, const StudyJob *job)
{
    double lambda[ESTIMATE_SCAN];
    estimate_lambdas(set->memory / REACH, REACH * set->memory, lambda);
    for (int64_t k = 0; k < ESTIMATE_SCAN; k++) {
        FitResult fit = fit_set(law_find("annealing"), set, lambda[k]);
        Row row = *like;
        row.level_index = k;
        row.level = 1.0 / (1.0 - lambda[k]);
        fits_write_mean("annealing_scan", set, &fit, &row, set->count > set->fitted, job);
    }
}

void fits_curves(const FitSet *set, const FitResult *fit, const StudyJob *job)
{
    for (int64_t k = 0; k < set->count; k++) {
        const LawRun *run = set->run[k];
        double *loss = predict(fit, run);
        for (int64_t p = 0; p < run->points; p++) {
            CurveRow point = {.schedule_index = k,
                              .step = run->step[p],
                              .rate = run->rate[run->step[p]],
                              .train_loss = NAN,
                              .validation_loss = run->loss[p],
                              .predicted = loss[p]};
            curve_write(&point, job);
        }
        free(loss);
    }
}

double fits_end(const FitResult *fit, const char *schedule, int64_t steps, double peak)
{
    double *rate = world_rates(schedule, steps, peak), loss;
    LawRun run = {.steps = steps + 1, .rate = rate};
    law_predict_run(fit->law, fit->theta, &run, 1, &steps, &loss);
    free(rate);
    return loss;
}
