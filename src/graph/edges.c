#include "graph/edges.h"

#include "base/die.h"
#include "graph/keys.h"

#include <stdlib.h>

enum { NODES_MOST = 20000 };

void edges_add(Edges *edges, int64_t from, int64_t to)
{
    if (from == to) return;
    if (edges->count == edges->capacity) {
        edges->capacity = edges->capacity ? 2 * edges->capacity : 64;
        size_t room = (size_t)edges->capacity;
        edges->from = alloc_resized(edges->from, room, sizeof *edges->from);
        edges->to = alloc_resized(edges->to, room, sizeof *edges->to);
    }
    edges->from[edges->count] = from;
    edges->to[edges->count++] = to;
}

void edges_add_both(Edges *edges, int64_t one, int64_t other)
{
    edges_add(edges, one, other);
    edges_add(edges, other, one);
}

void edges_free(Edges *edges)
{
    free(edges->from);
    free(edges->to);
    free(edges->position);
    for (int64_t i = 0; edges->label && i < edges->nodes; i++) free(edges->label[i]);
    free(edges->label);
}

int64_t edges_nodes(const Spec *spec, int64_t low)
{
    return key_int(spec, "nodes", 20, low, NODES_MOST);
}
