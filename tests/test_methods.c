/* Methods over a network: each against an independent program's iterates, and against theory. */
#include "nets.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

/* ---- golden/network_methods.txt */

enum { NODES = 5, DIMENSION = 3, ROWS = 4, NUMBERS = NODES * DIMENSION };

static const int64_t from[] = {0, 1, 2, 3, 4, 0, 3}, to[] = {1, 2, 3, 4, 0, 2, 1};

/* The data of the golden file, a file for each node: what `file:path=FOLDER` reads. */
static void unfold(FILE *golden)
{
    char line[1024], text[NODES][1024] = {"", "", "", "", ""}, name[32];
    int node;
    double a[DIMENSION], b;
    while (fgets(line, sizeof line, golden)) {
        if (sscanf(line, "row %d %lf %lf %lf %lf", &node, &a[0], &a[1], &a[2], &b) != 5) continue;
        size_t length = strlen(text[node]);
        snprintf(text[node] + length, sizeof text[node] - length, "%.17g,%.17g,%.17g,%.17g\n", a[0],
                 a[1], a[2], b);
    }
    mkdir(scratch_path(""), 0700), mkdir(scratch_path("nodes"), 0700);
    for (int i = 0; i < NODES; i++) {
        snprintf(name, sizeof name, "nodes/node%d.csv", i);
        scratch_text(name, text[i]);
    }
}

static Net small_net(FILE *golden, bool undirected)
{
    char text[300];
    Net net = {.graph = digraph_of(NODES, sizeof from / sizeof *from, from, to)};
    if (undirected) {
        Digraph *directed = net.graph;
        net.graph = digraph_undirected(directed);
        digraph_free(directed);
    }
    unfold(golden);
    rewind(golden);
    snprintf(text, sizeof text, "file:path=%s,bias=0,standardise=0", scratch_path("nodes"));
    net.problem = local_create(text, NODES, "", 0);
    net.links = links_create(NODES, net.graph->edges, net.graph->from, net.graph->to, "neighbor");
    net.world = (MethodWorld){net.graph, net.links, net.problem, 1000};
    return net;
}

static bool next_case(FILE *golden, char graph[16], char method[128], int64_t *iteration,
                      double want[NUMBERS])
{
    char line[2048];
    int at, step;
    while (fgets(line, sizeof line, golden)) {
        if (sscanf(line, "%15s %127s %d%n", graph, method, &step, &at) != 3) continue;
        if (strcmp(graph, "directed") && strcmp(graph, "undirected")) continue;
        char *rest = line + at;
        for (int k = 0; k < NUMBERS; k++) want[k] = strtod(rest, &rest);
        *iteration = step;
        return true;
    }
    return false;
}

/* Twenty iterations on matrices of condition below 100: rounding differs by 1e-15 a step and grows
 * by what an adaptive rate makes of it; none of the formulas agrees to 1e-6 when it is wrong. */
static void check_case(Net *net, const char *method, int64_t iteration, const double *want)
{
    double *x = net_iterates(net, method, iteration), zero[NUMBERS] = {0};
    double off = net_distance(NUMBERS, x, want), size = net_distance(NUMBERS, want, zero);
    cr_expect(off <= 1e-10 * size, "%s, iteration %d: off by %g of %g", method, (int)iteration, off,
              size);
    free(x);
}

Test(methods, every_method_gives_the_iterates_of_its_formula_in_matrices, .timeout = 60)
{
    FILE *golden = fopen("tests/golden/network_methods.txt", "r");
    cr_assert(golden != NULL);
    Net nets[] = {small_net(golden, false), small_net(golden, true)};
    char graph[16], method[128];
    double want[NUMBERS];
    int64_t iteration, cases = 0;
    while (next_case(golden, graph, method, &iteration, want)) {
        check_case(&nets[!strcmp(graph, "undirected")], method, iteration, want);
        cases++;
    }
    cr_expect(eq(i64, cases, 29 * 3));
    for (int k = 0; k < 2; k++) net_close(&nets[k]);
    fclose(golden);
}

/* ---- theory */

#define RANDOM "random:nodes=10,share=0.2"

/* Reading A with a common rate is gradient descent on the mean. Averages of ten numbers are right
 * to 1e-15; 60 contracting steps add up to less than 1e-12. */
