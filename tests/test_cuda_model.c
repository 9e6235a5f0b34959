#include "cuda_compare.h"

#include "optim/optimizer.h"
#include "problem/training.h"
#include "trial/training_run.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

/* ---- data without files: noise with something to be learned in it */

enum { CONTEXT = 11, CLASSES = 7, HEIGHT = 8, WIDTH = 12, CHANNELS = 2 };

static void windows(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                    int32_t *tokens, int32_t *labels)
{
    Rng stream = rng_stream(seed + (uint64_t)split, (uint32_t)step, RNG_BATCH);
    for (int64_t k = 0; k < batch * data->context; k++) {
        tokens[k] = (int32_t)rng_below(&stream, CLASSES);
        labels[k] = rng_uniform(&stream) < 0.7 ? (tokens[k] * 3 + 1) % CLASSES : 0;
    }
}

static void images(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
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

static void places(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                   int64_t *place)
{
    Rng stream = rng_stream(seed + (uint64_t)split, (uint32_t)step, RNG_BATCH);
    for (int64_t b = 0; b < batch; b++)
        place[b] = b == 3 && step == 1 ? -1 : rng_below(&stream, LENGTH - data->context);
}

static void windows_at_places(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                              int32_t *tokens, int32_t *labels)
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

static const Case cases[] = {
    {"mlp:layers=2,width=16", &pictures},
    {"cnn:widths=4-5-6,pools=0-1-1", &pictures},
    {"cnn:style=resnet,widths=4-6,blocks=2", &pictures},
    {"vit:patch=2,layers=2,width=8,heads=2", &pictures},
    {"transformer:layers=2,width=16,heads=2,context=11", &text},
    {"transformer:style=llama,layers=2,width=16,heads=4,key_heads=2,context=11", &text},
    {"transformer:layers=1,width=16,heads=2,context=11,dropout=0.1", &text},
    {"transformer:layers=1,width=16,heads=2,context=11,dropout=0.1", &kept},
};
enum { CASES = sizeof cases / sizeof *cases, BATCH = 4, MOST = 64 };

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

static Run open_run(const Case *c, const char *device)
{
    Run run = {.of = c, .data = *c->data, .backend = backend_open(device)};
    ModelTask task = training_task(&run.data, BATCH);
    run.model = model_create(run.backend, c->model, &task, true);
    return run;
}

/* Once the run stands where it stays. */
static void begin(Run *run)
{
    run->problem = problem_training(run->backend, run->model, &run->data, BATCH, 5);
    run->problem->start(run->problem, 5);
    run->size = run->problem->parameters->size;
}

static real *fetched(const Run *run, const real *memory)
{
    real *host = malloc((size_t)run->size * sizeof *host);
    run->backend->download(run->backend, (size_t)run->size * sizeof *host, memory, host);
    return host;
}

static void close_run(Run *run)
{
    run->problem->free(run->problem);
    model_free(run->model);
    run->backend->close(run->backend);
    free(run->parameters);
}

static void keep(void *context, const TrainingRecord *record)
{
    Run *run = context;
    run->loss[run->records] = record->train_loss;
    run->validation[run->records++] = record->validation_loss;
}

/* AdamW with an epsilon that keeps its quotient from being all sign; clipping and evaluations on
 * the way, whose batches are of another size of scratch. */
static void train(Run *run, int64_t steps)
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

static int64_t steps_asked_for(void)
{
    const char *steps = getenv("MODEL_STEPS"); /* `make test-gpu` asks for more */
    return steps ? strtoll(steps, NULL, 10) : 10;
}

static void need_device(void)
{
    const char *missing = backend_missing("cuda");
    if (missing) cr_skip_test("%s", missing);
}

static double largest(int64_t count, const real *x)
{
    double most = 0.0;
    for (int64_t k = 0; k < count; k++) most = fmax(most, fabs((double)x[k]));
    return most;
}

/* A gradient is a sum over up to a few thousand products, itself through some twenty layers: its
 * rounding is some hundred units in the last place of the largest. */
Test(cuda_model, loss_and_gradient_of_every_model_are_the_cpus)
{
    need_device();
    for (int c = 0; c < CASES; c++) {
        Run run[SIDES] = {open_run(&cases[c], "cpu"), open_run(&cases[c], "cuda")};
        real *gradient[SIDES];
        double sums[SIDES][HEAD_SUMS] = {{0.0}};
        for (int s = 0; s < SIDES; s++) {
            begin(&run[s]);
            Backend *backend = run[s].backend;
            double *memory = backend->alloc(backend, sizeof sums[s]);
            run[s].problem->gradient(run[s].problem, 0, memory);
            backend->download(backend, sizeof sums[s], memory, sums[s]);
            backend->release(backend, memory);
            gradient[s] = fetched(&run[s], run[s].problem->parameters->gradients);
        }
        double loss = sums[SIDE_CPU][HEAD_LOSS], rows = sums[SIDE_CPU][HEAD_ROWS];
        cr_expect(fabs(sums[SIDE_CUDA][HEAD_LOSS] - loss) <= 64.0 * FLT_EPSILON * loss, "%s",
                  cases[c].model);
        cr_expect(rows > 0.0 && rows == sums[SIDE_CUDA][HEAD_ROWS], "%s", cases[c].model);
        double bound = 256.0 * FLT_EPSILON * largest(run->size, gradient[SIDE_CPU]);
        for (int64_t k = 0; k < run->size; k++)
            cr_assert(fabs((double)(gradient[0][k] - gradient[1][k])) <= bound,
                      "%s: number %lld: cpu %g, cuda %g, bound %g", cases[c].model, (long long)k,
                      (double)gradient[0][k], (double)gradient[1][k], bound);
        for (int s = 0; s < SIDES; s++) {
            free(gradient[s]);
            close_run(&run[s]);
        }
    }
}

/* A step moves a number by the rate, 0.01, times at most |m| / (sqrt(v) + 1e-3), whose error is at
 * most that of the gradient (1e-6, above) over 1e-3; a step's error grows with the curvature in
 * those that follow. 1e-3 of the way that a number may go, and 1e-4 of the loss, hold both. */
Test(cuda_model, training_follows_the_cpus_trajectory)
{
    need_device();
    int64_t steps = steps_asked_for();
    for (int c = 0; c < CASES; c++) {
        Run run[SIDES] = {open_run(&cases[c], "cpu"), open_run(&cases[c], "cuda")};
        for (int s = 0; s < SIDES; s++) {
            begin(&run[s]);
            train(&run[s], steps);
        }
        for (int r = 1; r <= steps; r++) {
            double want = run[SIDE_CPU].loss[r], have = run[SIDE_CUDA].loss[r];
            cr_assert(fabs(want - have) <= 1e-4 * want, "%s: loss of step %d: cpu %g, cuda %g",
                      cases[c].model, r, want, have);
            want = run[SIDE_CPU].validation[r], have = run[SIDE_CUDA].validation[r];
            cr_assert(isnan(want) || fabs(want - have) <= 1e-4 * want,
                      "%s: validation at step %d: cpu %g, cuda %g", cases[c].model, r, want, have);
        }
        for (int64_t k = 0; k < run->size; k++) {
            double want = (double)run[SIDE_CPU].parameters[k];
            double have = (double)run[SIDE_CUDA].parameters[k];
            cr_assert(fabs(want - have) <= 1e-3 * 0.01 * (double)steps,
                      "%s: number %lld: cpu %g, cuda %g", cases[c].model, (long long)k, want, have);
        }
        for (int s = 0; s < SIDES; s++) close_run(&run[s]);
    }
}

/* ---- recordings */

static void (*replay_of_device)(Backend *, void *);
static int64_t replays;

static void count_replay(Backend *backend, void *recording)
{
    replays++;
    replay_of_device(backend, recording);
}

static Run trained(const Case *c, bool records)
{
    Run run = open_run(c, "cuda");
    replay_of_device = run.backend->replay;
    run.backend->replay = count_replay;
    if (!records) run.backend->record = NULL;
    return run;
}

Test(cuda_model, a_run_gives_the_same_bytes_twice_and_without_replaying_its_steps)
{
    need_device();
    enum { STEPS = 7, TIMES = 3 };
    for (int c = 0; c < CASES; c++) {
        Run run[TIMES];
        for (int t = 0; t < TIMES; t++) {
            run[t] = trained(&cases[c], t < 2);
            begin(&run[t]);
            replays = 0;
            train(&run[t], STEPS);
            cr_expect(replays == (t < 2 ? STEPS - 1 : 0), "%s: %lld replays", cases[c].model,
                      (long long)replays);
        }
        for (int t = 1; t < TIMES; t++) {
            size_t bytes = (size_t)run->size * sizeof *run->parameters;
            cr_expect(memcmp(run[0].parameters, run[t].parameters, bytes) == 0, "%s: run %d",
                      cases[c].model, t);
            for (int r = 1; r <= STEPS; r++)
                cr_expect(run[0].loss[r] == run[t].loss[r], "%s: run %d, step %d", cases[c].model,
                          t, r);
        }
        for (int t = 0; t < TIMES; t++) close_run(&run[t]);
    }
}
