/* The out-edges of every node: what searches along the edges need. */
#ifndef GRAPH_DIGRAPH_WALK_H
#define GRAPH_DIGRAPH_WALK_H

#include "graph/digraph.h"

typedef struct {
    int64_t *first; /* nodes + 1: out-neighbours of i are to[first[i]] … to[first[i + 1] − 1] */
    int64_t *to;    /* ascending for each node */
    int64_t *edge;  /* the number of that edge in the graph's list */
} OutEdges;

OutEdges out_edges(const Digraph *graph);
void out_edges_free(OutEdges *out);

#endif
