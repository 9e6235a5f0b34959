#include "network/search.h"

#include "base/die.h"
#include "base/grid.h"
#include "comm/comm.h"

#include <math.h>
#include <stdlib.h>

double search_rate(int index) { return grid_log(3e-5, 3.0, index, SEARCH_RATES); }

static NetworkResult run_text(const char *text, const NetworkRun *run, const MethodWorld *world)
{
    Method *method = method_create(text, world);
    NetworkResult result = network_run(run, method, world);
    method_free(method);
    return result;
}

/* Fewer iterations to the target first; then the smaller error. NaN is never better. */
static bool is_better(const NetworkResult *one, const NetworkResult *other)
{
    bool reached = one->outcome == OUTCOME_REACHED, rival = other->outcome == OUTCOME_REACHED;
    if (reached != rival) return reached;
    if (reached) return one->iterations < other->iterations;
    return one->outcome != OUTCOME_DIVERGED &&
           (other->outcome == OUTCOME_DIVERGED || one->last.error < other->last.error);
}

SearchResult search_best_rate(const char *text, const NetworkRun *run, const MethodWorld *world)
{
    NetworkRun silent = *run;
    silent.record = NULL;
    SearchResult best = {0};
    NetworkResult found = {.outcome = OUTCOME_DIVERGED};
    for (int k = 0; k < SEARCH_RATES; k++) {
        double rate = search_rate(k);
        char *whole = format_text("%s%.17g", text, rate);
        NetworkResult result = run_text(whole, &silent, world);
        best.reached += result.outcome == OUTCOME_REACHED;
        if (k == 0 || is_better(&result, &found)) {
            found = result;
            best.rate = rate;
        }
        free(whole);
    }
    return best;
}

static bool diverges(const char *method, double ratio)
{
    Digraph *graph = digraph_create("complete:nodes=2", 0);
    Links *links = links_create(graph->nodes, graph->edges, graph->from, graph->to, "neighbor");
    char *text = format_text("scalar:ratio=%.17g", ratio);
    LocalProblem *problem = local_create(text, 2, "", 0);
    MethodWorld world = {graph, links, problem, 0};
    /* At a distance of 1e-4 from the edge an iteration multiplies the error by 1 ± 2e-4. */
    NetworkRun run = {.iterations = 200000, .target = 1e-8, .give_up = 1e4};
    NetworkResult result = run_text(method, &run, &world);
    local_free(problem);
    links_free(links);
    digraph_free(graph);
    free(text);
    return result.outcome == OUTCOME_DIVERGED;
}

double search_edge(const char *method, double low, double high, double tolerance)
{
    if (diverges(method, low) || !diverges(method, high)) return NAN;
    while (high > low * (1.0 + tolerance)) {
        double middle = sqrt(low * high);
        if (diverges(method, middle))
            high = middle;
        else
            low = middle;
    }
    return sqrt(low * high);
}

/* r² + 2 (1 − 4 / safety) r + 1 = 0 */
double search_edge_theory(double safety)
{
    double half = 4.0 / safety - 1.0;
    return half + sqrt(half * half - 1.0);
}

static double distance(int64_t count, const double *one, const double *other)
{
    double sum = 0.0;
    for (int64_t k = 0; k < count; k++) sum += (one[k] - other[k]) * (one[k] - other[k]);
    return sqrt(sum);
}

double search_weighted_error(const Method *method, const MethodWorld *world)
{
    int64_t nodes = world->graph->nodes, dimension = local_dimension(world->problem);
    double *x = alloc_zeroed((size_t)(nodes * dimension), sizeof *x);
    double *rates = alloc_zeroed((size_t)nodes, sizeof *rates);
    double *end = alloc_zeroed((size_t)dimension, sizeof *end);
    double *zero = alloc_zeroed((size_t)dimension, sizeof *zero);
    comm_gather(nodes, dimension, method_iterates(method), x);
    comm_gather(nodes, 1, method_rates(method), rates);
    local_weighted_minimiser(world->problem, rates, end);
    double largest = 0.0;
    for (int64_t i = 0; i < nodes; i++) {
        double error = distance(dimension, x + i * dimension, end);
        if (!(error <= largest)) largest = error;
    }
    double length = distance(dimension, local_minimiser(world->problem), zero);
    free(zero);
    free(end);
    free(rates);
    free(x);
    return largest / length;
}
