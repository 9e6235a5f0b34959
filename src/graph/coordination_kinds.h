/* What a kind of coordination is made of: private to the kinds.
 *
 * A new kind is one file, its row declared below and named in the table of coordination.c. A kind
 * may read the whole graph to know what its nodes would know of it (neighbours, degrees, the number
 * of nodes, the diameter where its help says so); what depends on values or probes travels over
 * the links. Every rank calls everything, for its own nodes. */
#ifndef GRAPH_COORDINATION_KINDS_H
#define GRAPH_COORDINATION_KINDS_H

#include "base/spec.h"
#include "graph/coordination.h"

typedef struct {
    const char *name, *help;
    bool does[COORDINATE_LARGEST + 1]; /* by Aggregate */

    /* Reads the kind's keys (unknown ones are refused when it returns) and learns; the state is its
     * own. The text was checked when it returns: a wrong value is die_usage(). */
    void *(*create)(const Coordination *coordination, const Spec *spec);
    void (*free)(void *state);

    /* As coordination_run() and coordination_cost(). result is not values. */
    CoordinationReport (*run)(Coordination *coordination, Aggregate aggregate, int64_t width,
                              const double *values, double *result);
    CoordinationCost (*cost)(const Coordination *coordination, int64_t width);
} CoordinationKind;

struct Coordination {
    const CoordinationKind *kind;
    const Digraph *graph;
    Links *links;
    uint64_t seed;
    void *state;
    char *text; /* as given, for messages */
};

/* Helpers of several kinds. */

/* The longest of the shortest ways; exit 1 where a node cannot reach another. */
int64_t coordination_diameter(const Digraph *graph);

/* Least or largest of all nodes' values in `diameter` rounds of `width` words; result may be
 * values. One NaN makes the result NaN at every node. In coordination_consensus.c. */
void coordination_extreme(const Digraph *graph, Links *links, int64_t diameter, Aggregate aggregate,
                          int64_t width, const double *values, double *result);

bool coordination_has_nan(int64_t count, const double *values);

/* The largest of a number of every own node, agreed on in `diameter` rounds of one word: told to
 * ranks without a node, too. NaN where an answer was lost. In coordination_agree.c. */
double coordination_agree_largest(const Coordination *coordination, int64_t diameter,
                                  const double *own);

/* Of kinds that learn every node's recurrence from 2n − 1 rounds of two words, agree on the longest
 * in `diameter` rounds of one, and then take `rounds` rounds of `width` words. */
CoordinationCost coordination_recurrence_cost(const Digraph *graph, int64_t diameter,
                                              int64_t rounds, int64_t width);

extern const CoordinationKind coordination_flood, coordination_consensus, coordination_stopping,
    coordination_finite_field, coordination_hankel, coordination_hankel_checked,
    coordination_sundaram;

#endif
