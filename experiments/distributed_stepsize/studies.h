/* The studies of distributed_stepsize: configuration, rows, and what they share.
 *
 * A study is a grid of trials; a trial writes a row of trials.csv (NaN where a column does not
 * apply) and may write rows of curves.csv and network.csv. What the columns mean is in README.md
 * beside this file. */
#ifndef DISTRIBUTED_STEPSIZE_STUDIES_H
#define DISTRIBUTED_STEPSIZE_STUDIES_H

#include "io/cli.h"
#include "network/observe.h"
#include "trial/program.h"
#include "trial/study.h"

typedef struct {
    const char *studies;
    int64_t repeats;
    double target, give_up;
    int64_t iterations; /* at most, of one run */
    /* runs on one kind of network; ratio= is added to the problem */
    const char *network, *problem;
    const char *ratios, *reading_ratios, *shared_problem, *coordinated_methods, *reading_methods,
        *shared_methods, *tracking_methods;
    const char *real_problems, *real_methods;
    /* cost */
    const char *cost_networks, *cost_methods;
    const char *cost_ratios;
    int64_t cost_repeats, cost_iterations;
    /* agreement, unbalanced, precision, faults: one coordination each */
    const char *agreement_networks, *agreement_nodes, *agreement_methods;
    int64_t agreement_repeats;
    const char *unbalanced_nodes, *unbalanced_levels;
    int64_t unbalanced_rounds;
    const char *precision_networks, *precision_nodes, *precision_methods;
    int64_t precision_repeats;
    const char *fault_networks, *fault_methods;
    int64_t fault_repeats;
    /* edge, divergence, refresh */
    const char *edge_safeties, *safeties, *filters, *divergence_rules;
    int64_t divergence_repeats;
    const char *refreshes, *refresh_ratios;
    /* network, location */
    const char *drawn_network, *location_methods;
    int64_t location_iterations;
    /* scale */
    const char *scale_network, *scale_problem, *scale_method;
    int64_t scale_iterations;
    const char *ranks_share; /* "nodes" or "trials" */
} Config;

extern Config config;
extern const CliOption study_options[];
extern const int study_option_count;
extern const ProgramOptions *frame; /* seed, data folder … */

/* One row of trials.csv. */
typedef struct {
    const char *study, *network, *problem, *method, *fault;
    int64_t nodes, edges, diameter, level_index, repeat, seed;
    double imbalance, level, safety, filter, rate;
    Outcome outcome;
    int64_t steps, gradients;
    Traffic traffic;
    Observation seen;
    double largest_rate; /* of all iterations that were logged or watched */
    double trusted, measured, predicted;
    bool failed, diverged, deceived; /* these and digits are filled in by row_write() */
    double digits;
} Row;

/* One row of curves.csv. */
typedef struct {
    int64_t step;
    Traffic traffic;
    Observation seen;
} CurveRow;

/* One row of network.csv: a node at x, y with its steps, or an edge from there. */
typedef struct {
    const char *kind;
    int64_t node;
    double x, y, to_x, to_y, rate, local_rate;
} NetworkRow;

/* The tables, by their columns. */
enum { TRIALS, CURVES, NETWORK, TABLES };
extern const Columns study_tables[TABLES];

/* All factors "none" or 0, all measures NaN or 0. */
Row row_begin(const char *study);
void row_write(const Row *row, const StudyJob *job);
/* Of which nothing was measured, and why not. */
void row_write_without(Row row, Outcome outcome, const StudyJob *job);
void curve_write(const CurveRow *row, const StudyJob *job);
void network_write(const NetworkRow *row, const StudyJob *job);

/* ---- a network, its links and a problem on it */

typedef struct {
    Digraph *graph;
    Links *links;
    LocalProblem *problem; /* NULL where there is none */
    MethodWorld of;
} World;

typedef enum { AS_IT_IS, BOTH_WAYS } Directions; /* every edge in both directions too */

/* problem: NULL for none. Fills the row's network, nodes … too. */
World world_open(const char *network, Directions directions, const char *problem, uint64_t seed,
                 Row *row);
void world_close(World *world);

/* Runs a method from the start, and writes its curve where records > 0; fills the row's results. */
typedef struct {
    const char *text;
    int64_t iterations, log_every; /* log_every 0: no curve */
    double target;
    bool watched; /* largest_rate is that of all iterations, without a curve too */
} Running;
Method *world_run(const World *world, const Running *running, const StudyJob *job, Row *row);

/* ---- indices of a grid, innermost first */

int64_t take(int64_t *index, int64_t size);
double number_item(const char *numbers, int64_t index);      /* of a list of numbers */
char *problem_with_ratio(const char *problem, double ratio); /* the caller frees */
uint64_t seed_of(int64_t repeat);

/* The data files of a problem, at most `room`; 0 where it has none. The caller frees the paths. */
int problem_files(const char *problem, int room, char *path[]);
bool problem_is_absent(const char *problem); /* one of them is missing */

/* ---- methods by the short names that the tables and claims use */

/* The whole text of an arm, with these numbers where it has them (NaN: its own). The caller
 * frees. Exit 2 with the known names on an unknown one. */
char *arm_text(const char *name, double safety, double filter, double rate);
bool arm_is_tuned(const char *name);
bool arm_wants_undirected(const char *name);

extern const Study study_network, study_coordinated, study_location, study_readings, study_shared,
    study_tracking, study_real, study_cost, study_agreement, study_unbalanced, study_precision,
    study_faults, study_edge, study_divergence, study_refresh, study_scale;

void data_inputs(const ProgramOptions *given, ManifestInputs *inputs);
void summarise(const ProgramOptions *given);

int plan_main(int argc, char **argv);

#endif
