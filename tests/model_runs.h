/* Short training runs of whole models, on data that are made here: what tests of a device compare
 * with the CPU's. */
#ifndef TESTS_MODEL_RUNS_H
#define TESTS_MODEL_RUNS_H

#include "optim/optimizer.h"
#include "problem/training.h"
#include "trial/training_run.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- data without files: noise with something to be learned in it */

enum { CONTEXT = 11, CLASSES = 7, HEIGHT = 8, WIDTH = 12, CHANNELS = 2 };

static inline void windows(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                           int32_t *tokens, int32_t *labels)
{
    Rng stream = rng_stream(seed + (uint64_t)split, (uint32_t)step, RNG_BATCH);
    for (int64_t k = 0; k < batch * data->context; k++) {
        tokens[k] = (int32_t)rng_below(&stream, CLASSES);
        labels[k] = rng_uniform(&stream) < 0.7 ? (tokens[k] * 3 + 1) % CLASSES : 0;
    }
}

static inline void images(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                          real *pixels, int32_t *labels)
{
    Rng stream = rng_stream(seed + (uint64_t)split, (uint32_t)step, RNG_BATCH);
    int64_t size = data->height * data->width * data->channels;
    for (int64_t b = 0; b < batch; b++, pixels += size) {
        labels[b] = (int32_t)rng_below(&stream, CLASSES);
        for (int64_t p = 0; p < size; p++)
            pixels[p] = (real)(rng_normal(&stream) + (p % CLASSES == labels[b]));
    }
}

/* A text that stays in memory: its batches are gathered there, by recorded steps too. */
static const char saying[] = "Though this be madness, yet there is method in 't. Brevity is the "
                             "soul of wit. There are more things in heaven and earth, Horatio, "
                             "than are dreamt of in your philosophy. This above all: to thine own "
                             "self be true. The lady doth protest too much, methinks.";
enum { LENGTH = sizeof saying - 1, CHARACTERS = 128 };

static inline void places(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                          int64_t *place)
{
    Rng stream = rng_stream(seed + (uint64_t)split, (uint32_t)step, RNG_BATCH);
    for (int64_t b = 0; b < batch; b++)
        place[b] = b == 3 && step == 1 ? -1 : rng_below(&stream, LENGTH - data->context);
}

static inline void windows_at_places(Data *data, Split split, uint64_t seed, int64_t step,
                                     int64_t batch, int32_t *tokens, int32_t *labels)
{
    int64_t place[64], context = data->context;
    places(data, split, seed, step, batch, place);
    for (int64_t k = 0; k < batch * context; k++) {
        int64_t at = place[k / context] + k % context;
        bool is_there = place[k / context] >= 0;
        tokens[k] = is_there ? saying[at] : 0;
        labels[k] = is_there ? saying[at + 1] : -1;
    }
}

static const Data kept = {.name = "kept",
                          .is_text = true,
                          .classes = CHARACTERS,
                          .context = CONTEXT,
                          .entropy = NAN,
                          .count = {1000, 5 * CONTEXT, 5 * CONTEXT},
                          .windows = windows_at_places,
                          .places = places,
                          .store = {.size = LENGTH, .bytes = (const uint8_t *)saying}};

static const Data text = {.name = "text",
                          .is_text = true,
                          .classes = CLASSES,
                          .context = CONTEXT,
                          .entropy = NAN,
                          .count = {1000, 5 * CONTEXT, 5 * CONTEXT},
                          .windows = windows};
static const Data pictures = {.name = "pictures",
                              .classes = CLASSES,
                              .context = 1,
                              .height = HEIGHT,
                              .width = WIDTH,
                              .channels = CHANNELS,
                              .entropy = NAN,
                              .count = {1000, 9, 9},
                              .images = images};

/* ---- a run, its losses and where it ends */

typedef struct {
    const char *model;
    const Data *data;
} Case;

enum { BATCH = 4, MOST = 64 };

typedef struct {
    const Case *of;
    Data data;
    Backend *backend;
    Model *model;
    Problem *problem;
    double loss[MOST], validation[MOST]; /* by record */
    int records;
    int64_t size; /* of the parameters */
    real *parameters;
} Run;

/* precision: of the device, "" for float32. */
static inline Run open_run(const Case *c, const char *device, const char *precision)
{
    Run run = {.of = c, .data = *c->data, .backend = backend_open_with(device, precision)};
    ModelTask task = training_task(&run.data, BATCH);
    run.model = model_create(run.backend, c->model, &task, true);
    return run;
}

