#include "comm/links.h"

#include "base/die.h"
#include "comm/comm.h"
#include "comm/links_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int64_t *copy_of(int64_t count, const int64_t *numbers)
{
    int64_t *copy = alloc_zeroed((size_t)count, sizeof *copy);
    if (count) memcpy(copy, numbers, (size_t)count * sizeof *copy);
    return copy;
}

static void check(const Links *links)
{
    for (int64_t e = 0; e < links->edges; e++) {
        int64_t from = links->from[e], to = links->to[e];
        assert(from >= 0 && from < links->nodes && to >= 0 && to < links->nodes && from != to);
        assert(e == 0 || to > links->to[e - 1] ||
               (to == links->to[e - 1] && from > links->from[e - 1]));
    }
}

/* Sorted by (to, from), so that the in-edges of a block of nodes lie together. */
static void find_own(Links *links)
{
    comm_share(links->nodes, &links->first, &links->count);
    while (links->first_edge < links->edges && links->to[links->first_edge] < links->first)
        links->first_edge++;
    for (int64_t e = links->first_edge; e < links->edges; e++)
        links->edge_count += links->to[e] < links->first + links->count;
}

Links *links_create(int64_t nodes, int64_t edges, const int64_t *from, const int64_t *to,
                    const char *transport)
{
    Links *links = alloc_zeroed(1, sizeof *links);
    links->nodes = nodes;
    links->edges = edges;
    links->from = copy_of(edges, from);
    links->to = copy_of(edges, to);
    check(links);
    find_own(links);
    links_route(links, transport);
    return links;
}

void links_free(Links *links)
{
    if (!links) return;
    links_unroute(links);
    free(links->from);
    free(links->to);
    free(links);
}

int64_t links_nodes(const Links *links) { return links->nodes; }
int64_t links_edges(const Links *links) { return links->edges; }
int64_t links_first(const Links *links) { return links->first; }
int64_t links_count(const Links *links) { return links->count; }
int64_t links_first_edge(const Links *links) { return links->first_edge; }
int64_t links_edge_count(const Links *links) { return links->edge_count; }

void links_set_fault(Links *links, LinksFault *fault, void *context)
{
    links->fault = fault;
    links->context = context;
}

int64_t links_lost(const Links *links)
{
    int ranks = comm_ranks();
    double own = (double)links->lost, sum = 0.0;
    double *all = alloc_zeroed((size_t)ranks, sizeof *all);
    comm_gather(ranks, 1, &own, all);
    for (int rank = 0; rank < ranks; rank++) sum += all[rank];
    free(all);
    return (int64_t)sum;
}

Traffic links_traffic(const Links *links) { return links->traffic; }
void links_reset_traffic(Links *links) { links->traffic = (Traffic){0}; }
