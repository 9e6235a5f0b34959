#include "graph/flood_plan.h"

#include "base/die.h"
#include "graph/coordination_kinds.h"

#include <stdlib.h>
#include <string.h>

/* A value's way over an edge: is it sent in the round after `from` first heard it? */
static bool is_carried(const FloodPlan *plan, int64_t edge, int64_t value)
{
    int64_t n = plan->nodes, from = plan->graph->from[edge], to = plan->graph->to[edge];
    return value != to && !(plan->reverse[edge] &&
                            plan->distance[to * n + value] < plan->distance[from * n + value]);
}

static void find_distances(FloodPlan *plan)
{
    int64_t n = plan->nodes;
    int64_t *distance = alloc_zeroed((size_t)n, sizeof *distance);
    plan->diameter = coordination_diameter(plan->graph);
    plan->distance = alloc_zeroed((size_t)(n * n), sizeof *plan->distance);
    for (int64_t value = 0; value < n; value++) {
        digraph_distances(plan->graph, value, distance);
        for (int64_t i = 0; i < n; i++) plan->distance[i * n + value] = (int32_t)distance[i];
    }
    free(distance);
}

/* A counting sort of each node's values by distance. */
static void find_layers(FloodPlan *plan)
{
    int64_t n = plan->nodes, layers = plan->diameter + 2;
    plan->order = alloc_zeroed((size_t)(n * n), sizeof *plan->order);
    plan->layer = alloc_zeroed((size_t)(n * layers), sizeof *plan->layer);
    int32_t *next = alloc_zeroed((size_t)layers, sizeof *next);
    for (int64_t i = 0; i < n; i++) {
        int32_t *first = plan->layer + i * layers, *order = plan->order + i * n;
        const int32_t *distance = plan->distance + i * n;
        for (int64_t value = 0; value < n; value++) first[distance[value] + 1]++;
        for (int64_t k = 1; k < layers; k++) first[k] += first[k - 1];
        memcpy(next, first, (size_t)layers * sizeof *next);
        for (int64_t value = 0; value < n; value++) order[next[distance[value]]++] = (int32_t)value;
    }
    free(next);
}

static void find_reverse(FloodPlan *plan)
{
    const Digraph *graph = plan->graph;
    plan->reverse = alloc_zeroed((size_t)graph->edges, sizeof *plan->reverse);
    for (int64_t e = 0; e < graph->edges; e++)
        for (int64_t k = graph->first_in[graph->from[e]]; k < graph->first_in[graph->from[e] + 1];
             k++)
            plan->reverse[e] |= graph->from[k] == graph->to[e];
}

void flood_plan_each(const FloodPlan *plan, int64_t round, int64_t edge, FloodVisit *visit,
                     void *context)
{
    int64_t from = plan->graph->from[edge];
    const int32_t *first = plan->layer + from * (plan->diameter + 2) + round;
    for (int32_t k = first[0]; k < first[1]; k++) {
        int64_t value = plan->order[from * plan->nodes + k];
        if (is_carried(plan, edge, value)) visit(context, edge, value);
    }
}

static void count_one(void *context, int64_t edge, int64_t value)
{
    (void)edge, (void)value;
    ++*(int64_t *)context;
}

static void find_words(FloodPlan *plan, const Links *links)
{
    int64_t edges = plan->graph->edges, first = links_first_edge(links);
    plan->words = alloc_zeroed((size_t)(plan->diameter * edges), sizeof *plan->words);
    for (int64_t round = 0; round < plan->diameter; round++) {
        int64_t sent = 0, heard = 0, *words = plan->words + round * edges;
        for (int64_t e = 0; e < edges; e++) {
            flood_plan_each(plan, round, e, count_one, &words[e]);
            plan->values += (double)words[e];
            plan->messages += words[e] > 0;
            if (e >= first && e < first + links_edge_count(links)) heard += words[e];
        }
        for (int64_t k = 0; k < plan->own_out; k++) sent += words[plan->out[k]];
        if (sent > plan->most_sent) plan->most_sent = sent;
        if (heard > plan->most_heard) plan->most_heard = heard;
    }
}

static void find_out(FloodPlan *plan, const Links *links)
{
    const Digraph *graph = plan->graph;
    int64_t first = links_first(links), count = links_count(links);
    plan->out = alloc_zeroed((size_t)graph->edges, sizeof *plan->out);
    for (int64_t e = 0; e < graph->edges; e++)
        if (graph->from[e] >= first && graph->from[e] < first + count)
            plan->out[plan->own_out++] = e;
}

FloodPlan flood_plan_open(const Digraph *graph, const Links *links)
{
    FloodPlan plan = {.graph = graph, .nodes = graph->nodes};
    find_distances(&plan);
    find_layers(&plan);
    find_reverse(&plan);
    find_out(&plan, links);
    find_words(&plan, links);
    return plan;
}

void flood_plan_close(FloodPlan *plan)
{
    free(plan->distance);
    free(plan->order);
    free(plan->layer);
    free(plan->reverse);
    free(plan->words);
    free(plan->out);
}
