/* L3 (b, c): above 1/lambda and above the critical step: the bifurcation picture, large
 * cycles that coexist with a stable minimiser, and their basins. */
#include "studies.h"

#include "base/grid.h"
#include "solve/edge.h"
#include "solve/probe.h"
#include "solve/theory.h"

#include <stdlib.h>

/* ---- bifurcation: the last iterates of one-dimensional runs ---- */

enum { LAST_ITERATES = 32 };

static int64_t bifurcation_count(void) { return config.bifurcation_rates; }

static void bifurcation_factors(int64_t index, Row *row)
{
    row->set = config.bifurcation_set;
    row->lambda = config.bifurcation_lambda;
    row->rate_index = index;
}

typedef struct {
    const StudyJob *job;
    const Instance *instance;
} Tail;

static void write_tail(void *context, const Solver *solver)
{
    const Tail *tail = context;
    if (solver->step <= PROBE_STEPS - LAST_ITERATES) return;
    CurvePoint point = {.step = solver->step,
                        .rate = solver->rate,
                        .value = solver->value,
                        .gap = solver->value - tail->instance->optimum,
                        .sharpness = NAN,
                        .position = solver->w[0]};
    curve_write(&point, tail->job);
}

/* Rates evenly from 0.8 critical to 1 % above 2/lambda, on a log scale. */
static void bifurcation_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
    if (!instance) return;
    Tail tail = {job, instance};
    double low = 0.8 * instance->facts.critical, high = 2.02 / row.lambda;
    SolveTask task = {.rate = grid_log(low, high, job->index, config.bifurcation_rates),
                      .optimum = instance->optimum,
                      .max_steps = PROBE_STEPS,
                      .observer = {.context = &tail, .record = write_tail}};
    SolveResult result = solve_run(solver_kind("gd"), instance->objective, &task, NULL);
    row_result(&row, &result);
    row.measured = result.rate;
    row.predicted = instance->facts.critical;
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_bifurcation = {"bifurcation", bifurcation_count, bifurcation_factors,
                                bifurcation_run, NULL};

/* ---- coexistence: from w = 0, at fractions of the critical step ---- */

static int64_t coexistence_count(void) { return config.coexistence_rates; }

static void coexistence_factors(int64_t index, Row *row)
{
    row->set = config.coexistence_set;
    row->lambda = config.coexistence_lambda;
    row->rate_index = index;
}

static void coexistence_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
    if (!instance) return;
    row.level = (double)(job->index + 1) / (double)config.coexistence_rates;
    row.rate = row.level * instance->facts.critical;
    ProbeTask task = {.rate = row.rate, .minimiser = instance->minimiser};
    ProbeResult result = probe_rate(instance->objective, &task);
    SaturatedCycle cycle = theory_saturated_cycle(instance->design, row.lambda, row.rate);
    row.outcome = result.outcome;
    row.steps = result.steps;
    row.measured = result.amplitude;
    row.predicted = cycle.right + cycle.left;
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_coexistence = {"coexistence", coexistence_count, coexistence_factors,
                                coexistence_run, NULL};

/* ---- coexistence_edge: the smallest failing rate from w = 0 ---- */

static int64_t one(void) { return 1; }

static void edge_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
    if (!instance) return;
    row.predicted = 1.0 / row.lambda;
    row.measured = edge_first_failure(instance->objective, instance->minimiser, 0.5 * row.predicted,
                                      instance->facts.critical);
    row.rate = row.measured;
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_coexistence_edge = {"coexistence_edge", one, coexistence_factors, edge_run, NULL};

/* ---- basins: starts x rates; one trial is one rate ---- */

static int64_t basins_count(void) { return config.basin_points; }

static void basins_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
    if (!instance) return;
    double unit = 1.0 / row.lambda;
    row.rate =
        grid_log(0.9 * unit, 1.05 * instance->facts.critical, job->index, config.basin_points);
    for (int64_t k = 0; k < config.basin_points; k++) {
        double start = grid_mirrored(1.0, 2.0 * unit, k, config.basin_points);
        ProbeTask task = {
            .rate = row.rate, .start = &start, .minimiser = instance->minimiser, .steps = 2000};
        ProbeResult result = probe_rate(instance->objective, &task);
        row.outcome = result.outcome;
        row.level_index = k;
        row.level = start;
        row.steps = result.steps;
        row.measured = result.amplitude;
        row_write(&row, job);
    }
    instance_free(instance);
}

const Grid study_basins = {"basins", basins_count, coexistence_factors, basins_run, NULL};
