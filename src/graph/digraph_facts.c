#include "base/die.h"
#include "compute/general.h"
#include "graph/weights.h"

#include <math.h>
#include <stdlib.h>

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

enum { DENSE_MOST = 2000, ROUNDS_MOST = 100000 }; /* nodes of dense matrices: n³ operations */

/* max n π_i of a large network, by y ← P y from 1 until it rests; NaN where it does not. */
static double walk_imbalance(const Digraph *graph)
{
    size_t n = (size_t)graph->nodes, edges = (size_t)graph->edges;
    double *own = alloc_zeroed(2 * n + edges, sizeof *own), *mixed = own + n, *heard = mixed + n;
    double change = INFINITY, largest = 1.0;
    Weights weights = weights_create(WEIGHTS_COLUMN, graph, NAN);
    for (size_t i = 0; i < n; i++) own[i] = 1.0;
    for (int round = 0; round < ROUNDS_MOST && change > 1e-12 * largest; round++) {
        for (size_t e = 0; e < edges; e++) heard[e] = own[graph->from[e]];
        weights_mix(graph, &weights, 0, graph->nodes, 1, own, heard, mixed);
        change = largest = 0.0;
        for (size_t i = 0; i < n; i++) {
            change = fmax(change, fabs(mixed[i] - own[i]));
            largest = fmax(largest, mixed[i]);
            own[i] = mixed[i];
        }
    }
    weights_free(&weights);
    free(own);
    return change > 1e-12 * largest ? NAN : largest;
}

static void study_walk(const Digraph *graph, GraphFacts *facts)
{
    int64_t n = graph->nodes;
    if (n > DENSE_MOST) {
        facts->imbalance = walk_imbalance(graph);
        return;
    }
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
    facts.diameter = digraph_diameter(graph);
    facts.imbalance = 0.0;
    study_walk(graph, &facts);
    return facts;
}
