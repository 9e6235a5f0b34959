/* Opening a network with a problem on it, and running a method there. */
#include "studies.h"

#include "base/die.h"
#include "base/grid.h"
#include "base/number.h"
#include "base/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static Digraph *both_ways(Digraph *graph)
{
    Digraph *twice = digraph_undirected(graph);
    digraph_free(graph);
    return twice;
}

World world_open(const char *network, Directions directions, const char *problem, uint64_t seed,
                 Row *row)
{
    World world = {.graph = digraph_create(network, seed)};
    if (directions == BOTH_WAYS) world.graph = both_ways(world.graph);
    const Digraph *graph = world.graph;
    world.links = links_create(graph->nodes, graph->edges, graph->from, graph->to, "neighbor");
    if (problem) world.problem = local_create(problem, graph->nodes, frame->data, seed);
    world.of = (MethodWorld){graph, world.links, world.problem, seed};

    GraphFacts facts = digraph_facts(graph);
    row->network = network;
    row->problem = problem ? problem : "none";
    row->seed = (int64_t)seed;
    row->nodes = graph->nodes;
    row->edges = graph->edges;
    row->diameter = facts.diameter;
    row->imbalance = facts.imbalance;
    free(facts.component);
    return world;
}

void world_close(World *world)
{
    local_free(world->problem);
    links_free(world->links);
    digraph_free(world->graph);
}

typedef struct {
    const StudyJob *job;
    bool writes;
    double largest_rate;
} Watch;

static void record(void *context, int64_t iteration, const Traffic *traffic,
                   const Observation *seen)
{
    Watch *watch = context;
    watch->largest_rate = fmax(watch->largest_rate, seen->rate_largest);
    if (!watch->writes || !grid_thinned(iteration)) return;
    curve_write(&(CurveRow){iteration, *traffic, *seen}, watch->job);
}

Method *world_run(const World *world, const Running *running, const StudyJob *job, Row *row)
{
    links_reset_traffic(world->links);
    Method *method = method_create(running->text, &world->of);
    Watch watch = {job, running->log_every > 0, 0.0};
    NetworkRun run = {.iterations = running->iterations,
                      .target = running->target,
                      .give_up = config.give_up,
                      .log_every = watch.writes       ? running->log_every
                                   : running->watched ? 1
                                                      : running->iterations,
                      .context = &watch,
                      .record = record};
    NetworkResult result = network_run(&run, method, &world->of);
    row->outcome = result.outcome;
    row->steps = result.iterations;
    row->traffic = result.outcome == OUTCOME_REACHED ? result.at_target : result.traffic;
    row->gradients = method_gradients(method);
    row->seen = result.last;
    row->trusted = method_trusted(method);
    row->largest_rate = watch.largest_rate;
    return method;
}

int64_t take(int64_t *index, int64_t size)
{
    int64_t digit = *index % size;
    *index /= size;
    return digit;
}

double number_item(const char *numbers, int64_t index)
{
    char *word = words_item(numbers, index);
    double number;
    if (!number_real(word, &number)) die_usage("expected a list of numbers, not '%s'", word);
    free(word);
    return number;
}

char *problem_with_ratio(const char *problem, double ratio)
{
    return format_text("%s%cratio=%.17g", problem, strchr(problem, ':') ? ',' : ':', ratio);
}

uint64_t seed_of(int64_t repeat) { return (uint64_t)(frame->seed + repeat); }
