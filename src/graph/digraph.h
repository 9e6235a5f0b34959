/* A directed network: an edge (from → to) means that node `to` hears node `from`.
 *
 * No self-loops (every node hears itself anyway), no doubled edges; edges sorted by
 * (to, from). Nodes count from 0. */
#ifndef GRAPH_DIGRAPH_H
#define GRAPH_DIGRAPH_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t nodes, edges;
    int64_t *from, *to; /* edges */
    int64_t *first_in; /* nodes + 1: in-edges of node i are first_in[i] … first_in[i + 1] − 1 */
    int64_t *out_degree; /* nodes; without the node itself */
    double *position;    /* nodes x 2, in the unit square: for pictures */
    char *name;          /* the text it was made from */
    char **label;        /* nodes: their names in the file; NULL where they have numbers only */
    int64_t repaired;    /* edges that a geometric network got only to hold together */
} Digraph;

/* From "ring:nodes=20", "random:nodes=20,share=0.1", "file:path=edges.txt" …: see digraph_kinds.
 * seed: of the random kinds. Exit 2 with one sentence on a bad text, 1 on a bad file (file, line,
 * what was expected). Free with digraph_free(). */
Digraph *digraph_create(const char *text, uint64_t seed);
void digraph_free(Digraph *graph);

int digraph_kind_count(void);
const char *digraph_kind_name(int kind);
const char *digraph_kind_help(int kind);

/* From edges in any order, sorted and checked; takes no ownership. Repeated edges count once. */
Digraph *digraph_of(int64_t nodes, int64_t edges, const int64_t *from, const int64_t *to);

/* Exit 1 with one sentence, which begins with `where` and names the nodes that the largest strongly
 * connected part cannot reach or hear, unless every node reaches every other. */
void digraph_require_connected(const Digraph *graph, const char *where);

/* The graph with every edge in both directions. */
Digraph *digraph_undirected(const Digraph *graph);
bool digraph_is_undirected(const Digraph *graph);

/* Numbers the strongly connected components from 0; component (nodes) says which each node is in.
 * Returns how many there are. Tarjan 1972. */
int64_t digraph_components(const Digraph *graph, int64_t *component);

/* The rounds that news of node `source` takes to each node; −1: never gets there. */
void digraph_distances(const Digraph *graph, int64_t source, int64_t *distance);

/* The longest of the shortest ways; −1 where a node cannot reach another. */
int64_t digraph_diameter(const Digraph *graph);

/* What is known of a network. */
typedef struct {
    bool strongly_connected;
    int64_t components; /* strongly connected ones */
    int64_t *component; /* nodes: number of its component (caller frees) */
    int64_t diameter;   /* longest shortest path; −1 where not strongly connected */
    int64_t out_degree_least, out_degree_most, in_degree_least, in_degree_most;
    double imbalance; /* max over nodes of n π_i, π the Perron vector of the column-stochastic
                       * weights 1 / (1 + out-degree); 1 for balanced ones */
    double second_eigenvalue; /* |λ2| of these weights; NaN beyond 2000 nodes */
    double rounds_per_digit;  /* 1 / −log10 |λ2|; likewise */
} GraphFacts;
GraphFacts digraph_facts(const Digraph *graph);

#endif
