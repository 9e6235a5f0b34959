#include "base/die.h"
#include "base/named.h"
#include "comm/comm.h"
#include "comm/links_private.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name;
    bool collective;
} Transport;

static const Transport transports[] = {{"neighbor", true}, {"pairs", false}};

static bool is_own(const Links *links, int64_t node)
{
    return node >= links->first && node < links->first + links->count;
}

static void list_out_edges(Links *links)
{
    links->out_edge = alloc_zeroed((size_t)links->edges, sizeof *links->out_edge);
    links->twin = alloc_zeroed((size_t)links->edge_count, sizeof *links->twin);
    for (int64_t e = 0; e < links->edges; e++) {
        int64_t own = e - links->first_edge;
        bool is_heard = own >= 0 && own < links->edge_count,
             is_sent = is_own(links, links->from[e]);
        if (is_heard) links->twin[own] = is_sent ? links->out_count : -1;
        if (is_sent) links->out_edge[links->out_count++] = e;
    }
    links->sent_at = alloc_zeroed((size_t)links->out_count, sizeof *links->sent_at);
    links->heard_at = alloc_zeroed((size_t)links->edge_count, sizeof *links->heard_at);
}

/* peer[rank]: is it one? Of what a rank hears or of what it sends. */
typedef struct {
    bool *source, *target;
    bool *has_source, *has_target; /* ranks: of every rank */
} Peers;

/* A neighbourhood collective in which a rank has nobody on one side fails in several libraries
 * (Open MPI issues 2402 and 14452), so then all ranks form a ring of empty messages besides. */
static void add_ring(Peers *peers)
{
    int ranks = comm_ranks(), rank = comm_rank();
    bool lonely = false;
    for (int k = 0; k < ranks; k++) lonely |= !peers->has_source[k] || !peers->has_target[k];
    if (!lonely) return;
    peers->source[(rank + ranks - 1) % ranks] = true;
    peers->target[(rank + 1) % ranks] = true;
}

static Peers find_peers(Links *links)
{
    size_t ranks = (size_t)comm_ranks();
    Peers peers = {alloc_zeroed(ranks, 1), alloc_zeroed(ranks, 1), alloc_zeroed(ranks, 1),
                   alloc_zeroed(ranks, 1)};
    for (int64_t e = 0; e < links->edges; e++) {
        int from = comm_owner(links->nodes, links->from[e]);
        int to = comm_owner(links->nodes, links->to[e]);
        if (from == to) continue;
        links->far_edges++;
        peers.has_target[from] = peers.has_source[to] = true;
        if (from == comm_rank()) peers.target[to] = true;
        if (to == comm_rank()) peers.source[from] = true;
    }
    add_ring(&peers);
    return peers;
}

static int by_number(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* The edges that this side shares with `peer`, and their senders without repeats. */
static void add_peer(Side *side, const Links *links, int peer, bool hears)
{
    int at = side->peers++;
    int64_t edges = side->first_edge[at], first = side->first_node[at], nodes = first;
    for (int64_t e = 0; e < links->edges; e++) {
        int64_t mine = hears ? links->to[e] : links->from[e];
        int64_t other = hears ? links->from[e] : links->to[e];
        if (!is_own(links, mine) || comm_owner(links->nodes, other) != peer) continue;
        side->edge[edges++] = e;
        side->node[nodes++] = links->from[e];
    }
    qsort(side->node + first, (size_t)(nodes - first), sizeof *side->node, by_number);
    int64_t kept = first;
    for (int64_t k = first; k < nodes; k++)
        if (kept == first || side->node[kept - 1] != side->node[k])
            side->node[kept++] = side->node[k];
    side->rank[at] = peer;
    side->first_edge[at + 1] = edges;
    side->first_node[at + 1] = kept;
}

static Side make_side(const Links *links, const bool *is_peer, bool hears)
{
    size_t ranks = (size_t)comm_ranks(), edges = (size_t)links->edges;
    Side side = {.rank = alloc_zeroed(ranks, sizeof *side.rank),
                 .first_node = alloc_zeroed(ranks + 1, sizeof *side.first_node),
                 .node = alloc_zeroed(edges, sizeof *side.node),
                 .first_edge = alloc_zeroed(ranks + 1, sizeof *side.first_edge),
                 .edge = alloc_zeroed(edges, sizeof *side.edge),
                 .count = alloc_zeroed(ranks, sizeof *side.count),
                 .start = alloc_zeroed(ranks, sizeof *side.start)};
    for (int rank = 0; rank < (int)ranks; rank++)
        if (is_peer && is_peer[rank]) add_peer(&side, links, rank, hears);
    return side;
}

static void free_side(Side *side)
{
    free(side->rank);
    free(side->first_node);
    free(side->node);
    free(side->first_edge);
    free(side->edge);
    free(side->count);
    free(side->start);
    free(side->buffer);
}

static int64_t slot_of(const Links *links, int64_t node)
{
    const Side *heard = &links->heard;
    int owner = comm_owner(links->nodes, node), peer = 0;
    while (heard->rank[peer] != owner) peer++;
    int64_t low = heard->first_node[peer], size = heard->first_node[peer + 1] - low;
    const int64_t *found =
        bsearch(&node, heard->node + low, (size_t)size, sizeof *found, by_number);
    return found - heard->node;
}

static void find_places(Links *links)
{
    links->place = alloc_zeroed((size_t)links->edge_count, sizeof *links->place);
    for (int64_t k = 0; k < links->edge_count; k++) {
        int64_t from = links->from[links->first_edge + k];
        links->place[k] =
            is_own(links, from) ? from - links->first : links->count + slot_of(links, from);
    }
}

void links_route(Links *links, const char *transport)
{
    const Transport *chosen =
        named_row("transport", transport, sizeof transports / sizeof *transports,
                  sizeof *transports, transports);
    list_out_edges(links);
    Peers peers = find_peers(links);
    bool wired = links->far_edges > 0;
    links->heard = make_side(links, wired ? peers.source : NULL, true);
    links->sent = make_side(links, wired ? peers.target : NULL, false);
    find_places(links);
    if (wired)
        links->wires = comm_wire()->connect(chosen->collective, links->heard.peers,
                                            links->heard.rank, links->sent.peers, links->sent.rank);
    free(peers.source);
    free(peers.target);
    free(peers.has_source);
    free(peers.has_target);
}

void links_unroute(Links *links)
{
    if (links->wires) comm_wire()->disconnect(links->wires);
    free_side(&links->heard);
    free_side(&links->sent);
    free(links->place);
    free(links->out_edge);
    free(links->twin);
    free(links->sent_at);
    free(links->heard_at);
}
