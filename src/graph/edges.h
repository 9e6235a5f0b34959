/* A network while it is being made: edges in any order, and where the nodes are drawn. */
#ifndef GRAPH_EDGES_H
#define GRAPH_EDGES_H

#include "base/rng.h"
#include "base/spec.h"
#include "graph/digraph.h"

typedef struct {
    int64_t nodes, count, capacity;
    int64_t *from, *to;
    double *position; /* nodes x 2; NULL: on a circle */
    char **label;     /* nodes; NULL: numbers only */
    int64_t repaired;
} Edges;

/* Self-loops are left out: generators need not ask. */
void edges_add(Edges *edges, int64_t from, int64_t to);
void edges_add_both(Edges *edges, int64_t one, int64_t other);
void edges_free(Edges *edges); /* what lies in it */

/* A row of the table of kinds: reads its keys, fills `nodes` and the edges. */
typedef struct {
    const char *name, *help;
    void (*make)(const Spec *spec, Rng *rng, Edges *edges);
} DigraphKind;

/* The key `nodes` in low … 20 000, else exit 2. */
int64_t edges_nodes(const Spec *spec, int64_t low);

void edges_ring(const Spec *spec, Rng *rng, Edges *edges);
void edges_bidirectional_ring(const Spec *spec, Rng *rng, Edges *edges);
void edges_star(const Spec *spec, Rng *rng, Edges *edges);
void edges_grid(const Spec *spec, Rng *rng, Edges *edges);
void edges_exponential(const Spec *spec, Rng *rng, Edges *edges);
void edges_complete(const Spec *spec, Rng *rng, Edges *edges);

void edges_random(const Spec *spec, Rng *rng, Edges *edges);
void edges_sparse(const Spec *spec, Rng *rng, Edges *edges);
void edges_unbalanced(const Spec *spec, Rng *rng, Edges *edges);
void edges_geometric(const Spec *spec, Rng *rng, Edges *edges);

void edges_file(const Spec *spec, Rng *rng, Edges *edges);

#endif
