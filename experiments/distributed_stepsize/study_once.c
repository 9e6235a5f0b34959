/* D3, D4, D5, D8: single coordinations of one number for each node, against the truth. */
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "network/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a coordination is asked for: the texts behind the short names. */
static const char *const kinds[][2] = {
    {"flood", "flood"},
    /* A damaged message may keep it from ever stopping. */
    {"stopping", "stopping:windows=2000"},
    {"hankel", "hankel"},
    {"hankel_light", "hankel:self=0.05"},
    {"hankel_checked", "hankel_checked"},
    {"finite_field", "finite_field"},
    {"sundaram", "sundaram"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const char *kind_text(const char *name)
{
    for (int k = 0; k < KINDS; k++)
        if (!strcmp(kinds[k][0], name)) return kinds[k][1];
    die_usage("no coordination is called '%s' here", name);
}

/* Network kind and its size as one text: "ring:nodes=20", "random:share=0.1,nodes=20". */
static char *network_of(const char *kind, int64_t nodes)
{
    return format_text("%s%cnodes=%lld", kind, strchr(kind, ':') ? ',' : ':', (long long)nodes);
}

static void fill(Row *row, const CoordinationMeasure *measure)
{
    row->traffic = measure->running;
    row->seen.error = measure->error;
    row->seen.rates_equal = measure->equal;
    row->trusted = measure->trusted;
    row->outcome = OUTCOME_SPENT;
}

/* Closes what world_open() opened after the row is written. */
static void measure(const StudyJob *job, Row *row, const char *network, const Damage *damage)
{
    const char *kind = row->network;
    World world = world_open(network, AS_IT_IS, NULL, (uint64_t)row->seed, row);
    CoordinationMeasure found = measure_coordination(kind_text(row->method), world.graph,
                                                     world.links, (uint64_t)row->seed, damage);
    fill(row, &found);
    row->network = kind;
    row->measured = (double)found.running.rounds;
    row->predicted = found.cost.rounds;
    row_write(row, job);
    world_close(&world);
}

/* ---- agreement and precision: network x nodes x method x repeat */

typedef struct {
    const char *const *networks, *const *nodes, *const *methods;
    const int64_t *repeats;
} Grid;

static int64_t grid_count_of(const Study *study)
{
    const Grid *grid = study->context;
    return words_count(*grid->networks) * words_count(*grid->nodes) * words_count(*grid->methods) *
           *grid->repeats;
}

static Row grid_begin(const StudyJob *job)
{
    const Grid *grid = job->study->context;
    int64_t index = job->index;
    Row row = row_begin(job->study->name);
    row.repeat = take(&index, *grid->repeats);
    row.method = words_item(*grid->methods, take(&index, words_count(*grid->methods)));
    row.level_index = take(&index, words_count(*grid->nodes));
    row.nodes = (int64_t)number_item(*grid->nodes, row.level_index);
    row.network = words_item(*grid->networks, index);
    row.seed = (int64_t)seed_of(row.repeat);
    return row;
}

static void grid_run(const StudyJob *job)
{
    Row row = grid_begin(job);
    char *network = network_of(row.network, row.nodes);
    measure(job, &row, network, NULL);
    free(network);
}

static void grid_crashed(const StudyJob *job)
{
    row_write_without(grid_begin(job), OUTCOME_CRASHED, job);
}

static const Grid agreement = {&config.agreement_networks, &config.agreement_nodes,
                               &config.agreement_methods, &config.agreement_repeats},
                  precision = {&config.precision_networks, &config.precision_nodes,
                               &config.precision_methods, &config.precision_repeats};
const Study study_agreement = {"agreement", &agreement,   grid_count_of,
                               grid_run,    grid_crashed, NULL};
const Study study_precision = {"precision", &precision,   grid_count_of,
                               grid_run,    grid_crashed, NULL};

/* ---- faults: network x method x damage x repeat */

typedef struct {
    const char *name;
    Damage damage;
} Fault;

static const Fault faults[] = {{"none", {0, 0}}, {"lost", {1, 0}}, {"quantised", {0, 16}}};
enum { FAULTS = sizeof faults / sizeof *faults };

static int64_t faults_count(const Study *study)
{
    (void)study;
    return words_count(config.fault_networks) * words_count(config.fault_methods) * FAULTS *
           config.fault_repeats;
}

static Row faults_begin(const StudyJob *job, const Fault **fault)
{
    int64_t index = job->index;
    Row row = row_begin("faults");
    row.repeat = take(&index, config.fault_repeats);
    *fault = &faults[take(&index, FAULTS)];
    row.fault = (*fault)->name;
    row.method = words_item(config.fault_methods, take(&index, words_count(config.fault_methods)));
    row.network = words_item(config.fault_networks, index);
    row.seed = (int64_t)seed_of(row.repeat);
    return row;
}

static void faults_run(const StudyJob *job)
{
    const Fault *fault;
    Row row = faults_begin(job, &fault);
    char *network = format_text("%s", row.network);
    measure(job, &row, network, strcmp(fault->name, "none") ? &fault->damage : NULL);
    free(network);
}

static void faults_crashed(const StudyJob *job)
{
    const Fault *fault;
    row_write_without(faults_begin(job, &fault), OUTCOME_CRASHED, job);
}

const Study study_faults = {"faults", NULL, faults_count, faults_run, faults_crashed, NULL};
