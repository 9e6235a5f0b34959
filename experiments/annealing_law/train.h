/* The verb `train`: what its files share.
 *
 * A run leaves two files: the log (CSV) and, beside it, a checkpoint. The same command goes
 * on from the checkpoint; a finished run is not run again. */
#ifndef ANNEALING_LAW_TRAIN_H
#define ANNEALING_LAW_TRAIN_H

#include "setup.h"
#include "trial/training_run.h"

#include <stdbool.h>

typedef struct {
    const char *data, *log, *checkpoint, *model, *optimizer, *schedule, *folder, *device,
        *precision;
    int64_t steps, seed, batch, log_every, evaluate_every, evaluation_batches, threads;
    double rate, save_every;
    bool resume, fresh, dry_run, quiet;
} TrainOptions;

/* ---- train_log.c: step,rate,train_loss,validation_loss,validation_accuracy,gradient_norm */
typedef struct {
    int64_t count, room;
    TrainingRecord *record;
} TrainLog;

void train_log_add(TrainLog *log, const TrainingRecord *record);
void train_log_write(const TrainLog *log, const char *path);
/* The rows up to `step`, the last one being that step's; none for step 0, whose record is made
 * anew. Ends the program where they are not there. */
TrainLog train_log_read(const char *path, int64_t step);

/* ---- train_run.c: returns the exit code. configuration: "name = value" lines. */
int train_run(const TrainOptions *options, const Setup *setup, const char *configuration);

/* ---- train_report.c */
void train_print_found(const TrainOptions *options, const Setup *setup);
void train_print_dry_run(const TrainOptions *options, const Setup *setup);
void train_print_end(const TrainOptions *options, const TrainLog *history);

#endif
