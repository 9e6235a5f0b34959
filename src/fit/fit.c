#include "fit/fit.h"

#include "base/die.h"
#include "base/grid.h"
#include "fit/problem.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All starts go that far; then the best FINALISTS go on to the end. */
enum { FIRST_EVALUATIONS = 30, LAST_EVALUATIONS = 2000, FINALISTS = 4 };
static const double PRECISION = 1e-13;

typedef struct {
    double theta[LAW_MAX_PARAMETERS], value;
    int64_t index, evaluations;
} Start;

FitOptions fit_options(void)
{
    FitOptions options = {.scanned = -1};
    for (int k = 0; k < LAW_MAX_PARAMETERS; k++) options.pinned[k] = NAN;
    return options;
}

/* Which parameters move; those that do not are put in place. */
static void choose_free(const Law *law, const FitOptions *options, bool *is_free, double *theta)
{
    for (int k = 0; k < law->count; k++) {
        double pinned = options->pinned[k];
        is_free[k] = isnan(pinned) ? !law->parameter[k].fixed : isinf(pinned);
        theta[k] = is_free[k] || isnan(pinned) ? law->parameter[k].start_low : pinned;
    }
}

static bool on_grid(const LawParameter *parameter, bool is_free, FitStarts starts)
{
    return is_free && !(starts == FIT_SOLVED && parameter->linear);
}

static Start *list_starts(const Law *law, FitStarts kind, const bool *is_free, const double *theta,
                          int64_t *count)
{
    *count = 1;
    for (int k = 0; k < law->count; k++)
        if (on_grid(&law->parameter[k], is_free[k], kind)) *count *= law->parameter[k].starts;
    Start *starts = alloc_zeroed((size_t)*count, sizeof *starts);
    for (int64_t s = 0; s < *count; s++) {
        int64_t rest = s;
        starts[s].index = s;
        memcpy(starts[s].theta, theta, (size_t)law->count * sizeof *theta);
        for (int k = law->count - 1; k >= 0; k--) {
            const LawParameter *row = &law->parameter[k];
            if (!on_grid(row, is_free[k], kind)) continue;
            starts[s].theta[k] =
                grid_linear(row->start_low, row->start_high, rest % row->starts, row->starts);
            rest /= row->starts;
        }
    }
    return starts;
}

static void run_start(Problem *problem, bool solve, int64_t evaluations, Start *start)
{
    double z[LAW_MAX_PARAMETERS] = {0};
    int64_t before = problem->evaluations;
    if (solve) problem_solve_linear(problem, start->theta);
    problem_to_z(problem, start->theta, z);
    start->value = problem_descend(problem, z, PRECISION, evaluations);
    if (!(start->value < INFINITY)) start->value = INFINITY;
    problem_to_theta(problem, z);
    memcpy(start->theta, problem->theta, sizeof start->theta);
    start->evaluations += problem->evaluations - before;
}

static void run_starts(const FitData *data, const FitOptions *options, const bool *is_free,
                       int64_t count, int64_t evaluations, bool solve, Start *starts)
{
#pragma omp parallel if (count > 1)
    {
        Problem problem = problem_open(data, options->weight, is_free, starts[0].theta);
#pragma omp for schedule(dynamic)
        for (int64_t s = 0; s < count; s++) run_start(&problem, solve, evaluations, &starts[s]);
        problem_close(&problem);
    }
}

