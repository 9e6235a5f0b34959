/* One coordination, measured from outside: how far from the truth, how equal, at what cost.
 *
 * The values are exp(normal), as steps of nodes are: positive, over a few decades; one for each
 * node, named by the seed. */
#ifndef NETWORK_MEASURE_H
#define NETWORK_MEASURE_H

#include "graph/coordination.h"
#include "graph/digraph.h"

/* What happens to messages during the measured coordination (not while it learns). */
typedef struct {
    double lost;  /* 1: one message, drawn by the seed, is lost */
    int64_t bits; /* > 0: every number is rounded to so many binary digits */
} Damage;

typedef struct {
    double error; /* max over nodes |result − mean| / mean; NaN where a result is NaN */
    bool equal;   /* all nodes' results are the same bits */
    bool trusted, fell_back;
    Traffic learning, running;
    CoordinationCost cost; /* by theory, for one number */
    int64_t lost;          /* messages */
} CoordinationMeasure;

/* The mean of the nodes' values by the kind `text`. damage: NULL for none. */
CoordinationMeasure measure_coordination(const char *text, const Digraph *graph, Links *links,
                                         uint64_t seed, const Damage *damage);

/* The control of ratio consensus: the same rounds of column weights without the division, until
 * they rest (a relative change below 1e-12, at most `rounds`). Where it ends, node i has n π_i
 * times the mean, π the weights' Perron vector. error: max |end − mean| / mean; predicted: max |n
 * π_i − 1|. */
typedef struct {
    double error, predicted;
    Traffic running;
} UnnormalisedMeasure;
UnnormalisedMeasure measure_unnormalised(const Digraph *graph, Links *links, uint64_t seed,
                                         int64_t rounds);

#endif
