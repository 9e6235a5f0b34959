/* What a run of `train` says: what was found, what it would take, how it ended. */
#include "train.h"

#include "base/die.h"
#include "compute/blas.h"

#include <inttypes.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_data(const Data *data)
{
    const char *what = data->is_text ? "tokens" : "images";
    printf("data       %s: ", data->name);
    if (data->count[SPLIT_TRAIN] >= DATA_ENDLESS)
        printf("endless");
    else
        printf("%" PRId64 " %s for training, %" PRId64 " for validation, %" PRId64 " for testing",
               data->count[SPLIT_TRAIN], what, data->count[SPLIT_VALIDATION],
               data->count[SPLIT_TEST]);
    printf("; %" PRId64 " kinds", data->classes);
    if (!isnan(data->entropy)) printf("; entropy %.4f nats a token", data->entropy);
    printf("\n");
}

static double tokens_seen(const TrainOptions *options, const Data *data)
{
    return (double)options->steps * (double)options->batch * (double)data->context;
}

static void print_machine(const Setup *setup)
{
    int threads = omp_get_max_threads();
    printf("machine    %s, %d thread%s, %s\n", setup->backend->name, threads,
           threads == 1 ? "" : "s", blas_init());
}

void train_print_found(const TrainOptions *options, const Setup *setup)
{
    const Data *data = setup->data;
    print_data(data);
    printf("model      %s: %" PRId64 " parameters\n", options->model,
           parameters_count(model_parameters(setup->model)));
    printf("optimizer  %s\n",
           setup->optimizer ? optimizer_text(setup->optimizer) : options->optimizer);
    printf("schedule   %s\n", schedule_text(setup->schedule));
    printf("run        %" PRId64 " steps of %" PRId64 " x %" PRId64 ": %.3g %s, %.3g per parameter",
           options->steps, options->batch, data->context, tokens_seen(options, data),
           data->is_text ? "tokens" : "images",
           tokens_seen(options, data) / (double)parameters_count(model_parameters(setup->model)));
    if (data->count[SPLIT_TRAIN] < DATA_ENDLESS)
        printf(", %.3g passes", tokens_seen(options, data) / (double)data->count[SPLIT_TRAIN]);
    printf("\n");
    print_machine(setup);
    fflush(stdout);
}

static void print_bytes(const char *purpose, int64_t bytes)
{
    printf("%12.3f MB  %s\n", (double)bytes / 1e6, purpose);
}

/* Text lies in memory a byte a token, once. */
static int64_t data_bytes(const Data *data)
{
    if (!data->is_text || data->count[SPLIT_TRAIN] >= DATA_ENDLESS) return 0;
    int64_t bytes = 0;
    for (int split = 0; split < SPLITS; split++) bytes += data->count[split];
    return bytes;
}

void train_print_dry_run(const TrainOptions *options, const Setup *setup)
{
    train_print_found(options, setup);
    ModelMemory memory = model_memory(setup->model);
    int64_t state = optimizer_state_bytes(options->optimizer, model_parameters(setup->model));
    int64_t text = data_bytes(setup->data);
    printf("memory\n");
    print_bytes("parameters", memory.parameters);
    print_bytes("gradients", memory.gradients);
    print_bytes("optimizer state", state);
    print_bytes("activations", memory.activations);
    print_bytes("scratch", memory.scratch);
    if (text) print_bytes("text", text);
    print_bytes("in all", memory.parameters + memory.gradients + state + memory.activations +
                              memory.scratch + text);
    double flops = model_flops(setup->model);
    printf("work       %.4g floating-point operations a step, %.4g in all\n", flops,
           flops * (double)options->steps);
    printf("dry run: nothing was run, nothing written\n");
}

/* The last validation loss there is. */
static const TrainingRecord *last_evaluated(const TrainLog *history)
{
    for (int64_t k = history->count - 1; k >= 0; k--)
        if (!isnan(history->record[k].validation_loss)) return &history->record[k];
    return NULL;
}

void train_print_end(const TrainOptions *options, const TrainLog *history)
{
    const TrainingRecord *last = &history->record[history->count - 1],
                         *evaluated = last_evaluated(history);
    if (isfinite(last->train_loss))
        printf("step %" PRId64 ": training loss %.4f", last->step, last->train_loss);
    else
        printf("diverged: the training loss is no longer finite at step %" PRId64
               "; a smaller --rate or a longer warm-up may help",
               last->step);
    if (evaluated && isfinite(last->train_loss))
        printf(", validation loss %.4f (%.4f bits)", evaluated->validation_loss,
               evaluated->validation_loss / log(2.0));
    printf(" → %s\nfigure: make figure LOG=%s\n", options->log, options->log);
}