static int by_value(const void *a, const void *b)
{
    const Start *x = a, *y = b;
    if (x->value != y->value) return x->value < y->value ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* By the slopes of the last evaluation. Other parameters may take what is felt upon themselves, so
 * that it is unknown all the same. */
static bool feels_decay(const Problem *problem)
{
    const Law *law = problem->data->law;
    int gain = law_gain(law);
    for (int64_t i = 0; i < problem->data->points && gain >= 0; i++)
        if (!problem->weight || problem->weight[i] > 0.0)
            if (problem->gradient[i * law->count + gain] != 0.0) return true;
    return false;
}

static void finish(const FitData *data, const FitOptions *options, FitResult *fit)
{
    Problem problem = problem_open(data, options->weight, fit->is_free, fit->theta);
    double z[LAW_MAX_PARAMETERS] = {0}, error[LAW_MAX_PARAMETERS] = {0};
    bool unknown[LAW_MAX_PARAMETERS] = {false};
    problem_to_z(&problem, fit->theta, z);
    double value = problem_polish(&problem, z, &fit->gradient);
    problem_identify(&problem, z, error, unknown);
    memcpy(fit->theta, problem.theta, sizeof fit->theta);
    fit->has_decay = feels_decay(&problem);
    fit->objective = value * problem.total_weight * FIT_DELTA * FIT_DELTA;
    fit->free_count = problem.n;
    for (int k = 0; k < problem.n; k++) {
        int j = problem.parameter[k];
        fit->error[j] = error[k] * coordinate_slope(&fit->law->parameter[j], fit->theta[j]);
        fit->unknown[j] = unknown[k];
        fit->at_bound[j] = z[k] <= problem.low[k] || z[k] >= problem.high[k];
    }
    fit->evaluations += problem.evaluations;
    problem_close(&problem);
}

/* From all starts, the others fixed as theta says. */
static FitResult fit_starts(FitData *data, const FitOptions *options, const bool *is_free,
                            const double *theta)
{
    FitResult fit = {.law = data->law};
    bool solve = options->starts == FIT_SOLVED;
    data_tune(data, theta);
    Start *starts = list_starts(data->law, options->starts, is_free, theta, &fit.starts);
    run_starts(data, options, is_free, fit.starts, FIRST_EVALUATIONS, solve, starts);
    qsort(starts, (size_t)fit.starts, sizeof *starts, by_value);
    fit.finalists = fit.starts < FINALISTS ? fit.starts : FINALISTS;
    run_starts(data, options, is_free, fit.finalists, LAST_EVALUATIONS, false, starts);
    qsort(starts, (size_t)fit.finalists, sizeof *starts, by_value);
    for (int64_t s = 0; s < fit.starts; s++) fit.evaluations += starts[s].evaluations;
    for (int64_t s = 0; s < fit.finalists; s++)
        fit.agreed += starts[s].value <= starts[0].value * (1.0 + 1e-6);
    memcpy(fit.theta, starts[0].theta, sizeof fit.theta);
    memcpy(fit.is_free, is_free, sizeof fit.is_free);
    free(starts);
    finish(data, options, &fit);
    return fit;
}

/* The scanned parameter free too, from the scan's best. */
static FitResult refine(FitData *data, const FitOptions *options, const FitResult *best)
{
    FitResult fit = *best;
    Start start = {.index = 0};
    fit.is_free[options->scanned] = true;
    memcpy(start.theta, best->theta, sizeof start.theta);
    run_starts(data, options, fit.is_free, 1, LAST_EVALUATIONS, false, &start);
    memcpy(fit.theta, start.theta, sizeof fit.theta);
    fit.evaluations += start.evaluations;
    finish(data, options, &fit);
    return fit;
}

FitResult fit_run(FitData *data, const FitOptions *options, double *scan_objective)
{
    bool is_free[LAW_MAX_PARAMETERS] = {false};
    double theta[LAW_MAX_PARAMETERS] = {0};
    choose_free(data->law, options, is_free, theta);
    if (options->scanned < 0) return fit_starts(data, options, is_free, theta);
    is_free[options->scanned] = false;
    FitResult best = {.objective = INFINITY};
    int64_t evaluations = 0;
    for (int64_t i = 0; i < options->scan_count; i++) {
        theta[options->scanned] = options->scan[i];
        FitResult fit = fit_starts(data, options, is_free, theta);
        evaluations += fit.evaluations;
        if (scan_objective) scan_objective[i] = fit.objective;
        if (fit.objective < best.objective) best = fit;
    }
    best.evaluations = evaluations;
    data_tune(data, best.theta);
    return options->refine ? refine(data, options, &best) : best;
}
