/* D2: iterations, rounds and bytes to the target, constant steps tuned on a declared grid. */
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "network/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int64_t count(const Study *study)
{
    (void)study;
    return words_count(config.cost_networks) * words_count(config.cost_ratios) *
           words_count(config.cost_methods) * config.cost_repeats;
}

static Row begin(const StudyJob *job, char **network)
{
    int64_t index = job->index;
    Row row = row_begin("cost");
    row.method = words_item(config.cost_methods, take(&index, words_count(config.cost_methods)));
    row.repeat = take(&index, config.cost_repeats);
    row.level_index = take(&index, words_count(config.cost_ratios));
    row.level = number_item(config.cost_ratios, row.level_index);
    *network = words_item(config.cost_networks, index);
    row.network = *network;
    return row;
}

/* The tuned rate is part of the answer: its search costs nothing here, as its users would wish. */
static char *tuned_text(const World *world, Row *row)
{
    if (!arm_is_tuned(row->method)) return arm_text(row->method, NAN, NAN, NAN);
    char *text = arm_text(row->method, NAN, NAN, 0.0);
    char *stem = format_text("%.*s", (int)(strrchr(text, '=') + 1 - text), text);
    NetworkRun run = {
        .iterations = config.cost_iterations, .target = config.target, .give_up = config.give_up};
    SearchResult best = search_best_rate(stem, &run, &world->of);
    free(text);
    free(stem);
    row->rate = best.rate;
    return arm_text(row->method, NAN, NAN, best.rate);
}

static void run(const StudyJob *job)
{
    char *name, *problem;
    Row row = begin(job, &name);
    problem = problem_with_ratio(config.problem, row.level);
    Directions directions = arm_wants_undirected(row.method) ? BOTH_WAYS : AS_IT_IS;
    World world = world_open(name, directions, problem, seed_of(row.repeat), &row);
    char *text = tuned_text(&world, &row);
    Running running = {text, config.cost_iterations, row.repeat == 0 ? 1 : 0, config.target, false};
    method_free(world_run(&world, &running, job, &row));
    row.measured = observe_edge_bytes(&row.traffic, row.steps, row.edges);
    row_write(&row, job);
    world_close(&world);
    free(text);
    free(problem);
    free(name);
}

static void crashed(const StudyJob *job)
{
    char *name;
    Row row = begin(job, &name);
    row_write_without(row, OUTCOME_CRASHED, job);
    free(name);
}

const Study study_cost = {"cost", NULL, count, run, crashed, NULL};
