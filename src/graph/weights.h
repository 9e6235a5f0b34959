/* Weights of the edges of a network and of its nodes for themselves.
 *
 * x_i ← self[i] x_i + Σ_e edge[e] x_from(e) over the in-edges of i. Sums run over senders in
 * ascending order with the node itself in its place, so they do not depend on the ranks. */
#ifndef GRAPH_WEIGHTS_H
#define GRAPH_WEIGHTS_H

#include "graph/digraph.h"

typedef enum {
    WEIGHTS_COLUMN,     /* columns add to 1: each sender shares out (1 − s_j) / out-degree */
    WEIGHTS_ROW,        /* rows add to 1: each receiver averages what it hears */
    WEIGHTS_METROPOLIS, /* both, for undirected networks: 1 / (1 + max of the two degrees) */
    WEIGHTS_KINDS
} WeightsKind;

typedef struct {
    double *self, *edge; /* nodes, edges */
} Weights;

/* self_weight: s_j in [0, 1); NAN: 1 / (1 + degree). Exit 2 for Metropolis on a directed network.
 * Free with weights_free(). */
Weights weights_create(WeightsKind kind, const Digraph *graph, double self_weight);
void weights_free(Weights *weights);

/* The right eigenvector of column weights, or the left one of row weights, to 1; adds to 1. */
void weights_perron(WeightsKind kind, const Digraph *graph, const Weights *weights, double *vector);

/* mixed (own nodes x width) = the rule above for a rank's nodes first … first + count − 1, from its
 * own values and what it heard (own in-edges x width). mixed may not be own. */
void weights_mix(const Digraph *graph, const Weights *weights, int64_t first, int64_t count,
                 int64_t width, const double *own, const double *heard, double *mixed);

/* The same for `width` numbers of longer messages: from the k-th in-edge was heard
 * heard[k * stride] … heard[k * stride + width − 1]. */
void weights_mix_part(const Digraph *graph, const Weights *weights, int64_t first, int64_t count,
                      int64_t width, const double *own, int64_t stride, const double *heard,
                      double *mixed);

#endif