/* Once the run stands where it stays. */
static inline void begin(Run *run)
{
    run->problem = problem_training(run->backend, run->model, &run->data, BATCH, 5);
    run->problem->start(run->problem, 5);
    run->size = run->problem->parameters->size;
}

static inline real *fetched(const Run *run, const real *memory)
{
    real *host = malloc((size_t)run->size * sizeof *host);
    run->backend->download(run->backend, (size_t)run->size * sizeof *host, memory, host);
    return host;
}

/* Of step 0, with what the head adds to `sums`. free() it. */
static inline real *gradient_of(Run *run, double sums[HEAD_SUMS])
{
    static const double zeros[HEAD_SUMS];
    Backend *backend = run->backend;
    double *memory = backend->alloc(backend, sizeof zeros);
    run->problem->gradient(run->problem, 0, memory);
    backend->download(backend, sizeof zeros, memory, sums);
    backend->release(backend, memory);
    return fetched(run, run->problem->parameters->gradients);
}

static inline void close_run(Run *run)
{
    run->problem->free(run->problem);
    model_free(run->model);
    run->backend->close(run->backend);
    free(run->parameters);
}

static inline void keep(void *context, const TrainingRecord *record)
{
    Run *run = context;
    run->loss[run->records] = record->train_loss;
    run->validation[run->records++] = record->validation_loss;
}

/* AdamW with an epsilon that keeps its quotient from being all sign; clipping and evaluations on
 * the way, whose batches are of another size of scratch. */
static inline void train(Run *run, int64_t steps)
{
    ScheduleDefaults defaults = {steps, 0.01};
    Optimizer *optimizer = optimizer_create("adamw:epsilon=1e-3,decay=0.01,clip=1", run->backend,
                                            run->problem->parameters);
    Schedule *schedule = schedule_create("cosine", defaults);
    TrainingRun training = {.problem = run->problem,
                            .optimizer = optimizer,
                            .schedule = schedule,
                            .steps = steps,
                            .log_every = 1,
                            .evaluate_every = 3,
                            .evaluation_batches = 2,
                            .context = run,
                            .record = keep};
    training_run(&training);
    run->parameters = fetched(run, run->problem->parameters->values);
    schedule_free(schedule);
    optimizer_free(optimizer);
}

static inline int64_t steps_asked_for(void)
{
    const char *steps = getenv("MODEL_STEPS"); /* `make test-gpu` asks for more */
    return steps ? strtoll(steps, NULL, 10) : 10;
}

static inline void need_device(void)
{
    const char *missing = backend_missing("cuda");
    if (missing) cr_skip_test("%s", missing);
}

/* ---- recordings */

static void (*replay_of_device)(Backend *, void *);
static int64_t replays;

static inline void count_replay(Backend *backend, void *recording)
{
    replays++;
    replay_of_device(backend, recording);
}

static inline Run trained(const Case *c, const char *precision, bool records)
{
    Run run = open_run(c, "cuda", precision);
    replay_of_device = run.backend->replay;
    run.backend->replay = count_replay;
    if (!records) run.backend->record = NULL;
    return run;
}

/* Parameters and losses are the same bytes twice, and without replaying the steps. */
static inline void check_recordings(const Case *c, const char *precision)
{
    enum { STEPS = 7, TIMES = 3 };
    Run run[TIMES];
    for (int t = 0; t < TIMES; t++) {
        run[t] = trained(c, precision, t < 2);
        begin(&run[t]);
        replays = 0;
        train(&run[t], STEPS);
        cr_expect(replays == (t < 2 ? STEPS - 1 : 0), "%s: %lld replays", c->model,
                  (long long)replays);
    }
    for (int t = 1; t < TIMES; t++) {
        size_t bytes = (size_t)run->size * sizeof *run->parameters;
        cr_expect(memcmp(run[0].parameters, run[t].parameters, bytes) == 0, "%s: run %d", c->model,
                  t);
        for (int r = 1; r <= STEPS; r++)
            cr_expect(run[0].loss[r] == run[t].loss[r], "%s: run %d, step %d", c->model, t, r);
    }
    for (int t = 0; t < TIMES; t++) close_run(&run[t]);
}

#endif
