/* L4: what happens along a run: the objective, its gap, and the sharpness against 2/rate. */
#include "studies.h"

#include "base/words.h"
#include "solve/method.h"

#include <stdlib.h>

static int64_t run_count(void)
{
    return words_count(config.run_sets) * words_count(config.run_methods);
}

static void run_factors(int64_t index, Row *row)
{
    Nested at = nested(index, 1, words_count(config.run_methods));
    row->set = words_item(config.run_sets, at.first);
    row->method = words_item(config.run_methods, at.third);
    row->lambda = config.run_lambda;
}

/* Records at steps 0 … 20 and then about forty times a decade. */
typedef struct {
    const StudyJob *job;
    const Instance *instance;
    Objective *watcher; /* sharpness is not charged to the run */
    int64_t next;
} Watch;

static void watch(void *context, const Solver *solver)
{
    Watch *w = context;
    if (solver->step < w->next) return;
    w->next = solver->step < 20 ? solver->step + 1 : solver->step + solver->step / 17;
    double sharpness = objective_sharpness(w->watcher, solver->w);
    CurvePoint point = {.step = solver->step,
                        .rate = solver->rate,
                        .value = solver->value,
                        .gap = solver->value - w->instance->optimum,
                        .sharpness = sharpness,
                        .position = NAN};
    curve_write(&point, w->job);
}

static void run_run(const StudyJob *job, Row row)
{
    Instance *instance =
        open_or_absent(job, &row, row.lambda, INSTANCE_MARGIN | INSTANCE_MINIMISER);
    if (!instance) return;
    Instance *twin = open_or_absent(job, &row, row.lambda, 0);
    Watch w = {job, instance, twin->objective, 0};
    SolveTask task = {.target_gap = config.relative_target * instance->optimum,
                      .max_steps = config.max_steps,
                      .observer = {.context = &w, .record = watch}};
    SolveResult result = method_run(method_named(row.method), instance, task, NULL, NULL);
    row_result(&row, &result);
    row.level_index = words_contain(config.run_large_methods, row.method); /* L4 calls it large */
    row.measured = row.rate;
    row.predicted = instance->facts.critical;
    row_write(&row, job);
    instance_free(twin);
    instance_free(instance);
}

const Grid study_run = {"run", run_count, run_factors, run_run, NULL};
