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
    /* questions of own runs, on a smaller network */
    const char *curve_data, *curve_model, *fitted_schedules, *unseen_schedules, *pair_schedules;
    int64_t curve_steps, curve_seeds, curve_evaluation_batches, unseen_times;
    int64_t delay_steps, delay_seeds, pair_steps, pair_seeds, end_seeds;
    const char *end_questions;
    const char *size_models;
    int64_t size_seeds;
    int64_t cycle_times, share_times;         /* the longest runs, in lengths of a fitted run */
    int64_t end_cycle_times, end_share_times; /* the same of own runs, which cost more */
    double memory; /* 1 / (1 - lambda) of the law as published, as a share of the fitted steps */
    /* the same questions of the exact recursion */
    const char *recursion_settings;
    int64_t recursion_steps;
    double recursion_rate;
    /* public curves */
    const char *laws, *public_models, *public_laws;
    /* forecasts of the ends of all these */
    int64_t forecast_resamples;
    double recursion_noise; /* of a log, as a share of the loss */
} Config;

extern Config config;
extern const CliOption study_options[];
extern const int study_option_count;
extern const ProgramOptions *frame; /* seed, data folder … */

/* A law that was fitted, and how well it does on the row's schedule. */
typedef struct {
    const char *name, *fitted; /* the variant; what it was fitted to */
    int64_t points, free, evaluations;
    double objective, lambda, r2, mae, relative, worst;
    double noise; /* of the run that it was judged on */
    double L0, A, alpha, C;
} LawCells;

/* One row of trials.csv. */
typedef struct {
    const char *study, *question, *data, *schedule;
    LawCells law;
    int64_t schedule_index, level_index, repeat, seed, parameters, tokens;
    double level, rate; /* rate: the peak */
    Outcome outcome;
    int64_t steps;
    double start_loss, train_loss, validation_loss, validation_accuracy, optimum;
    double measured, predicted;
    double low, high, inside, decay_known; /* forecasts; see README.md */
} Row;

/* One row of curves.csv. */
typedef struct {
    int64_t schedule_index, step;
    double rate, train_loss, validation_loss, predicted;
    double residual; /* filled in by curve_write() */
} CurveRow;

/* The tables, by their columns. */
enum { TRIALS, CURVES, TABLES };
extern const Columns study_tables[TABLES];

/* All factors "none" or 0, all measures NaN or 0. */
Row row_begin(const char *study);
void row_write(const Row *row, const StudyJob *job);
/* Of which nothing was measured, and why not. */
void row_write_without(Row row, Outcome outcome, const StudyJob *job);
void curve_write(const CurveRow *row, const StudyJob *job);

extern const Study study_schedules, study_runs, study_source, study_curves, study_delay,
    study_pairs, study_ends, study_recursion, study_printed, study_public, study_sizes,
    study_forecasts;

void data_inputs(const ProgramOptions *given, ManifestInputs *inputs);
void summarise(const ProgramOptions *given);

int schedule_main(int argc, char **argv);
int train_main(int argc, char **argv);

#endif
