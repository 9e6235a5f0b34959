/* L3: the critical step: the local threshold, its order of size, and what lies above it. */
#include "studies.h"

#include "solve/edge.h"
#include "solve/probe.h"
#include "solve/theory.h"

#include <stdlib.h>

/* ---- threshold: bisection against 2 / largest curvature ---- */

static int64_t threshold_count(void)
{
    return grid_count(config.threshold_sets, &config.threshold_lambdas);
}

static void threshold_factors(int64_t index, Row *row)
{
    grid_factors(index, config.threshold_sets, &config.threshold_lambdas, row);
}

static void threshold_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
    if (!instance) return;
    row.predicted = instance->facts.critical;
    row.measured = probe_local_threshold(instance->objective, instance->minimiser,
                                         0.5 * row.predicted, 1.5 * row.predicted, 1e-6);
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_threshold = {"threshold", threshold_count, threshold_factors, threshold_run, NULL};

/* ---- critical_scale: eta_crit lambda ln(1/lambda), over decades of lambda ---- */

static int64_t scale_count(void) { return grid_count(config.scale_sets, &config.scale_lambdas); }

static void scale_factors(int64_t index, Row *row)
{
    grid_factors(index, config.scale_sets, &config.scale_lambdas, row);
}

static void scale_run(const StudyJob *job, Row row)
{
    Instance *instance =
        open_or_absent(job, &row, row.lambda, INSTANCE_MARGIN | INSTANCE_MINIMISER);
    if (!instance) return;
    CriticalScale scale =
        theory_critical_scale(instance->facts.critical, row.lambda, instance->facts.gamma);
    row.rate = instance->facts.critical;
    row.level = scale.smallness;
    row.measured = scale.constant;
    row.predicted = scale.lowest;
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_critical_scale = {"critical_scale", scale_count, scale_factors, scale_run, NULL};

/* ---- blow_up and first_hit: one trial each ---- */

static int64_t one(void) { return 1; }

static void blow_up_factors(int64_t index, Row *row)
{
    (void)index;
    row->set = config.bifurcation_set;
    row->lambda = config.bifurcation_lambda;
}

static void blow_up_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
    if (!instance) return;
    row.predicted = 2.0 / row.lambda;
    row.measured = edge_blow_up(instance->objective, 0.5 * row.predicted, 1.5 * row.predicted);
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_blow_up = {"blow_up", one, blow_up_factors, blow_up_run, NULL};

static void first_hit_factors(int64_t index, Row *row)
{
    (void)index;
    row->set = config.first_hit_set;
    row->lambda = config.bifurcation_lambda;
}

typedef struct {
    double optimum, smallest_gap;
} FirstHit;

static void note_smallest(void *context, const Solver *solver)
{
    FirstHit *hit = context;
    hit->smallest_gap = fmin(hit->smallest_gap, solver->value - hit->optimum);
}

/* Above the critical step: unstable, and yet the run comes close before it leaves. */
static void first_hit_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
    if (!instance) return;
    FirstHit hit = {instance->optimum, INFINITY};
    SolveTask task = {.rate = config.first_hit_level * instance->facts.critical,
                      .optimum = instance->optimum,
                      .max_steps = PROBE_STEPS,
                      .observer = {.context = &hit, .record = note_smallest}};
    SolveResult result = solve_run(solver_kind("gd"), instance->objective, &task, NULL);
    row_result(&row, &result);
    row.measured = fabs(hit.smallest_gap);
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_first_hit = {"first_hit", one, first_hit_factors, first_hit_run, NULL};
