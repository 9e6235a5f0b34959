#include "base/die.h"
#include "graph/weights.h"

#include <stdlib.h>
#include <string.h>

/* step[i * n + j]: the chance that a walk goes from i to j. Column weights share out what i has;
 * row weights are read backwards, where the left eigenvector is wanted. */
static double *walk(WeightsKind kind, const Digraph *graph, const Weights *weights)
{
    int64_t n = graph->nodes;
    double *step = alloc_zeroed((size_t)(n * n), sizeof *step);
    for (int64_t e = 0; e < graph->edges; e++) {
        int64_t from = graph->from[e], to = graph->to[e];
        step[kind == WEIGHTS_ROW ? to * n + from : from * n + to] = weights->edge[e];
    }
    return step;
}

/* Takes node k out of the walk among 0 … k: what went through it goes directly. */
static void take_out(int64_t n, int64_t k, double *step)
{
    const double *from_k = step + k * n;
    double leaving = 0.0;
    for (int64_t j = 0; j < k; j++) leaving += from_k[j];
    for (int64_t i = 0; i < k; i++) {
        double into = step[i * n + k] /= leaving;
        if (into == 0.0) continue;
        for (int64_t j = 0; j < k; j++) step[i * n + j] += into * from_k[j];
    }
}

/* Grassmann, Taksar & Heyman 1985: no subtraction, so each entry is right to a few units in its
 * last place times n, the smallest ones too. The network must be strongly connected. */
void weights_perron(WeightsKind kind, const Digraph *graph, const Weights *weights, double *vector)
{
    int64_t n = graph->nodes;
    double *step = walk(kind, graph, weights), sum = 1.0;
    for (int64_t k = n - 1; k > 0; k--) take_out(n, k, step);
    vector[0] = 1.0;
    for (int64_t k = 1; k < n; k++) {
        vector[k] = 0.0;
        for (int64_t i = 0; i < k; i++) vector[k] += vector[i] * step[i * n + k];
        sum += vector[k];
    }
    for (int64_t i = 0; i < n; i++) vector[i] /= sum;
    free(step);
}
