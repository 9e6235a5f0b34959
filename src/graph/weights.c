#include "graph/weights.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* What a node of that degree keeps for itself. */
static double kept(double self_weight, int64_t degree)
{
    if (degree == 0) return 1.0;
    return isnan(self_weight) ? 1.0 / (1.0 + (double)degree) : self_weight;
}

static int64_t in_degree(const Digraph *graph, int64_t node)
{
    return graph->first_in[node + 1] - graph->first_in[node];
}

static void share_out(const Digraph *graph, double self_weight, Weights *weights)
{
    for (int64_t i = 0; i < graph->nodes; i++)
        weights->self[i] = kept(self_weight, graph->out_degree[i]);
    for (int64_t e = 0; e < graph->edges; e++) {
        int64_t sender = graph->from[e];
        weights->edge[e] = (1.0 - weights->self[sender]) / (double)graph->out_degree[sender];
    }
}

static void take_means(const Digraph *graph, double self_weight, Weights *weights)
{
    for (int64_t i = 0; i < graph->nodes; i++)
        weights->self[i] = kept(self_weight, in_degree(graph, i));
    for (int64_t e = 0; e < graph->edges; e++) {
        int64_t receiver = graph->to[e];
        weights->edge[e] = (1.0 - weights->self[receiver]) / (double)in_degree(graph, receiver);
    }
}

/* Xiao & Boyd 2004. With a self-weight s: s I + (1 − s) times these. */
static void metropolis(const Digraph *graph, double self_weight, Weights *weights)
{
    if (!digraph_is_undirected(graph))
        die_usage("network '%s': Metropolis weights want an undirected one, where every edge has "
                  "its counterpart",
                  graph->name);
    double share = isnan(self_weight) ? 1.0 : 1.0 - self_weight;
    for (int64_t i = 0; i < graph->nodes; i++) weights->self[i] = 1.0;
    for (int64_t e = 0; e < graph->edges; e++) {
        int64_t one = graph->out_degree[graph->from[e]], other = graph->out_degree[graph->to[e]];
        weights->edge[e] = share / (1.0 + (double)(one > other ? one : other));
        weights->self[graph->to[e]] -= weights->edge[e];
    }
}

Weights weights_create(WeightsKind kind, const Digraph *graph, double self_weight)
{
    assert(isnan(self_weight) || (self_weight >= 0.0 && self_weight < 1.0));
    static void (*const make[WEIGHTS_KINDS])(const Digraph *, double, Weights *) = {
        [WEIGHTS_COLUMN] = share_out,
        [WEIGHTS_ROW] = take_means,
        [WEIGHTS_METROPOLIS] = metropolis,
    };
    Weights weights = {
        .self = alloc_zeroed((size_t)graph->nodes, sizeof *weights.self),
        .edge = alloc_zeroed((size_t)graph->edges + 1, sizeof *weights.edge),
    };
    make[kind](graph, self_weight, &weights);
    return weights;
}

void weights_free(Weights *weights)
{
    free(weights->self);
    free(weights->edge);
}

/* One node: the senders below it, itself, the senders above. */
static void mix_node(const Digraph *graph, const Weights *weights, int64_t node, int64_t width,
                     int64_t stride, const double *own, const double *heard, double *mixed)
{
    int64_t e = graph->first_in[node], end = graph->first_in[node + 1];
    for (int64_t k = 0; k < width; k++) mixed[k] = 0.0;
    for (; e < end && graph->from[e] < node; e++, heard += stride)
        for (int64_t k = 0; k < width; k++) mixed[k] += weights->edge[e] * heard[k];
    for (int64_t k = 0; k < width; k++) mixed[k] += weights->self[node] * own[k];
    for (; e < end; e++, heard += stride)
        for (int64_t k = 0; k < width; k++) mixed[k] += weights->edge[e] * heard[k];
}

void weights_mix_part(const Digraph *graph, const Weights *weights, int64_t first, int64_t count,
                      int64_t width, const double *own, int64_t stride, const double *heard,
                      double *mixed)
{
    for (int64_t i = 0; i < count; i++) {
        int64_t before = graph->first_in[first + i] - graph->first_in[first];
        mix_node(graph, weights, first + i, width, stride, own + i * width, heard + before * stride,
                 mixed + i * width);
    }
}

void weights_mix(const Digraph *graph, const Weights *weights, int64_t first, int64_t count,
                 int64_t width, const double *own, const double *heard, double *mixed)
{
    weights_mix_part(graph, weights, first, count, width, own, width, heard, mixed);
}
