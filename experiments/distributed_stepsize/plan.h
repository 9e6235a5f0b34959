/* What `plan` finds out about a network, and how it is told. Private to the program. */
#ifndef DISTRIBUTED_STEPSIZE_PLAN_H
#define DISTRIBUTED_STEPSIZE_PLAN_H

#include "network/measure.h"
#include "network/observe.h"

#include <stdbool.h>

typedef struct {
    const char *graph, *data, *problem, *methods, *coordinations, *out;
    int64_t dimension, seed, iterations;
    double target;
    bool json, quiet;
} PlanOptions;

/* A coordination on this network: cost of one vector of dimension + 1 numbers, and how well it did
 * on values drawn by the seed. */
typedef struct {
    const char *text;
    CoordinationCost cost;
    CoordinationMeasure measure;
} PlanCoordination;

/* A method's run on the data. */
typedef struct {
    const char *text;
    bool left_out; /* wants an undirected network */
    NetworkResult result;
} PlanMethod;

enum { PLAN_ROOM = 32 };

typedef struct {
    const PlanOptions *options;
    const Digraph *graph;
    GraphFacts facts;
    int coordination_count, method_count;
    PlanCoordination coordination[PLAN_ROOM];
    PlanMethod method[PLAN_ROOM];
    const LocalProblem *problem; /* NULL without data */
    int64_t dimension;           /* unknowns */
} PlanReport;

void plan_print(const PlanReport *report);
void plan_print_json(const PlanReport *report);

#endif
