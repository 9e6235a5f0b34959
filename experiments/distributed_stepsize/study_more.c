/* The picture of a network, where uncoordinated steps end, steps refreshed now and then, and a
 * thousand nodes. */
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "comm/comm.h"
#include "network/search.h"

#include <math.h>
#include <stdlib.h>

/* ---- network: one run whose nodes and edges are drawn */

static int64_t one(const Study *study)
{
    (void)study;
    return 1;
}

static void write_node(const StudyJob *job, const World *world, const double *rates, int64_t i)
{
    const double *at = world->graph->position + 2 * i;
    network_write(
        &(NetworkRow){"node", i, at[0], at[1], NAN, NAN, rates[i], rates[world->graph->nodes + i]},
        job);
}

static void write_edge(const StudyJob *job, const World *world, int64_t e)
{
    const Digraph *graph = world->graph;
    const double *at = graph->position + 2 * graph->from[e],
                 *to = graph->position + 2 * graph->to[e];
    network_write(&(NetworkRow){"edge", e, at[0], at[1], to[0], to[1], NAN, NAN}, job);
}

static void network_run_study(const StudyJob *job)
{
    Row row = row_begin("network");
    row.method = "mean";
    row.level = number_item(config.reading_ratios, 0);
    char *problem = problem_with_ratio(config.problem, row.level);
    char *text = arm_text(row.method, NAN, NAN, NAN);
    World world = world_open(config.drawn_network, AS_IT_IS, problem, seed_of(0), &row);
    Running running = {text, config.iterations, 1, config.target, false};
    Method *method = world_run(&world, &running, job, &row);
    for (int64_t e = 0; e < world.graph->edges; e++) write_edge(job, &world, e);
    int64_t nodes = world.graph->nodes;
    double *rates = alloc_zeroed((size_t)(2 * nodes), sizeof *rates);
    comm_gather(nodes, 1, method_rates(method), rates);
    comm_gather(nodes, 1, method_local_rates(method), rates + nodes);
    for (int64_t i = 0; i < nodes; i++) write_node(job, &world, rates, i);
    free(rates);
    row_write(&row, job);
    method_free(method);
    world_close(&world);
    free(text);
    free(problem);
}

static void network_crashed(const StudyJob *job)
{
    row_write_without(row_begin(job->study->name), OUTCOME_CRASHED, job);
}

const Study study_network = {"network", NULL, one, network_run_study, network_crashed, NULL};

/* ---- location: uncoordinated steps to the end, against the weighted minimiser */

static int64_t location_count(const Study *study)
{
    (void)study;
    return words_count(config.reading_ratios) * words_count(config.location_methods) *
           config.repeats;
}

static Row location_begin(const StudyJob *job)
{
    int64_t index = job->index;
    Row row = row_begin("location");
    row.repeat = take(&index, config.repeats);
    row.method =
        words_item(config.location_methods, take(&index, words_count(config.location_methods)));
    row.level_index = index;
    row.level = number_item(config.reading_ratios, index);
    return row;
}

static void location_run(const StudyJob *job)
{
    Row row = location_begin(job);
    char *problem = problem_with_ratio(config.problem, row.level);
    char *text = arm_text(row.method, NAN, NAN, NAN);
    World world = world_open(config.network, AS_IT_IS, problem, seed_of(row.repeat), &row);
    Running running = {text, config.location_iterations, 0, 0.0, false};
    Method *method = world_run(&world, &running, job, &row);
    row.measured = search_weighted_error(method, &world.of);
    row_write(&row, job);
    method_free(method);
    world_close(&world);
    free(text);
    free(problem);
}

static void location_crashed(const StudyJob *job)
{
    row_write_without(location_begin(job), OUTCOME_CRASHED, job);
}

const Study study_location = {"location",       NULL, location_count, location_run,
                              location_crashed, NULL};

/* ---- refresh: the step coordinated every so many iterations */

static int64_t refresh_count(const Study *study)
{
    (void)study;
    return words_count(config.refreshes) * words_count(config.refresh_ratios) * config.repeats;
}

static Row refresh_begin(const StudyJob *job, double *ratio)
{
    int64_t index = job->index;
    Row row = row_begin("refresh");
    row.repeat = take(&index, config.repeats);
    row.level_index = take(&index, words_count(config.refreshes));
    row.level = number_item(config.refreshes, row.level_index);
    *ratio = number_item(config.refresh_ratios, index);
    row.method = "average_two_pass";
    return row;
}

static void refresh_run(const StudyJob *job)
{
    double ratio;
    Row row = refresh_begin(job, &ratio);
    char *problem = problem_with_ratio(config.problem, ratio);
    char *arm = arm_text(row.method, NAN, NAN, NAN);
    char *text = format_text("%s,refresh=%g", arm, row.level);
    World world = world_open(config.network, AS_IT_IS, problem, seed_of(row.repeat), &row);
    Running running = {text, config.iterations, 0, config.target, false};
    method_free(world_run(&world, &running, job, &row));
    row.measured = observe_step_share(&row.traffic, row.steps, row.diameter);
    row_write(&row, job);
    world_close(&world);
    free(text);
    free(arm);
    free(problem);
}

static void refresh_crashed(const StudyJob *job)
{
    double ratio;
    row_write_without(refresh_begin(job, &ratio), OUTCOME_CRASHED, job);
}

const Study study_refresh = {"refresh", NULL, refresh_count, refresh_run, refresh_crashed, NULL};

/* ---- scale: many nodes */

static void scale_run(const StudyJob *job)
{
    Row row = row_begin("scale");
    row.method = config.scale_method;
    char *text = arm_text(row.method, NAN, NAN, NAN);
    World world =
        world_open(config.scale_network, AS_IT_IS, config.scale_problem, seed_of(0), &row);
    Running running = {text, config.scale_iterations, 1, config.target, false};
    method_free(world_run(&world, &running, job, &row));
    row_write(&row, job);
    world_close(&world);
    free(text);
}

const Study study_scale = {"scale", NULL, one, scale_run, network_crashed, NULL};
