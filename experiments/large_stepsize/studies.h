/* The studies of large_stepsize: what they share.
 *
 * A study is a grid of trials; a trial writes one or more rows of trials.csv
 * (all of the same heading, NaN where a measure does not apply) and may write
 * rows of curves.csv. What `measured`, `predicted` and `level` mean for each
 * study is in README.md beside this file. */
#ifndef LARGE_STEPSIZE_STUDIES_H
#define LARGE_STEPSIZE_STUDIES_H

#include "base/rng.h"
#include "io/cli.h"
#include "solve/instance.h"
#include "solve/solve.h"
#include "trial/program.h"
#include "trial/study.h"

#include <math.h>
#include <stdint.h>

typedef struct {
    const char *studies;
    /* scaling, monotone, run */
    const char *scaling_sets, *scaling_methods, *run_sets, *run_methods, *run_large_methods;
    CliList scaling_lambdas, monotone_lambdas;
    double absolute_target, relative_target, run_lambda;
    int64_t max_steps;
    /* the critical step */
    const char *threshold_sets, *scale_sets;
    CliList threshold_lambdas, scale_lambdas;
    const char *first_hit_set;
    double first_hit_level;
    const char *bifurcation_set, *coexistence_set;
    double bifurcation_lambda, coexistence_lambda;
    int64_t bifurcation_rates, coexistence_rates, basin_points, search_sets;
    /* no regularisation */
    const char *budget_sets, *transition_sets, *separate_sets;
    int64_t budget_low, budget_high, transition_high;
    CliList imbalanced_rows;
    /* risk */
    const char *population;
    CliList population_rows, payoff_rows, payoff_noises;
    int64_t repeats, test_rows, risk_budget;
    double risk_factor;
    /* data that are not separable, real data, safe use */
    const char *nonseparable_sets;
    CliList nonseparable_levels;
    const char *real_sets, *real_methods, *large_sets, *large_methods;
    CliList real_lambdas, large_lambdas;
    int64_t real_max_steps, large_max_gradients;
    const char *separable_sets, *inseparable_sets;
    const char *safe_sets;
    CliList safe_levels;
    double safe_lambda;
    int64_t safe_max_steps;
} Config;

extern Config config;
extern const CliOption study_options[];
extern const int study_option_count;
extern const ProgramOptions *frame; /* seed, data folder … */

/* One row of trials.csv. */
typedef struct {
    const char *study, *set, *method;
    int64_t lambda_index, size, rate_index, level_index, repeat;
    double lambda, rate, level;
    Outcome outcome;
    int64_t steps, gradients, values, last_increase, increases;
    double value, gap, measured, predicted;
} Row;

/* The tables, by their columns. */
enum { TRIALS, CURVES, TABLES };
extern const Columns study_tables[TABLES];

/* All factors "none" or 0, all measures NaN or 0. */
Row row_begin(const char *study);
void row_result(Row *row, const SolveResult *result); /* fills outcome to gap, and rate */
/* What was counted in a run; NaN when it did not arrive: then it is its budget. */
double count_of(const SolveResult *result, int64_t count);
void row_write(const Row *row, const StudyJob *job);

/* A point of a curve; NaN where it does not apply. */
typedef struct {
    int64_t step;
    double rate, value, gap, sharpness, position;
} CurvePoint;
void curve_write(const CurvePoint *point, const StudyJob *job);

/* A study by the factors of its trials. */
typedef struct {
    const char *name;
    int64_t (*count)(void);
    void (*factors)(int64_t index, Row *row);  /* that name the trial */
    void (*run)(const StudyJob *job, Row row); /* begun, with these factors */
    double (*cost)(int64_t index);             /* expected seconds, roughly; may be NULL */
} Grid;

extern const Grid study_scaling, study_monotone, study_run;
extern const Grid study_threshold, study_critical_scale, study_blow_up, study_first_hit;
extern const Grid study_bifurcation, study_coexistence, study_coexistence_edge, study_basins;
extern const Grid study_search;
extern const Grid study_budget, study_transition, study_separate;
extern const Grid study_population, study_payoff;
extern const Grid study_nonseparable;
extern const Grid study_margin, study_real, study_large;
extern const Grid study_safe;

/* The stream of random data for a repeat: seeds 1 … repeats of the configuration. */
Rng data_stream(int64_t repeat, RngUse use);

/* The named set, its passes on the device of --device; NULL when its data are not on this
 * machine. */
Design *open_design(const char *set, Rng rng);

/* Opens set number `index` of a list of sets at lambda; NULL (after writing a row with
 * outcome absent) when its data are not on this machine. */
Instance *open_or_absent(const StudyJob *job, Row *row, double lambda, int needs);

/* The commonest grid: sets x lambdas, the lambda fastest. */
int64_t grid_count(const char *sets, const CliList *lambdas);
void grid_factors(int64_t index, const char *sets, const CliList *lambdas, Row *row);

/* Splits an index over three nested lists, the last one fastest. */
typedef struct {
    int64_t first, second, third;
} Nested;
Nested nested(int64_t index, int64_t second_count, int64_t third_count);

void summarise(const ProgramOptions *given);
void data_inputs(const ProgramOptions *given, ManifestInputs *inputs);
int advise_main(int argc, char **argv);

#endif