Test(methods, exact_averaging_is_centralised_gradient_descent)
{
    static const char *const texts[] = {"dlas_ftc:rate=0.9", "dlas_ftc:rate=0.9,pass=fused"};
    Net net = net_open(RANDOM, "regression:ratio=10", 1000);
    double *central = net_iterates(&net, "gd:rate=0.9", 60);
    for (int k = 0; k < 2; k++) {
        double *x = net_iterates(&net, texts[k], 60);
        cr_expect(epsilon_eq(dbl, net_distance(100, x, central), 0.0, 1e-12));
        free(x);
    }
    free(central);
    net_close(&net);
}

/* The same where the rate changes: gradient descent with the rates that the method says it used. */
Test(methods, exact_averaging_descends_along_the_mean_gradient_with_the_rate_it_reports)
{
    Net net = net_open(RANDOM, "regression:ratio=10", 1000);
    Method *method = method_create("dlas_ftc", &net.world);
    double x[10] = {0}, g[10], mean[10];
    for (int t = 0; t < 40; t++) {
        method_step(method);
        memset(mean, 0, sizeof mean);
        for (int i = 0; i < 10; i++) {
            local_gradient(net.problem, i, x, g);
            for (int j = 0; j < 10; j++) mean[j] += g[j] / 10.0;
        }
        for (int j = 0; j < 10; j++) x[j] -= method_rates(method)[3] * mean[j];
        cr_expect(epsilon_eq(dbl, net_distance(10, x, method_iterates(method) + 30), 0.0, 1e-12));
    }
    cr_expect(eq(i64, method_gradients(method), 40));
    method_free(method);
    net_close(&net);
}

/* θ = θ − mean(rate_i g_i(θ)) holds where Σ rate_i g_i = 0: the minimiser of Σ rate_i f_i. The
 * contraction is 1 − 0.5 mu/L ≈ 0.95, so 1000 steps end in rounding. */
Test(methods, rates_that_are_not_coordinated_end_at_the_weighted_minimiser)
{
    static const char *const texts[] = {"dlas_ftc:rate=0.5,unit=local",
                                        "dlas_ftc:rate=0.5,unit=local,pass=fused"};
    Net net = net_open(RANDOM, "regression:ratio=10", 1000);
    double weights[10], target[10];
    for (int i = 0; i < 10; i++) weights[i] = 1.0 / local_smooth(net.problem, i);
    local_weighted_minimiser(net.problem, weights, target);
    for (int k = 0; k < 2; k++) {
        double *x = net_iterates(&net, texts[k], 1000);
        cr_expect(epsilon_eq(dbl, net_distance(10, x, target), 0.0, 1e-11));
        cr_expect(gt(dbl, net_distance(10, x, local_minimiser(net.problem)), 1e-2));
        free(x);
    }
    net_close(&net);
}

static void reaches(Net *net, const char *method, double target)
{
    NetworkResult result = net_run(net, method, 40000, target);
    cr_expect(eq(int, result.outcome, OUTCOME_REACHED), "%s: %s, error %g", method,
              outcome_name(result.outcome), result.last.error);
}

Test(methods, tracking_reaches_the_minimiser_on_directed_networks, .timeout = 60)
{
    Net net = net_open(RANDOM, "regression:ratio=10", 1000);
    reaches(&net, "ab:rate=0.05", 1e-10);
    reaches(&net, "push_pull:rate=0.1", 1e-10);
    reaches(&net, "push_diging:rate=0.05", 1e-10);
    reaches(&net, "frost:rate=0.002", 1e-10);
    reaches(&net, "chen_wang", 1e-10);
    reaches(&net, "dlas_ftc:rule=average", 1e-10);
    reaches(&net, "dlas_ftc:rule=global", 1e-10);
    net_close(&net);
}

Test(methods, tracking_with_rates_that_are_not_coordinated_reaches_the_minimiser_too, .timeout = 60)
{
    Net net = net_open(RANDOM, "regression:ratio=10", 1000);
    reaches(&net, "push_pull:rate=0.05,unit=local", 1e-10);
    reaches(&net, "frost:rate=0.005,unit=local", 1e-10);
    reaches(&net, "push_pull:rule=none,safety=0.05", 1e-10);
    net_close(&net);
}

