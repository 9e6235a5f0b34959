/* Coordinations and runs measured from outside. */
#include "network/measure.h"
#include "network/search.h"

#include "base/die.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>

typedef struct {
    Digraph *graph;
    Links *links;
} Net;

static Net net_open(const char *text, uint64_t seed)
{
    Digraph *graph = digraph_create(text, seed);
    Links *links = links_create(graph->nodes, graph->edges, graph->from, graph->to, "neighbor");
    return (Net){graph, links};
}

static void net_close(Net *net)
{
    links_free(net->links);
    digraph_free(net->graph);
}

static CoordinationMeasure measured(const char *kind, const char *network, const Damage *damage)
{
    Net net = net_open(network, 7);
    CoordinationMeasure measure = measure_coordination(kind, net.graph, net.links, 7, damage);
    net_close(&net);
    return measure;
}

Test(measure, flooding_is_exact_and_takes_the_diameter)
{
    CoordinationMeasure measure = measured("flood", "ring:nodes=9", NULL);
    cr_expect(eq(dbl, measure.error, 0.0)); /* the same sum in the same order */
    cr_expect(measure.equal && measure.trusted);
    cr_expect(eq(i64, measure.running.rounds, 8));
}

Test(measure, an_error_is_seen)
{
    /* Eight binary digits: each number is off by at most 2^-9 of itself. */
    Damage coarse = {0, 8};
    CoordinationMeasure measure = measured("flood", "ring:nodes=9", &coarse);
    cr_expect(measure.error > 1e-5 && measure.error <= 1.0 / 512.0);
}

Test(measure, one_message_is_lost_and_counted)
{
    Damage lost = {1, 0};
    CoordinationMeasure measure = measured("finite_field", "random:nodes=12,share=0.2", &lost);
    cr_expect(eq(i64, measure.lost, 1));
    cr_expect(isnan(measure.error) || measure.error > 1e-6);
}

/* A node that hears the other and is heard by it half as often: 0 → 1, 0 → 2, 1 → 0, 2 → 0. Column
 * weights: node 0 keeps 1/3 and gives 1/3 each, nodes 1 and 2 keep and give 1/2. The eigenvector is
 * (3, 2, 2) / 7: n π = (9, 6, 6) / 7. */
Test(measure, without_the_division_nodes_end_at_n_times_the_perron_vector)
{
    Net net = net_open("star:nodes=3", 1);
    UnnormalisedMeasure measure = measure_unnormalised(net.graph, net.links, 1, 1000);
    cr_expect(epsilon_eq(dbl, measure.predicted, 2.0 / 7.0, 1e-12));
    cr_expect(epsilon_eq(dbl, measure.error, 2.0 / 7.0, 1e-10)); /* rests to 1e-12 */
    net_close(&net);
}

/* The roots of r² + 2 (1 − 4/a) r + 1: 7 + 4 sqrt 3 at 1/2, 3 + 2 sqrt 2 at 1. */
Test(network_search, the_edge_of_theory_solves_its_equation)
{
    cr_expect(epsilon_eq(dbl, search_edge_theory(0.5), 7.0 + 4.0 * sqrt(3.0), 1e-12));
    cr_expect(epsilon_eq(dbl, search_edge_theory(1.0), 3.0 + 2.0 * sqrt(2.0), 1e-12));
}

Test(network_search, the_mean_of_steps_diverges_where_theory_says)
{
    double theory = search_edge_theory(0.5);
    double found = search_edge("dlas_ftc:rule=mean,safety=0.5", theory / 2.0, theory * 2.0, 1e-3);
    cr_expect(epsilon_eq(dbl, found / theory, 1.0, 1e-3)); /* the bisection's width */
    double none = search_edge("dlas_ftc:rule=mean,safety=0.5", 1.5, 3.0, 1e-3);
    cr_expect(isnan(none));
}

Test(network_search, the_best_rate_of_the_grid_beats_its_neighbours)
{
    Net net = net_open("random:nodes=6,share=0.3", 3);
    LocalProblem *problem = local_create("regression:ratio=3", 6, "", 3);
    MethodWorld world = {net.graph, net.links, problem, 3};
    NetworkRun run = {.iterations = 3000, .target = 1e-6, .give_up = 1e6};
    SearchResult best = search_best_rate("push_pull:rate=", &run, &world);
    cr_assert(gt(int, best.reached, 1));
    int64_t steps[3];
    double factor = search_rate(1) / search_rate(0);
    for (int k = 0; k < 3; k++) {
        char *text = format_text("push_pull:rate=%.17g", best.rate * pow(factor, k - 1));
        Method *method = method_create(text, &world);
        NetworkResult result = network_run(&run, method, &world);
        steps[k] = result.outcome == OUTCOME_REACHED ? result.iterations : INT64_MAX;
        method_free(method);
        free(text);
    }
    cr_expect(steps[1] <= steps[0] && steps[1] <= steps[2]);
    local_free(problem);
    net_close(&net);
}

/* Constant steps c / L_i of the nodes' own end where Σ η_i g_i = 0. */
Test(network_search, the_weighted_error_vanishes_where_constant_steps_end)
{
    Net net = net_open("random:nodes=6,share=0.3", 3);
    LocalProblem *problem = local_create("regression:ratio=10", 6, "", 3);
    MethodWorld world = {net.graph, net.links, problem, 3};
    Method *method = method_create("dlas_ftc:rate=0.5,unit=local", &world);
    for (int k = 0; k < 2000; k++) method_step(method);
    cr_expect(lt(dbl, search_weighted_error(method, &world), 1e-12));
    cr_expect(network_observe(method, &world).error > 1e-3);
    method_free(method);
    local_free(problem);
    net_close(&net);
}
