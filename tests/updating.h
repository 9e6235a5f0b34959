/* A bench for runs of updates: a small model, a source of data per version, and every release kept;
 * and the same paths trained alone. */
#ifndef TESTS_UPDATING_H
#define TESTS_UPDATING_H

#include "model/model.h"
#include "problem/training.h"
#include "trial/training_run.h"
#include "update/runner.h"
#include "update/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A small transformer on chains of tokens, one chain per version: what a batch is made of matters.
 * With batch normalisation or dropout there would be more state: see the kinds below. */
enum { VERSIONS = 3, STEPS = 10, BATCH = 2, CONTEXT = 8, PATHS = 64 };
static const UpdateSetting setting = {
    .versions = VERSIONS, .steps = STEPS, .warmup = 2, .peak = 1e-2, .floor = 0.1};
static const char net[] = "transformer:layers=1,width=8,heads=2,context=8,dropout=0.1";

typedef struct {
    Backend *backend;
    Data *data[VERSIONS];
    Model *model;
    Problem *problem[VERSIONS];
    int64_t numbers;
    real *released[PATHS]; /* a copy of the parameters of each path */
    Outcome outcome[PATHS];
    int calls, segments_left; /* of the latter, then the run stops; < 0: never */
    const Plan *plan;
    bool keeps; /* has every release's steps and path been right? */
} Bench;

static inline void bench_open(Bench *bench, const char *model)
{
    *bench = (Bench){.backend = backend_cpu(), .segments_left = -1, .keeps = true};
    for (int v = 0; v < VERSIONS; v++) {
        char text[64];
        snprintf(text, sizeof text, "markov:states=8,seed=%d", v + 1);
        bench->data[v] =
            data_open(text, &(DataOptions){.folder = "data/cache", .context = CONTEXT});
    }
    ModelTask task = training_task(bench->data[0], BATCH);
    bench->model = model_create(bench->backend, model, &task, true);
    for (int v = 0; v < VERSIONS; v++)
        bench->problem[v] =
            problem_training(bench->backend, bench->model, bench->data[v], BATCH, 1);
    bench->numbers = matrix_count(state_values(bench->problem[0]->parameters));
}

static inline void bench_close(Bench *bench)
{
    for (int p = 0; p < PATHS; p++) free(bench->released[p]);
    for (int v = 0; v < VERSIONS; v++) {
        bench->problem[v]->free(bench->problem[v]);
        data_free(bench->data[v]);
    }
    model_free(bench->model);
    bench->backend->close(bench->backend);
}

/* Mixed data are the last version's here: it is the runner that is tested, not the mixing. */
static inline Problem *problem_of(void *context, DataMix mix)
{
    return ((Bench *)context)->problem[mix.last - 1];
}

static inline real *values_now(const Bench *bench)
{
    real *copy = malloc((size_t)bench->numbers * sizeof *copy);
    bench->backend->download(bench->backend, (size_t)bench->numbers * sizeof *copy,
                             bench->problem[0]->parameters->values, copy);
    return copy;
}

static inline void keep(void *context, const ReleasedVersion *released)
{
    Bench *bench = context;
    int version = plan_version_of(bench->plan, released->path);
    bench->calls++;
    bench->outcome[released->path] = released->outcome;
    bench->keeps = bench->keeps && released->steps == version * setting.steps;
    if (released->outcome == OUTCOME_SPENT) bench->released[released->path] = values_now(bench);
}

static inline bool go_on(void *context)
{
    Bench *bench = context;
    return bench->segments_left < 0 || --bench->segments_left >= 0;
}

static inline UpdateRun run_of(Bench *bench, const Plan *plan, const char *optimizer)
{
    bench->plan = plan;
    return (UpdateRun){.plan = plan,
                       .optimizer = optimizer,
                       .seed = 7,
                       .problem = problem_of,
                       .release = keep,
                       .go_on = go_on,
                       .context = bench,
                       .check_every = 5};
}

static inline bool same(const Bench *bench, const real *a, const real *b)
{
    return a && b && memcmp(a, b, (size_t)bench->numbers * sizeof *a) == 0;
}

/* One path as one run that never branched: training_run() from random numbers, in pieces only
 * where the data change or the optimizer begins anew. What it would release. */
static inline real *trained_alone(Bench *bench, const Path *path, const char *optimizer_text)
{
    const ParameterTable *table = bench->problem[0]->parameters;
    bench->problem[0]->start(bench->problem[0], 7);
    Optimizer *optimizer = optimizer_create(optimizer_text, bench->backend, table);
    int64_t first = 0;
    for (int s = 0; s < path->count; first = path->stretch[s++].end) {
        if (path->stretch[s].resets) {
            optimizer_free(optimizer);
            optimizer = optimizer_create(optimizer_text, bench->backend, table);
        }
        TrainingRun run = {.problem = problem_of(bench, path->stretch[s].mix),
                           .optimizer = optimizer,
                           .schedule = path->schedule,
                           .first_step = first,
                           .steps = path->stretch[s].end,
                           .log_every = 1000,
                           .evaluation_batches = TRAINING_NO_EVALUATION};
        training_run(&run);
    }
    optimizer_average_in(optimizer);
    optimizer_free(optimizer);
    return values_now(bench);
}

#endif
