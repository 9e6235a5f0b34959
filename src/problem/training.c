#include "problem/training.h"

#include "base/die.h"
#include "problem/resident.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* A batch in the backend's memory, and on the host what is uploaded: the whole, or the places. */
typedef struct {
    int64_t count; /* tokens, or images */
    int32_t *host_tokens, *host_labels;
    real *host_pixels;
    int64_t *host_told, *told; /* the step's number, then the places of the batch's rows */
    int32_t *tokens, *labels;
} Batch;

typedef struct {
    Problem problem;
    Model *model;
    Data *data;
    int64_t size; /* windows or images of a batch */
    uint64_t seed;
    Batch batch;
    Resident *resident; /* NULL: batches are uploaded whole */
    double *sums;       /* of an evaluation; backend memory */
} Training;

ModelTask training_task(const Data *data, int64_t batch)
{
    return (ModelTask){.batch = batch,
                       .classes = data->classes,
                       .height = data->height,
                       .width = data->width,
                       .channels = data->channels};
}

static void upload_rows(Training *t, Split split, uint64_t seed, int64_t step)
{
    Batch *batch = &t->batch;
    Backend *backend = t->problem.backend;
    size_t bytes = (size_t)batch->count * sizeof(int32_t);
    if (t->data->is_text) {
        t->data->windows(t->data, split, seed, step, t->size, batch->host_tokens,
                         batch->host_labels);
        backend->upload(backend, bytes, batch->host_tokens, batch->tokens);
    } else {
        Matrix input = model_input(t->model);
        t->data->images(t->data, split, seed, step, t->size, batch->host_pixels,
                        batch->host_labels);
        backend->upload(backend, (size_t)matrix_count(input) * sizeof(real), batch->host_pixels,
                        matrix_reals(input));
    }
    backend->upload(backend, bytes, batch->host_labels, batch->labels);
}

/* All that differs between the batch of one step and that of another. */
static void upload_batch(Training *t, Split split, uint64_t seed, int64_t step)
{
    int64_t *told = t->batch.host_told, rows = t->resident ? t->size : 0;
    told[0] = step;
    if (t->resident)
        t->data->places(t->data, split, seed, step, t->size, told + 1);
    else
        upload_rows(t, split, seed, step);
    Backend *backend = t->problem.backend;
    backend->upload(backend, (size_t)(1 + rows) * sizeof *told, told, t->batch.told);
}

/* Calls that are the same for every step. */
static void make_batch(const Training *t)
{
    const Batch *batch = &t->batch;
    if (t->resident)
        resident_gather(t->resident, t->size, batch->told + 1, batch->tokens, model_input(t->model),
                        batch->labels);
}

static Pass pass_of(const Training *t, bool training, double *sums)
{
    return (Pass){.backend = t->problem.backend,
                  .training = training,
                  .tokens = t->batch.tokens,
                  .labels = t->batch.labels,
                  .sums = sums,
                  .noise = rng_stream(t->seed, 0, RNG_NOISE),
                  .step = t->batch.told};
}

static void start(Problem *problem, uint64_t seed)
{
    model_start(((Training *)problem)->model, rng_stream(seed, 0, RNG_INIT));
}

static void load(Problem *problem, int64_t step)
{
    Training *t = (Training *)problem;
    upload_batch(t, SPLIT_TRAIN, t->seed, step);
}

static void compute(Problem *problem, double *sums)
{
    Training *t = (Training *)problem;
    Pass pass = pass_of(t, true, sums);
    make_batch(t);
    model_zero_gradients(t->model);
    model_forward(t->model, &pass);
    model_backward(t->model, &pass);
}

static void gradient(Problem *problem, int64_t step, double *sums)
{
    load(problem, step);
    compute(problem, sums);
}

