/* A network, a problem on it and a method, for tests: made and freed together. */
#ifndef TESTS_NETS_H
#define TESTS_NETS_H

#include "network/observe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    Digraph *graph;
    LocalProblem *problem;
    Links *links;
    MethodWorld world;
} Net;

static inline Net net_open(const char *graph, const char *problem, uint64_t seed)
{
    Net net = {.graph = digraph_create(graph, seed)};
    net.problem = local_create(problem, net.graph->nodes, "data/cache", seed);
    net.links = links_create(net.graph->nodes, net.graph->edges, net.graph->from, net.graph->to,
                             "neighbor");
    net.world = (MethodWorld){net.graph, net.links, net.problem, seed};
    return net;
}

static inline void net_close(Net *net)
{
    links_free(net->links);
    local_free(net->problem);
    digraph_free(net->graph);
}

/* The world's address is part of the net: pass a net that stays where it is. */
static inline NetworkResult net_run(Net *net, const char *method, int64_t iterations, double target)
{
    links_reset_traffic(net->links);
    Method *made = method_create(method, &net->world);
    NetworkRun run = {.iterations = iterations, .target = target, .give_up = 1e6};
    NetworkResult result = network_run(&run, made, &net->world);
    method_free(made);
    return result;
}

/* x (nodes x dimension) after so many iterations; the caller frees. */
static inline double *net_iterates(Net *net, const char *method, int64_t iterations)
{
    Method *made = method_create(method, &net->world);
    for (int64_t t = 0; t < iterations; t++) method_step(made);
    size_t size = (size_t)(local_nodes(net->problem) * local_dimension(net->problem));
    double *x = malloc(size * sizeof *x);
    memcpy(x, method_iterates(made), size * sizeof *x);
    method_free(made);
    return x;
}

static inline double net_distance(int64_t n, const double *a, const double *b)
{
    double square = 0.0;
    for (int64_t j = 0; j < n; j++) square += (a[j] - b[j]) * (a[j] - b[j]);
    return sqrt(square);
}

#endif
