/* Which values travel over which edge in which round of a flood. Private to flooding.
 *
 * A node passes every value on in the round after it first heard it. Edge (j → i) carries the value
 * of v in round d(v, j) + 1, d being the distance from v to j, unless v is i or j heard v from i:
 * what j can know. So each value crosses an edge at most once, at most E (n − 1) in all. */
#ifndef GRAPH_FLOOD_PLAN_H
#define GRAPH_FLOOD_PLAN_H

#include "comm/links.h"
#include "graph/digraph.h"

typedef struct {
    const Digraph *graph;
    int64_t nodes, diameter;
    int32_t *distance;     /* [node][value] */
    int32_t *order;        /* [node]: values by (distance, number) */
    int32_t *layer;        /* [node][0 … diameter + 1]: where each distance begins in order */
    int64_t *reverse;      /* edges: is there an edge back? */
    int64_t *words;        /* [round][edge]: values that it carries */
    int64_t own_out, *out; /* own nodes' out-edges, ascending */
    int64_t most_sent, most_heard; /* values of a rank in a round */
    double values, messages;       /* of all rounds and edges */
} FloodPlan;

/* Exit 1 where a node cannot reach another. graph must outlive it; free with flood_plan_close(). */
FloodPlan flood_plan_open(const Digraph *graph, const Links *links);
void flood_plan_close(FloodPlan *plan);

/* The values that `edge` carries in `round` (0, 1 …), ascending: calls visit for each. */
typedef void FloodVisit(void *context, int64_t edge, int64_t value);
void flood_plan_each(const FloodPlan *plan, int64_t round, int64_t edge, FloodVisit *visit,
                     void *context);

#endif
