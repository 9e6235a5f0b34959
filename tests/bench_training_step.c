/* Training steps on request, so that bench_training can take turns with a peer.
 *
 *   bench_training_step MODEL BATCH CLASSES SIDE [DEVICE PRECISION]
 *
 * SIDE x SIDE pixels of one channel; 0: text. Where the device has recordings, a step is one.
 * Says one line when the model stands: "FLOPS COMPUTED OF_STATE", operations of a step and the
 * bytes that the program itself computes, and those of them that are the optimizer's. Then a line
 * "STEPS THREADS" on stdin is answered by the seconds of that many whole steps (zero gradients,
 * forward, backward, AdamW) on the same batch; "0 0" by the peak of memory in bytes, without what
 * was there before the model. */
#include "base/clock.h"
#include "base/die.h"
#include "compute/blas.h"
#include "model/model.h"
#include "optim/optimizer.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define OPTIMIZER "adamw:beta1=0.9,beta2=0.95,decay=0.1"

typedef struct {
    Backend *backend;
    Model *model;
    Optimizer *optimizer;
    Pass pass;
    int64_t steps;
    bool has_run;
    void *recording; /* of a step's calls, from the second on */
} Training;

static double peak_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1024.0 * (double)usage.ru_maxrss;
}

/* Random numbers below `classes`, in backend memory. */
static int32_t *draw_classes(Backend *backend, int64_t count, int64_t classes, uint64_t use)
{
    int32_t *host = alloc_zeroed((size_t)count, sizeof *host);
    Rng rng = rng_stream(1, use, RNG_DATA);
    for (int64_t i = 0; i < count; i++) host[i] = (int32_t)rng_below(&rng, (uint64_t)classes);
    int32_t *memory = backend->alloc(backend, (size_t)count * sizeof *host);
    backend->upload(backend, (size_t)count * sizeof *host, host, memory);
    free(host);
    return memory;
}

static void draw_pixels(Backend *backend, Matrix input)
{
    int64_t count = matrix_count(input);
    double *normal = alloc_zeroed((size_t)count, sizeof *normal);
    real *host = alloc_zeroed((size_t)count, sizeof *host);
    Rng rng = rng_stream(1, 3, RNG_DATA);
    rng_fill_normal(&rng, count, 1.0, normal);
    for (int64_t i = 0; i < count; i++) host[i] = (real)normal[i];
    backend->upload(backend, (size_t)count * sizeof *host, host, input.data);
    free(normal);
    free(host);
}

static Training training_create(Backend *backend, const char *spec, const ModelTask *task)
{
    Training training = {.backend = backend, .model = model_create(backend, spec, task, true)};
    bool is_text = task->height == 0;
    int64_t rows = task->batch * (is_text ? model_context(spec) : 1);
    model_start(training.model, rng_stream(1, 0, RNG_INIT));
    training.optimizer = optimizer_create(OPTIMIZER, backend, model_parameters(training.model));
    training.pass = (Pass){
        .backend = backend,
        .training = true,
        .tokens = is_text ? draw_classes(backend, rows, task->classes, 1) : NULL,
        .labels = draw_classes(backend, rows, task->classes, 2),
        .sums = backend->alloc(backend, HEAD_SUMS * sizeof(double)),
        .noise = rng_stream(1, 4, RNG_DATA),
    };
    if (!is_text) draw_pixels(backend, model_input(training.model));
    return training;
}

static void call_step(Training *training)
{
    model_zero_gradients(training->model);
    model_forward(training->model, &training->pass);
    model_backward(training->model, &training->pass);
    optimizer_apply(training->optimizer);
}

static void take_step(Training *training)
{
    Backend *backend = training->backend;
    optimizer_prepare(training->optimizer, 1e-3);
    if (!backend->record || !training->has_run || !optimizer_is_steady(training->optimizer)) {
        call_step(training);
        training->has_run = true;
        return;
    }
    if (!training->recording) {
        backend->record(backend);
        call_step(training);
        training->recording = backend->recorded(backend);
    }
    backend->replay(backend, training->recording);
}

static double run_steps(Training *training, int64_t steps)
{
    double sums[HEAD_SUMS], start = clock_s();
    for (int64_t k = 0; k < steps; k++) take_step(training);
    training->backend->download(training->backend, sizeof sums, training->pass.sums, sums);
    return clock_s() - start;
}

static void answer(Training *training, double before)
{
    char line[256];
    long steps;
    int threads;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%ld %d", &steps, &threads) != 2) die("what is '%s'?", line);
        if (threads > 0) omp_set_num_threads(threads);
        printf("%.9g\n", steps > 0 ? run_steps(training, steps) : peak_bytes() - before);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    if (argc != 5 && argc != 7)
        die_usage("usage: bench_training_step MODEL BATCH CLASSES SIDE [DEVICE PRECISION]");
    blas_init();
    int64_t side = strtol(argv[4], NULL, 10);
    ModelTask task = {.batch = strtol(argv[2], NULL, 10), .classes = strtol(argv[3], NULL, 10)};
    if (side > 0) task.height = task.width = side, task.channels = 1;
    Backend *backend = argc == 7 ? backend_open_with(argv[5], argv[6]) : backend_cpu();
    double before = peak_bytes();
    Training training = training_create(backend, argv[1], &task);
    ModelMemory memory = model_memory(training.model);
    int64_t state = optimizer_state_bytes(OPTIMIZER, model_parameters(training.model));
    int64_t bytes = memory.parameters + memory.gradients + memory.activations + memory.scratch;
    printf("%.9g %ld %ld\n", model_flops(training.model), (long)(bytes + state), (long)state);
    fflush(stdout);
    answer(&training, before);
    return 0;
}
