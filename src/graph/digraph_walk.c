/* Searches along the edges: reach, distance, strongly connected components. */
#include "graph/digraph_walk.h"

#include "base/die.h"

#include <stdlib.h>

OutEdges out_edges(const Digraph *graph)
{
    OutEdges out = {
        .first = alloc_zeroed((size_t)graph->nodes + 1, sizeof *out.first),
        .to = alloc_zeroed((size_t)graph->edges + 1, sizeof *out.to),
        .edge = alloc_zeroed((size_t)graph->edges + 1, sizeof *out.edge),
    };
    int64_t *next = alloc_zeroed((size_t)graph->nodes, sizeof *next);
    for (int64_t i = 0; i < graph->nodes; i++) {
        out.first[i + 1] = out.first[i] + graph->out_degree[i];
        next[i] = out.first[i];
    }
    for (int64_t e = 0; e < graph->edges; e++) {
        int64_t place = next[graph->from[e]]++;
        out.to[place] = graph->to[e];
        out.edge[place] = e;
    }
    free(next);
    return out;
}

void out_edges_free(OutEdges *out)
{
    free(out->first);
    free(out->to);
    free(out->edge);
}

/* queue: scratch of a number for each node. Returns how many nodes were reached; the last of them,
 * the farthest, ends the queue. */
static int64_t walk_from(const OutEdges *out, int64_t nodes, int64_t source, int64_t *queue,
                         int64_t *distance)
{
    int64_t head = 0, tail = 0;
    for (int64_t i = 0; i < nodes; i++) distance[i] = -1;
    distance[source] = 0;
    queue[tail++] = source;
    while (head < tail) {
        int64_t node = queue[head++];
        for (int64_t k = out->first[node]; k < out->first[node + 1]; k++) {
            if (distance[out->to[k]] >= 0) continue;
            distance[out->to[k]] = distance[node] + 1;
            queue[tail++] = out->to[k];
        }
    }
    return tail;
}

void digraph_distances(const Digraph *graph, int64_t source, int64_t *distance)
{
    OutEdges out = out_edges(graph);
    int64_t *queue = alloc_zeroed((size_t)graph->nodes, sizeof *queue);
    walk_from(&out, graph->nodes, source, queue, distance);
    free(queue);
    out_edges_free(&out);
}

int64_t digraph_diameter(const Digraph *graph)
{
    int64_t nodes = graph->nodes, longest = 0;
    OutEdges out = out_edges(graph);
    int64_t *queue = alloc_zeroed((size_t)(2 * nodes), sizeof *queue), *distance = queue + nodes;
    for (int64_t source = 0; source < nodes && longest >= 0; source++) {
        int64_t reached = walk_from(&out, nodes, source, queue, distance);
        int64_t farthest = distance[queue[reached - 1]];
        if (farthest > longest) longest = farthest;
        if (reached < nodes) longest = -1;
    }
    free(queue);
    out_edges_free(&out);
    return longest;
}

/* Tarjan's search without recursion: networks may be paths of thousands of nodes. */
typedef struct {
    OutEdges out;
    int64_t *number, *low; /* nodes: order of discovery from 1; the earliest one it leads back to */
    int64_t *next;         /* nodes: the out-edge to look at next */
    int64_t *path, depth;  /* the nodes that the search is inside of */
    int64_t *open, opened; /* found, and in no component yet */
    int64_t *component;    /* −1: none yet */
    int64_t found, components;
} Search;

static void enter(Search *search, int64_t node)
{
    search->number[node] = search->low[node] = ++search->found;
    search->next[node] = search->out.first[node];
    search->path[search->depth++] = node;
    search->open[search->opened++] = node;
}

static void leave(Search *search, int64_t node)
{
    search->depth--;
    if (search->depth > 0) {
        int64_t above = search->path[search->depth - 1];
        if (search->low[node] < search->low[above]) search->low[above] = search->low[node];
    }
    if (search->low[node] != search->number[node]) return;
    int64_t member = -1;
    while (member != node) {
        member = search->open[--search->opened];
        search->component[member] = search->components;
    }
    search->components++;
}

static void look(Search *search, int64_t node)
{
    int64_t seen = search->out.to[search->next[node]++];
    if (search->number[seen] == 0)
        enter(search, seen);
    else if (search->component[seen] < 0 && search->number[seen] < search->low[node])
        search->low[node] = search->number[seen];
}

int64_t digraph_components(const Digraph *graph, int64_t *component)
{
    size_t n = (size_t)graph->nodes;
    int64_t *memory = alloc_zeroed(5 * n, sizeof *memory);
    Search search = {
        .out = out_edges(graph),
        .number = memory,
        .low = memory + n,
        .next = memory + 2 * n,
        .path = memory + 3 * n,
        .open = memory + 4 * n,
        .component = component,
    };
    for (int64_t i = 0; i < graph->nodes; i++) component[i] = -1;
    for (int64_t i = 0; i < graph->nodes; i++) {
        if (search.number[i] == 0) enter(&search, i);
        while (search.depth > 0) {
            int64_t node = search.path[search.depth - 1];
            if (search.next[node] < search.out.first[node + 1])
                look(&search, node);
            else
                leave(&search, node);
        }
    }
    free(memory);
    out_edges_free(&search.out);
    return search.components;
}
