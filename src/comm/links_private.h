/* What links are made of: private to the room.
 *
 * Between two ranks travels one packed buffer per round. In rounds where a node tells all its
 * neighbours the same, a node's words travel once to each rank that needs them, nodes ascending; in
 * rounds of different messages these lie in ascending order of their edges. */
#ifndef COMM_LINKS_PRIVATE_H
#define COMM_LINKS_PRIVATE_H

#include "comm/links.h"
#include "comm/wire.h"

/* One side of what a rank exchanges with its peers: the ranks it hears, or those that hear it. */
typedef struct {
    int peers;
    int *rank;           /* peers, ascending */
    int64_t *first_node; /* peers + 1: into node */
    int64_t *node;       /* whose words travel, ascending for each peer */
    int64_t *first_edge; /* peers + 1: into edge */
    int64_t *edge;       /* whose messages travel, ascending for each peer */
    int *count, *start;  /* peers: words of this round */
    int64_t width;       /* of the round that count and start are laid out for; 0: varied */
    uint64_t *buffer;
    int64_t room; /* in words */
} Side;

struct Links {
    int64_t nodes, edges, first, count, first_edge, edge_count;
    int64_t *from, *to; /* edges */
    int64_t *place;     /* own in-edges: where the sender's words are: own node number `place`, or
                           what came from other ranks, number place − count */
    int64_t out_count;
    int64_t *out_edge; /* own nodes' out-edges, ascending */
    int64_t *twin;     /* own in-edges: the index in out_edge, −1 where the sender is elsewhere */
    int64_t *sent_at, *heard_at; /* own out-edges, own in-edges: where a message begins */
    int64_t far_edges;           /* of all edges, those between ranks */
    Wires *wires;                /* NULL: there are none */
    Side heard, sent;
    int64_t round, lost;
    LinksFault *fault;
    void *context;
    Traffic traffic;
};

/* Which words and messages travel between which ranks, and the wires for them. */
void links_route(Links *links, const char *transport);
void links_unroute(Links *links);

#endif
