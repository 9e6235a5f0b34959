/* A network that coordinates, for tests: made, run on values and freed together. */
#ifndef TESTS_TALK_H
#define TESTS_TALK_H

#include "base/die.h"
#include "base/rng.h"
#include "graph/coordination.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    Digraph *graph;
    Links *links;
    Coordination *coordination;
    Traffic learning;
} Talk;

static inline Talk talk_open(const char *coordination, const char *graph, uint64_t seed)
{
    Talk talk = {.graph = digraph_create(graph, seed)};
    talk.links = links_create(talk.graph->nodes, talk.graph->edges, talk.graph->from,
                              talk.graph->to, "neighbor");
    talk.coordination = coordination_create(coordination, talk.graph, talk.links, seed);
    talk.learning = links_traffic(talk.links);
    links_reset_traffic(talk.links);
    return talk;
}

static inline void talk_close(Talk *talk)
{
    coordination_free(talk->coordination);
    links_free(talk->links);
    digraph_free(talk->graph);
}

/* nodes x width normal numbers; the caller frees. */
static inline double *talk_values(const Talk *talk, int64_t width, uint64_t seed)
{
    double *values = alloc_zeroed((size_t)(talk->graph->nodes * width), sizeof *values);
    Rng rng = rng_stream(seed, 0, RNG_DATA);
    rng_fill_normal(&rng, talk->graph->nodes * width, 1.0, values);
    return values;
}

/* The mean of column k, in long double. */
static inline long double talk_mean(const Talk *talk, int64_t width, const double *values,
                                    int64_t k)
{
    long double sum = 0.0L;
    for (int64_t i = 0; i < talk->graph->nodes; i++) sum += values[i * width + k];
    return sum / (long double)talk->graph->nodes;
}

/* max over nodes and columns |result − mean| / max |value of the column|. */
static inline double talk_error(const Talk *talk, int64_t width, const double *values,
                                const double *result)
{
    double worst = 0.0;
    for (int64_t k = 0; k < width; k++) {
        long double mean = talk_mean(talk, width, values, k), largest = 0.0L;
        for (int64_t i = 0; i < talk->graph->nodes; i++)
            largest = fmaxl(largest, fabsl((long double)values[i * width + k]));
        for (int64_t i = 0; i < talk->graph->nodes; i++) {
            double error = (double)(fabsl(result[i * width + k] - mean) / largest);
            if (isnan(error) || error > worst) worst = error;
        }
    }
    return worst;
}

typedef struct {
    double error;
    CoordinationReport report;
} TalkResult;

/* The mean of three columns of normal numbers, once. */
static inline TalkResult talk_mean_error(Talk *talk)
{
    enum { WIDTH = 3 };
    double *values = talk_values(talk, WIDTH, 99);
    double *result = alloc_zeroed((size_t)(talk->graph->nodes * WIDTH), sizeof *result);
    TalkResult seen = {
        .report = coordination_run(talk->coordination, COORDINATE_MEAN, WIDTH, values, result)};
    seen.error = talk_error(talk, WIDTH, values, result);
    free(result);
    free(values);
    return seen;
}

#endif
