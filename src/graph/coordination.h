/* Coordination: nodes that hear only their neighbours agree on the mean, the smallest or the
 * largest of values that each of them holds.
 *
 * Kinds differ in rounds, messages, bytes (counted by the links, not here), in what they must learn
 * first, and in where they break: a table, one file each (see coordination_kinds). Nodes know their
 * in- and out-neighbours, the number of nodes where the kind's help says so, and nothing else. */
#ifndef GRAPH_COORDINATION_H
#define GRAPH_COORDINATION_H

#include "comm/links.h"
#include "graph/digraph.h"

typedef enum { COORDINATE_MEAN, COORDINATE_LEAST, COORDINATE_LARGEST } Aggregate;

typedef struct Coordination Coordination;

/* text: "flood", "hankel:tolerance=1e-12,self=0.05", "finite_field", "stopping:tolerance=1e-10" …
 * Learning, where a kind must, happens here and is counted by the links. graph and links must
 * outlive it. seed: of probe values. Exit 2 on a bad text. Free with coordination_free(). */
Coordination *coordination_create(const char *text, const Digraph *graph, Links *links,
                                  uint64_t seed);
void coordination_free(Coordination *coordination);

int coordination_kind_count(void);
const char *coordination_kind_name(int kind);
const char *coordination_kind_help(int kind);
bool coordination_kind_does(int kind, Aggregate aggregate);

typedef struct {
    bool trusted;   /* the kind's own check, if it has one, found nothing wrong, at any node */
    bool fell_back; /* a kind with a fallback used it */
    double spread;  /* what that check measured, relative; 0 where exact, NAN where unknown */
} CoordinationReport;

/* result (own nodes x width): at each node the aggregate of all nodes' values (own nodes x width),
 * column by column. Exact kinds give every node the same bits. */
CoordinationReport coordination_run(Coordination *coordination, Aggregate aggregate, int64_t width,
                                    const double *values, double *result);

/* Rounds and bytes of one run of `width` numbers after learning, by the theory in the kind's file:
 * what `plan` prints and tests hold against the counts. NAN where it depends on the values. */
typedef struct {
    double rounds, messages, bytes;
    double learning_rounds, learning_messages, learning_bytes;
} CoordinationCost;
CoordinationCost coordination_cost(const Coordination *coordination, int64_t width);

#endif
