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
    net.links =
        links_create(NODES, net.graph->edges, net.graph->from, net.graph->to, "neighbor");
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
