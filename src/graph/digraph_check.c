/* What is wrong with a network, in words. */
#include "base/die.h"
#include "graph/digraph.h"

#include <inttypes.h>
#include <stdlib.h>

enum { NAMED_MOST = 8 };

static char *label_of(const Digraph *graph, int64_t node)
{
    return graph->label ? format_text("%s", graph->label[node]) : format_text("%" PRId64, node);
}

/* "3, 7, 12 and 5 more": the nodes at which `distance` is −1; "" where there are none. */
static char *unreached(const Digraph *graph, const int64_t *distance)
{
    char *list = format_text("%s", "");
    int64_t count = 0;
    for (int64_t i = 0; i < graph->nodes; i++) {
        if (distance[i] >= 0 || count++ >= NAMED_MOST) continue;
        char *label = label_of(graph, i);
        char *longer = format_text("%s%s%s", list, *list ? ", " : "", label);
        free(label);
        free(list);
        list = longer;
    }
    if (count <= NAMED_MOST) return list;
    char *whole = format_text("%s and %" PRId64 " more", list, count - NAMED_MOST);
    free(list);
    return whole;
}

/* A node of the largest component, the earliest of equal ones. */
static int64_t core_of(const Digraph *graph, const int64_t *component)
{
    int64_t *size = alloc_zeroed((size_t)graph->nodes, sizeof *size), core = 0;
    for (int64_t i = 0; i < graph->nodes; i++) size[component[i]]++;
    for (int64_t i = 1; i < graph->nodes; i++)
        if (size[component[i]] > size[component[core]]) core = i;
    free(size);
    return core;
}

static _Noreturn void complain(const Digraph *graph, const char *where, int64_t core)
{
    int64_t *distance = alloc_zeroed((size_t)graph->nodes, sizeof *distance);
    digraph_distances(graph, core, distance);
    char *deaf = unreached(graph, distance);
    Digraph *reversed = digraph_of(graph->nodes, graph->edges, graph->to, graph->from);
    digraph_distances(reversed, core, distance);
    char *mute = unreached(graph, distance);
    char *name = label_of(graph, core);
    const char *both = *deaf && *mute ? "; " : "";
    die("%s: the network is not strongly connected: seen from the largest connected part (with "
        "node %s), %s%s%s%s%s; add edges so that every node can reach every other",
        where, name, *deaf ? "nothing gets to node " : "", deaf, both,
        *mute ? "nothing comes from node " : "", mute);
}

void digraph_require_connected(const Digraph *graph, const char *where)
{
    int64_t *component = alloc_zeroed((size_t)graph->nodes, sizeof *component);
    int64_t components = digraph_components(graph, component);
    int64_t core = core_of(graph, component);
    free(component);
    if (components > 1) complain(graph, where, core);
}
