#include "graph/mixing.h"

#include "base/die.h"
#include "base/rng.h"
#include "graph/coordination_kinds.h"

#include <stdlib.h>
#include <string.h>

Mixing mixing_begin(const Digraph *graph, Links *links, double self_weight)
{
    return (Mixing){
        .graph = graph,
        .links = links,
        .weights = weights_create(WEIGHTS_COLUMN, graph, self_weight),
        .diameter = coordination_diameter(graph),
        .first = links_first(links),
        .count = links_count(links),
    };
}

void mixing_end(Mixing *mixing) { weights_free(&mixing->weights); }

void mixing_round(const Mixing *mixing, int64_t width, double *own, double *heard, double *mixed)
{
    links_round(mixing->links, width, own, heard);
    weights_mix(mixing->graph, &mixing->weights, mixing->first, mixing->count, width, own, heard,
                mixed);
    memcpy(own, mixed, (size_t)(mixing->count * width) * sizeof *own);
}

void mixing_run(const Mixing *mixing, int64_t rounds, int64_t width, const double *values,
                MixingListener *listener, void *context)
{
    size_t numbers = (size_t)(mixing->count * width);
    size_t messages = (size_t)(links_edge_count(mixing->links) * width);
    double *own = alloc_zeroed(2 * numbers + messages + 1, sizeof *own);
    double *mixed = own + numbers, *heard = mixed + numbers;
    memcpy(own, values, numbers * sizeof *own);
    listener(context, 0, width, own);
    for (int64_t round = 1; round <= rounds; round++) {
        mixing_round(mixing, width, own, heard, mixed);
        listener(context, round, width, own);
    }
    free(own);
}

typedef struct {
    int64_t count, terms;
    double *heard;
} Probe;

static void keep(void *context, int64_t round, int64_t width, const double *own)
{
    const Probe *probe = context;
    for (int64_t i = 0; i < probe->count; i++)
        memcpy(probe->heard + (i * probe->terms + round) * width, own + i * width,
               (size_t)width * sizeof *own);
}

double *mixing_probe(const Mixing *mixing, uint64_t seed, int64_t channels, int64_t terms)
{
    int64_t width = channels + 1;
    double *start = alloc_zeroed((size_t)(mixing->count * width) + 1, sizeof *start);
    for (int64_t i = 0; i < mixing->count; i++) {
        Rng rng = rng_stream(seed, (uint32_t)(mixing->first + i), RNG_NOISE);
        rng_fill_normal(&rng, channels, 1.0, start + i * width);
        start[i * width + channels] = 1.0;
    }
    Probe probe = {mixing->count, terms,
                   alloc_zeroed((size_t)(mixing->count * terms * width) + 1, sizeof(double))};
    mixing_run(mixing, terms - 1, width, start, keep, &probe);
    free(start);
    return probe.heard;
}
