#include "base/die.h"
#include "base/named.h"
#include "graph/edges.h"

#include <stdlib.h>
#include <string.h>

static const DigraphKind kinds[] = {
    {"ring", "nodes=20: i hears i - 1", edges_ring},
    {"bidirectional_ring", "nodes=20: i and i + 1 hear each other", edges_bidirectional_ring},
    {"star", "nodes=20,ring=0: node 0 and every other hear each other; ring=1: and a ring",
     edges_star},
    {"grid", "nodes=20, or rows=4,columns=5: neighbours hear each other", edges_grid},
    {"random", "nodes=20,share=0.1: a cycle through all nodes, every other edge with chance share",
     edges_random},
    {"sparse", "nodes=20: random with share = 2 / nodes", edges_sparse},
    {"exponential", "nodes=20: i + 1, i + 2, i + 4, … hear i", edges_exponential},
    {"geometric",
     "nodes=20,radius=…,directed=0: points in a square that hear those within the radius; "
     "directed=1: each node has a range of its own, 0.5 to 1.5 of it",
     edges_geometric},
    {"unbalanced",
     "nodes=20,pull=0.5,back=1: a ring; `back` times, each node with chance pull is heard by a "
     "lower one too",
     edges_unbalanced},
    {"complete", "nodes=20: everybody hears everybody", edges_complete},
    {"file", "path=FILE[,nodes=N]: an edge FROM TO on every line", edges_file},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

int digraph_kind_count(void) { return KINDS; }
const char *digraph_kind_name(int kind) { return kinds[kind].name; }
const char *digraph_kind_help(int kind) { return kinds[kind].help; }

Digraph *digraph_create(const char *text, uint64_t seed)
{
    Spec *spec = spec_parse(text);
    const DigraphKind *kind = named_row("network", spec_kind(spec), KINDS, sizeof *kinds, kinds);
    Edges edges = {0};
    Rng rng = rng_stream(seed, 0, RNG_SPLIT);
    kind->make(spec, &rng, &edges);
    spec_done(spec);

    Digraph *graph = digraph_of(edges.nodes, edges.count, edges.from, edges.to);
    free(graph->name);
    graph->name = format_text("%s", text);
    graph->repaired = edges.repaired;
    graph->label = edges.label;
    edges.label = NULL;
    if (edges.position)
        memcpy(graph->position, edges.position, (size_t)(2 * edges.nodes) * sizeof(double));
    edges_free(&edges);
    spec_free(spec);
    return graph;
}
