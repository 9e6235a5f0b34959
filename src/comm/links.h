/* Rounds of messages along the edges of a network whose nodes are spread over the ranks.
 *
 * Edges are sorted by (to, from): the in-edges of a node lie together, senders ascending. A rank
 * owns a block of nodes (comm_share) and the in-edges of these. A word is 8 bytes: a double or a
 * uint64_t. What is heard is laid out by edge, never by arrival, so sums over it are the same for
 * any number of ranks. Rounds, messages and bytes are counted here and nowhere else. */
#ifndef COMM_LINKS_H
#define COMM_LINKS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Links Links;

/* from, to: `edges` of them, sorted; every rank passes the same ones. No self-loops, no doubles.
 * transport: "neighbor" (one neighbourhood collective per round) or "pairs" (isend and irecv);
 * one packed buffer per pair of ranks in both. Free with links_free(). */
Links *links_create(int64_t nodes, int64_t edges, const int64_t *from, const int64_t *to,
                    const char *transport);
void links_free(Links *links);

int64_t links_nodes(const Links *links);
int64_t links_edges(const Links *links);
int64_t links_first(const Links *links); /* own nodes */
int64_t links_count(const Links *links);
int64_t links_first_edge(const Links *links); /* own in-edges, by their number in the whole list */
int64_t links_edge_count(const Links *links);

/* One round in which every node sends the same `width` words to each of its out-neighbours.
 * own: own nodes x width. heard: own in-edges x width. */
void links_round(Links *links, int64_t width, const void *own, void *heard);

/* One round with a message of its own on every edge: words[e] words (0: no message) for edge e of
 * the whole list, known to all. sent: the messages of the own nodes' OUT-edges, one behind the
 * other in ascending order of the edge's number; heard: those of the own in-edges likewise. */
void links_round_varied(Links *links, const int64_t *words, const void *sent, void *heard);

/* Do all messages arrive as they were sent, between nodes of this process (one rank, no fault)?
 * Then a caller that knows what they say may count a round like links_round_varied() instead of
 * carrying it out. */
bool links_are_sure(const Links *links);
void links_count_round(Links *links, const int64_t *words);

/* Losses and damage for experiments: called on every message that is heard, in order of edges;
 * may change it, or return false: the message is lost (the receiver finds NaN words and
 * links_lost() counts). NULL: none. Counted bytes stay those that were sent. */
typedef bool LinksFault(void *context, int64_t round, int64_t edge, int64_t width, double *words);
void links_set_fault(Links *links, LinksFault *fault, void *context);
int64_t links_lost(const Links *links);

/* Counts since links_create or links_reset_traffic, over all edges of the network (not only this
 * rank's). */
typedef struct {
    int64_t rounds;
    int64_t messages;  /* one per edge that carried one */
    int64_t bytes;     /* of their words */
    int64_t far_bytes; /* of these, between ranks: not part of any result that is compared */
} Traffic;
Traffic links_traffic(const Links *links);
void links_reset_traffic(Links *links);

#endif
