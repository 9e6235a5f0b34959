#include "base/die.h"
#include "compute/general.h"
#include "graph/weights.h"

#include <math.h>
#include <stdlib.h>

static int64_t diameter(const Digraph *graph)
{
    int64_t *distance = alloc_zeroed((size_t)graph->nodes, sizeof *distance), longest = 0;
    for (int64_t source = 0; source < graph->nodes; source++) {
        digraph_distances(graph, source, distance);
        for (int64_t i = 0; i < graph->nodes; i++)
            if (distance[i] > longest) longest = distance[i];
    }
    free(distance);
    return longest;
}

static void count_degrees(const Digraph *graph, GraphFacts *facts)
{
    facts->out_degree_least = facts->in_degree_least = graph->nodes;
    for (int64_t i = 0; i < graph->nodes; i++) {
        int64_t out = graph->out_degree[i], in = graph->first_in[i + 1] - graph->first_in[i];
        if (out < facts->out_degree_least) facts->out_degree_least = out;
        if (out > facts->out_degree_most) facts->out_degree_most = out;
        if (in < facts->in_degree_least) facts->in_degree_least = in;
        if (in > facts->in_degree_most) facts->in_degree_most = in;
    }
}

/* The modulus of the largest eigenvalue of P − v 1ᵀ: P's own, its 1 replaced by 0. */
static double second_eigenvalue(const Digraph *graph, const Weights *weights, const double *perron)
{
    int64_t n = graph->nodes;
    double *P = alloc_zeroed((size_t)(n * n), sizeof *P);
    double *values = alloc_zeroed((size_t)(2 * n), sizeof *values), largest = 0.0;
    for (int64_t e = 0; e < graph->edges; e++)
        P[graph->to[e] * n + graph->from[e]] = weights->edge[e];
    for (int64_t i = 0; i < n; i++) P[i * n + i] = weights->self[i];
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) P[i * n + j] -= perron[i];
    general_eigenvalues(n, P, values, values + n);
    for (int64_t i = 0; i < n; i++) largest = fmax(largest, hypot(values[i], values[n + i]));
    free(values);
    free(P);
    return largest > 1e-14 ? largest : 0.0; /* rounding of n values below 1 */
}

static void study_walk(const Digraph *graph, GraphFacts *facts)
{
    int64_t n = graph->nodes;
    Weights weights = weights_create(WEIGHTS_COLUMN, graph, NAN);
    double *perron = alloc_zeroed((size_t)n, sizeof *perron);
    weights_perron(WEIGHTS_COLUMN, graph, &weights, perron);
    for (int64_t i = 0; i < n; i++)
        facts->imbalance = fmax(facts->imbalance, (double)n * perron[i]);
    facts->second_eigenvalue = second_eigenvalue(graph, &weights, perron);
    facts->rounds_per_digit = -1.0 / log10(facts->second_eigenvalue);
    free(perron);
    weights_free(&weights);
}

GraphFacts digraph_facts(const Digraph *graph)
{
    GraphFacts facts = {
        .component = alloc_zeroed((size_t)graph->nodes, sizeof *facts.component),
        .diameter = -1,
        .imbalance = NAN,
        .second_eigenvalue = NAN,
        .rounds_per_digit = NAN,
    };
    facts.components = digraph_components(graph, facts.component);
    facts.strongly_connected = facts.components == 1;
    count_degrees(graph, &facts);
    if (!facts.strongly_connected) return facts;
    facts.diameter = diameter(graph);
    facts.imbalance = 0.0;
    study_walk(graph, &facts);
    return facts;
}
