#include "fits.h"

#include "world.h"

#include "base/die.h"
#include "base/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Memories of a 32nd to 32 times the published one. */
enum { SCAN = 21 };

static void scan_lambdas(const FitSet *set, double *lambda)
{
    for (int64_t k = 0; k < SCAN; k++)
        lambda[k] =
            path_lambda(grid_log(fmax(1.5, set->memory / 32.0), 32.0 * set->memory, k, SCAN));
}

static FitResult fit_set(const Law *law, const FitSet *set, const FitOptions *options)
{
    FitData *data = fit_data(law, set->fitted, set->run);
    FitResult fit = fit_run(data, options, NULL);
    fit_data_free(data);
    return fit;
}

FitResult fits_run(const char *variant, const FitSet *set)
{
    bool refit = !strcmp(variant, "annealing_refit");
    const Law *law = law_find(refit ? "annealing" : variant);
    int lambda = law_parameter(law, "lambda");
    double scan[SCAN];
    FitOptions options = fit_options();
    scan_lambdas(set, scan);
    if (lambda >= 0 && !refit) options.pinned[lambda] = path_lambda(set->memory);
    if (refit) {
        options.scanned = lambda;
        options.scan = scan, options.scan_count = SCAN;
        options.refine = true;
    }
    return fit_set(law, set, &options);
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
    LawPath *path = path_create(run);
    law_predict(fit->law, fit->theta, path, run->points, run->step, loss, NULL);
    path_free(path);
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
    const Law *law = law_find("annealing");
    double lambda[SCAN];
    scan_lambdas(set, lambda);
    for (int64_t k = 0; k < SCAN; k++) {
        FitOptions options = fit_options();
        options.pinned[law_parameter(law, "lambda")] = lambda[k];
        FitResult fit = fit_set(law, set, &options);
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
    LawPath *path = path_create(&run);
    law_predict(fit->law, fit->theta, path, 1, &steps, &loss, NULL);
    path_free(path);
    free(rate);
    return loss;
}