Test(methods, tracking_and_extra_reach_the_minimiser_on_undirected_networks, .timeout = 60)
{
    Net net = net_open("bidirectional_ring:nodes=8", "regression:ratio=10", 1000);
    reaches(&net, "extra:rate=0.1", 1e-10);
    reaches(&net, "diging:rate=0.02", 1e-10);
    reaches(&net, "atc:rate=0.05", 1e-10);
    reaches(&net, "bb:mixings=6", 1e-10);
    net_close(&net);
}

/* The bias of DGD is of first order in the rate: half of it, half the error, up to second order. */
Test(methods, dgd_ends_off_the_minimiser_in_proportion_to_its_rate)
{
    Net net = net_open("bidirectional_ring:nodes=8", "regression:ratio=10", 1000);
    double error[2];
    for (int k = 0; k < 2; k++) {
        char text[64];
        snprintf(text, sizeof text, "dgd:rate=%g", 0.004 / (1 + k));
        error[k] = net_run(&net, text, 40000, 0.0).last.error;
    }
    cr_expect(epsilon_eq(dbl, error[1] / error[0], 0.5, 0.05));
    net_close(&net);
}

Test(methods, the_card_as_printed_needs_a_minimiser_that_all_nodes_share)
{
    Net shared = net_open(RANDOM, "regression:shared=1,ratio=3", 1000);
    Net apart = net_open(RANDOM, "regression:ratio=3", 1000);
    reaches(&shared, "dlas_ftc:reading=printed,rule=none", 1e-9);
    reaches(&shared, "dlas_ftc:rule=none", 1e-9);
    Observation seen = net_run(&apart, "dlas_ftc:reading=printed,rule=none", 2000, 1e-9).last;
    cr_expect(gt(dbl, seen.error, 0.1));
    net_close(&shared);
    net_close(&apart);
}

/* Rounds in one iteration, and numbers over each edge of 8 bytes. */
static void sends(Net *net, const char *text, int64_t rounds, int64_t numbers)
{
    Traffic traffic = net_run(net, text, 7, 0.0).traffic;
    cr_expect(eq(i64, traffic.rounds, 7 * rounds), "%s", text);
    cr_expect(eq(i64, traffic.bytes, 7 * numbers * 8 * net->graph->edges), "%s", text);
}

Test(methods, messages_hold_what_the_formulas_need_and_no_more)
{
    Net net = net_open("bidirectional_ring:nodes=8", "regression:dimension=3", 1000);
    sends(&net, "gd", 0, 0);
    sends(&net, "adgd", 0, 0);
    sends(&net, "dgd", 1, 3);
    sends(&net, "extra", 1, 3);
    sends(&net, "diging", 1, 6);
    sends(&net, "atc", 2, 6);
    sends(&net, "atc:mixings=3", 6, 18);
    sends(&net, "subgradient_push", 1, 4);
    sends(&net, "push_diging", 1, 7);
    sends(&net, "ab", 1, 6);
    sends(&net, "push_pull", 1, 6);
    sends(&net, "frost", 1, 6 + 8);
    sends(&net, "dlas_ftc:reading=printed,rule=none", 0, 0);
    sends(&net, "dlas_ftc:reading=mixed,rule=none", 1, 3);
    net_close(&net);
}

static void create(void *text)
{
    Net net = net_open("ring:nodes=4", "regression", 1000);
    method_free(method_create(text, &net.world));
}

static void dies(const char *text, const char *word)
{
    Ending ending = dying_run(create, (void *)text);
    cr_expect(eq(int, ending.exit_code, 2), "%s", text);
    cr_expect(strstr(ending.err, word) != NULL, "%s: '%s'", text, ending.err);
}

Test(methods, wrong_texts_end_with_a_sentence)
{
    dies("dgb", "method 'dgb' is not one of gd, adgd, dlas_ftc");
    dies("dgd", "wants an undirected network");
    dies("extra:rate=0.1", "wants an undirected network");
    dies("push_pull:rate=0.1,rule=mean", "not both");
    dies("push_pull:rule=global", "averaged gradients");
    dies("dlas_ftc:rule=global,reading=mixed", "reading=exact");
    dies("dlas_ftc:rule=median", "step rule 'median' is not one of none, mean");
    dies("dlas_ftc:reading=D", "is not one of exact, mixed, printed");
    dies("dlas_ftc:by=rumour", "rumour");
    dies("push_pull:rate=0.1,speed=3", "unknown key 'speed'");
    dies("gd:rate=-1", "rate");
}
