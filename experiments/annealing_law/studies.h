/* The studies of annealing_law: configuration, rows, and what they share.
 *
 * A study is a grid of trials; a trial writes a row of trials.csv (NaN where a
 * column does not apply) and may write rows of curves.csv. What the columns mean
 * is in README.md beside this file. */
#ifndef ANNEALING_LAW_STUDIES_H
#define ANNEALING_LAW_STUDIES_H

#include "io/cli.h"
#include "trial/program.h"
#include "trial/study.h"
#include "trial/training_run.h"

typedef struct {
    const char *studies;
    int64_t shown_steps; /* schedules */
    /* runs, and the same on a source of known entropy */
    const char *run_data, *run_schedules, *source_data, *source_schedules;
    const char *run_model, *run_optimizer;
    int64_t run_steps, run_batch, run_records, run_evaluations, run_evaluation_batches, repeats;
    double run_rate;
} Config;

extern Config config;
extern const CliOption study_options[];
extern const int study_option_count;
extern const ProgramOptions *frame; /* seed, data folder … */

/* One row of trials.csv. */
typedef struct {
    const char *study, *data, *schedule;
    int64_t schedule_index, repeat, seed, parameters, tokens;
    double rate; /* the peak */
    Outcome outcome;
    int64_t steps;
    double start_loss, train_loss, validation_loss, validation_accuracy, optimum;
} Row;

extern const char trials_heading[], curves_heading[];

/* All factors "none" or 0, all measures NaN or 0. */
Row row_begin(const char *study);
void row_write(const Row *row, const StudyJob *job);
void curve_write(const TrainingRecord *record, const StudyJob *job);

extern const Study study_schedules, study_runs, study_source;

int data_inputs(const ProgramOptions *given, int room, ManifestInput inputs[]);
void summarise(const ProgramOptions *given);

int schedule_main(int argc, char **argv);
int train_main(int argc, char **argv);

#endif
