/* Rounds of y ← P y in doubles, and what a node hears of probes that it learns from. */
#ifndef GRAPH_MIXING_H
#define GRAPH_MIXING_H

#include "comm/links.h"
#include "graph/weights.h"

typedef struct {
    const Digraph *graph;
    Links *links;
    Weights weights; /* column weights */
    int64_t diameter;
    int64_t first, count; /* own nodes */
} Mixing;

/* self_weight as in weights_create(). Free with mixing_end(). */
Mixing mixing_begin(const Digraph *graph, Links *links, double self_weight);
void mixing_end(Mixing *mixing);

/* own nodes x width; the others are scratch: own in-edges x width, own nodes x width. */
void mixing_round(const Mixing *mixing, int64_t width, double *own, double *heard, double *mixed);

/* Called on the own nodes x width numbers before the first round and after each. */
typedef void MixingListener(void *context, int64_t round, int64_t width, const double *own);
void mixing_run(const Mixing *mixing, int64_t rounds, int64_t width, const double *values,
                MixingListener *listener, void *context);

/* `channels` runs at once from normal numbers and one from ones, x, the last channel: for each own
 * node terms x (channels + 1), in terms − 1 rounds. The caller frees. */
double *mixing_probe(const Mixing *mixing, uint64_t seed, int64_t channels, int64_t terms);

#endif
