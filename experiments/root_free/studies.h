/* The studies of root_free: configuration, rows, and what they share.
 *
 * A study is a grid of trials. A row of trials.csv is one training run (or one measured
 * difference of the studies without training), so that a trial of a search writes many; NaN
 * where a column does not apply. What the columns mean is in README.md beside this file. */
#ifndef ROOT_FREE_STUDIES_H
#define ROOT_FREE_STUDIES_H

#include "io/cli.h"
#include "trial/program.h"
#include "trial/study.h"

typedef struct {
    const char *studies;
    /* search: every method on every task under every schedule with the same budget */
    const char *tasks;        /* of tasks.h: "cnn vit lm" */
    const char *schedules;    /* of the tasks that say none themselves */
    const char *methods;      /* of methods.h, in every task */
    const char *more_methods; /* searched as well, on the tasks named in more_tasks */
    const char *more_tasks;
    const char *matrix_methods; /* the same, with the tasks in matrix_tasks */
    const char *matrix_tasks;
    int64_t search_runs;  /* configurations that are drawn for each method */
    int64_t finalists;    /* so many of the best get more seeds before one is chosen; 1: none do */
    int64_t final_seeds;  /* so many more */
    int64_t report_seeds; /* fresh seeds of the best one */
    int64_t equal_seeds;  /* the same, on tasks that are asked whether methods are equal */
    double shorten;       /* of all tasks' steps: 1 as written */
    /* batch: the best rate for each size of batch */
    const char *batch_methods;
    int64_t batch_seeds;
    /* power: the exponent of the second moment */
    const char *power_methods;
    int64_t power_seeds;
    /* released: published settings under four kinds of state */
    const char *released_settings, *released_states;
    int64_t released_seeds, released_steps;
    /* stall: the mean square alone, no training */
    int64_t stall_steps;
    /* gap: tasks that were looked through for a gap between SGD and adaptive methods */
    const char *gap_tasks, *gap_methods;
    int64_t gap_runs, gap_seeds;
} Config;

extern Config config;
extern const CliOption study_options[];
extern const int study_option_count;
extern const ProgramOptions *frame; /* seed, data folder … */

/* Of batch times the running mean square, over all numbers that have one. NaN for methods
 * without. */
typedef struct {
    double low, median, high; /* deciles 1, 5, 9 */
    double moved;             /* share that is not where it started */
} Curvature;

/* One row of trials.csv. */
typedef struct {
    const char *study, *task, *schedule, *method;
    const char *setting; /* what else tells rows of a study apart: a change, a published setting */
    const char *role;    /* search, final, report, reused, grid, measure */
    int64_t configuration, rank; /* of a search or grid: its number; 0 is the best on validation */
    int64_t repeat, seed, batch;
    double power, level; /* level: a study's own factor, such as beta2 */
    int64_t level_index;
    const char *optimizer; /* spelled out */
    double rate;
    int64_t steps;
    Outcome outcome;
    double train_loss, validation_loss, validation_error, test_loss,
        test_error; /* errors: shares */
    Curvature curvature;
    double measured, predicted; /* studies without training */
} Row;

/* curves.csv, long: a number `value` of a trial's kind of curve at `x`. */
typedef struct {
    const char *kind, *setting,
        *method; /* "histogram": x = log10 of batch times mean square, value a share;
                  * "difference": x a step, value |W - W'| / |W|; "loss": x a step */
    double x, value;
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

extern const Study study_search, study_gap, study_batch, study_power, study_released, study_stall,
    study_exact;

void data_inputs(const ProgramOptions *given, ManifestInputs *inputs);
void summarise(const ProgramOptions *given);

int compare_main(int argc, char **argv);

#endif
