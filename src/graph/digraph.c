#include "graph/digraph.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t to, from;
} Edge;

static int compare(const void *a, const void *b)
{
    const Edge *one = a, *other = b;
    if (one->to != other->to) return one->to < other->to ? -1 : 1;
    return (one->from > other->from) - (one->from < other->from);
}

/* Edges sorted by (to, from), each once; the caller frees. */
static Edge *sorted(int64_t *count, const int64_t *from, const int64_t *to)
{
    Edge *edge = alloc_zeroed((size_t)*count + 1, sizeof *edge);
    for (int64_t e = 0; e < *count; e++) edge[e] = (Edge){to[e], from[e]};
    qsort(edge, (size_t)*count, sizeof *edge, compare);
    int64_t kept = 0;
    for (int64_t e = 0; e < *count; e++)
        if (e == 0 || compare(&edge[e - 1], &edge[e])) edge[kept++] = edge[e];
    *count = kept;
    return edge;
}

static void place_on_circle(int64_t nodes, double *position)
{
    const double turn = 6.283185307179586;
    for (int64_t i = 0; i < nodes; i++) {
        double angle = turn * (double)i / (double)nodes;
        position[2 * i] = 0.5 + 0.5 * sin(angle);
        position[2 * i + 1] = 0.5 + 0.5 * cos(angle);
    }
}

static Digraph *digraph_empty(int64_t nodes, int64_t edges)
{
    Digraph *graph = alloc_zeroed(1, sizeof *graph);
    graph->nodes = nodes;
    graph->edges = edges;
    graph->from = alloc_zeroed((size_t)edges + 1, sizeof *graph->from);
    graph->to = alloc_zeroed((size_t)edges + 1, sizeof *graph->to);
    graph->first_in = alloc_zeroed((size_t)nodes + 1, sizeof *graph->first_in);
    graph->out_degree = alloc_zeroed((size_t)nodes, sizeof *graph->out_degree);
    graph->position = alloc_zeroed((size_t)(2 * nodes), sizeof *graph->position);
    graph->name = format_text("edges");
    place_on_circle(nodes, graph->position);
    return graph;
}

Digraph *digraph_of(int64_t nodes, int64_t edges, const int64_t *from, const int64_t *to)
{
    assert(nodes > 0 && edges >= 0);
    Edge *edge = sorted(&edges, from, to);
    Digraph *graph = digraph_empty(nodes, edges);
    for (int64_t e = 0; e < edges; e++) {
        assert(edge[e].from != edge[e].to);
        assert(edge[e].from >= 0 && edge[e].from < nodes && edge[e].to >= 0 && edge[e].to < nodes);
        graph->from[e] = edge[e].from;
        graph->to[e] = edge[e].to;
        graph->out_degree[edge[e].from]++;
        graph->first_in[edge[e].to + 1]++;
    }
    for (int64_t i = 0; i < nodes; i++) graph->first_in[i + 1] += graph->first_in[i];
    free(edge);
    return graph;
}

void digraph_free(Digraph *graph)
{
    if (!graph) return;
    for (int64_t i = 0; graph->label && i < graph->nodes; i++) free(graph->label[i]);
    free(graph->label);
    free(graph->name);
    free(graph->position);
    free(graph->out_degree);
    free(graph->first_in);
    free(graph->to);
    free(graph->from);
    free(graph);
}

static void copy_names(const Digraph *graph, Digraph *copy)
{
    memcpy(copy->position, graph->position, (size_t)(2 * graph->nodes) * sizeof *copy->position);
    free(copy->name);
    copy->name = format_text("%s", graph->name);
    copy->repaired = graph->repaired;
    if (!graph->label) return;
    copy->label = alloc_zeroed((size_t)graph->nodes, sizeof *copy->label);
    for (int64_t i = 0; i < graph->nodes; i++) copy->label[i] = format_text("%s", graph->label[i]);
}

Digraph *digraph_undirected(const Digraph *graph)
{
    int64_t count = graph->edges;
    size_t half = (size_t)count * sizeof(int64_t);
    int64_t *from = alloc_zeroed((size_t)(2 * count) + 1, sizeof *from);
    int64_t *to = alloc_zeroed((size_t)(2 * count) + 1, sizeof *to);
    memcpy(from, graph->from, half);
    memcpy(to, graph->to, half);
    memcpy(from + count, graph->to, half);
    memcpy(to + count, graph->from, half);
    Digraph *both = digraph_of(graph->nodes, 2 * count, from, to);
    copy_names(graph, both);
    free(to);
    free(from);
    return both;
}

bool digraph_is_undirected(const Digraph *graph)
{
    Digraph *both = digraph_undirected(graph);
    bool same = both->edges == graph->edges;
    digraph_free(both);
    return same;
}