static Evaluation evaluate(Problem *problem, Split split, int64_t batches)
{
    Training *t = (Training *)problem;
    Backend *backend = problem->backend;
    double sums[HEAD_SUMS] = {0.0};
    int64_t all = data_batches(t->data, split, t->size);
    if (batches > 0 && batches < all) all = batches;
    backend->upload(backend, sizeof sums, sums, t->sums);
    for (int64_t step = 0; step < all; step++) {
        upload_batch(t, split, ~t->seed, step);
        Pass pass = pass_of(t, false, t->sums);
        make_batch(t);
        model_forward(t->model, &pass);
    }
    backend->download(backend, sizeof sums, t->sums, sums);
    return (Evaluation){.loss = sums[HEAD_LOSS] / sums[HEAD_ROWS],
                        .accuracy = sums[HEAD_CORRECT] / sums[HEAD_ROWS],
                        .rows = (int64_t)sums[HEAD_ROWS]};
}

static void training_free(Problem *problem)
{
    Training *t = (Training *)problem;
    Backend *backend = problem->backend;
    free(t->batch.host_tokens);
    free(t->batch.host_labels);
    free(t->batch.host_pixels);
    free(t->batch.host_told);
    backend->release(backend, t->batch.told);
    resident_free(t->resident);
    if (t->batch.tokens) backend->release(backend, t->batch.tokens);
    backend->release(backend, t->batch.labels);
    backend->release(backend, t->sums);
    free(t);
}

static void allocate(Training *t)
{
    Backend *backend = t->problem.backend;
    Batch *batch = &t->batch;
    batch->count = t->size * (t->data->is_text ? t->data->context : 1);
    size_t count = (size_t)batch->count, told = 1 + (size_t)t->size;
    batch->host_told = alloc_zeroed(told, sizeof *batch->host_told);
    batch->told = backend->alloc(backend, told * sizeof *batch->told);
    batch->host_labels = alloc_zeroed(count, sizeof *batch->host_labels);
    batch->labels = backend->alloc(backend, count * sizeof *batch->labels);
    t->sums = backend->alloc(backend, HEAD_SUMS * sizeof *t->sums);
    if (t->data->is_text) {
        batch->host_tokens = alloc_zeroed(count, sizeof *batch->host_tokens);
        batch->tokens = backend->alloc(backend, count * sizeof *batch->tokens);
    } else {
        size_t pixels = (size_t)matrix_count(model_input(t->model));
        batch->host_pixels = alloc_zeroed(pixels, sizeof *batch->host_pixels);
    }
}

static void require_fit(const Model *model, const Data *data, int64_t batch)
{
    Matrix input = model_input(model);
    bool model_is_of_text = !matrix_exists(input);
    if (model_is_of_text != data->is_text)
        die_usage("%s: these data are %s, but the model is one of %s", data->name,
                  data->is_text ? "text" : "images", model_is_of_text ? "text" : "images");
    int64_t pixels = batch * data->height * data->width;
    if (!data->is_text && (input.rows != pixels || input.cols != data->channels))
        die_usage("%s: a batch of %" PRId64 " images is %" PRId64 " pixels of %" PRId64
                  " channels, but the model takes %" PRId64 " of %" PRId64,
                  data->name, batch, pixels, data->channels, input.rows, input.cols);
}

Problem *problem_training(Backend *backend, Model *model, Data *data, int64_t batch, uint64_t seed)
{
    assert(batch > 0);
    require_fit(model, data, batch);
    Training *t = alloc_zeroed(1, sizeof *t);
    *t = (Training){.model = model, .data = data, .size = batch, .seed = seed};
    t->problem = (Problem){.name = data->name,
                           .backend = backend,
                           .parameters = model_parameters(model),
                           .optimum = data->entropy,
                           .start = start,
                           .gradient = gradient,
                           .load = load,
                           .compute = compute,
                           .evaluate = evaluate,
                           .free = training_free};
    allocate(t);
    t->resident = resident_create(backend, data);
    return &t->problem;
}
