/* What the network makes of its nodes' rates, a row for each rule. */
#ifndef NETWORK_STEP_RULES_H
#define NETWORK_STEP_RULES_H

#include "graph/coordination.h"

#include <stdbool.h>

/* A rate that follows curvature estimates: Malitsky & Mishchenko's, of a node or of all. */
typedef struct {
    double estimate; /* L̃, 0 before the first */
    double rate, ratio;
    bool started;
} Adaptive;

typedef struct {
    double safety, growth, offset;
} AdaptiveKeys;

/* min( √(1 + growth ratio) rate, safety / curvature ) + offset; a curvature of 0 does not bind. */
void adaptive_follow(Adaptive *adaptive, const AdaptiveKeys *keys, double curvature);

typedef enum {
    STEPS_ALONE,  /* gamma = eta */
    STEPS_PASS,   /* gamma from an aggregate of offers */
    STEPS_DYNAMIC /* gamma follows the mean by a round of mixing in each iteration */
} StepsSharing;

typedef struct {
    const char *name, *help;
    StepsSharing sharing;
    Aggregate aggregate;
    bool barzilai; /* eta by Barzilai and Borwein instead */
    bool global;   /* the estimates are of the averaged gradient: every node finds the same */
    /* What a node offers, from its own rate; the rate, from the aggregate: `common` is the node's
     * copy of what all nodes know. */
    double (*offer)(const Adaptive *own);
    double (*accept)(Adaptive *common, const AdaptiveKeys *keys, double aggregate);
} StepRule;

/* Exit 2 with the list of names on an unknown one. */
const StepRule *step_rule(const char *name);

int step_rule_count(void);
const StepRule *step_rule_at(int index);

#endif
