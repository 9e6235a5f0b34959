/* How long is an iteration of a whole network?
 *
 *   [mpirun -n K] bench_network [ROWS.csv]
 *
 * 200 nodes of 64 rows and 128 unknowns each, whose data stay in the caches, and 1000 nodes of 10
 * unknowns; Push-Pull, one round an iteration. The median of several stretches of iterations; with
 * the bytes of all messages, and of those between ranks. */
#include "base/clock.h"
#include "base/die.h"
#include "base/stats.h"
#include "comm/comm.h"
#include "network/method.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct {
    const char *network, *problem;
    int64_t iterations;
} Case;

static const Case cases[] = {
    {"sparse:nodes=200", "regression:dimension=128,rows=64,ratio=10", 40},
    {"sparse:nodes=1000", "regression:dimension=10,rows=20,ratio=10", 200},
};
enum { CASES = sizeof cases / sizeof *cases, STRETCHES = 9 };

static double time_iteration(const Case *timed, Traffic *traffic)
{
    Digraph *graph = digraph_create(timed->network, 1000);
    Links *links = links_create(graph->nodes, graph->edges, graph->from, graph->to, "neighbor");
    LocalProblem *problem = local_create(timed->problem, graph->nodes, "", 1000);
    MethodWorld world = {graph, links, problem, 1000};
    Method *method = method_create("push_pull:rate=0.1", &world);
    double time_s[STRETCHES + 1];
    for (int k = 0; k <= STRETCHES; k++) {
        comm_wait();
        if (k == STRETCHES) links_reset_traffic(links);
        double start = clock_s();
        for (int64_t i = 0; i < timed->iterations; i++) method_step(method);
        comm_wait();
        time_s[k] = (clock_s() - start) / (double)timed->iterations;
    }
    *traffic = links_traffic(links);
    method_free(method);
    local_free(problem);
    links_free(links);
    digraph_free(graph);
    return stats_quantile(STRETCHES, time_s + 1, 0.5); /* the first one warms up */
}

int main(int argc, char **argv)
{
    comm_open(&argc, &argv);
    comm_go();
    FILE *csv = argc > 1 && comm_is_first() ? fopen(argv[1], "a") : NULL;
    for (int c = 0; c < CASES; c++) {
        Traffic traffic;
        double iteration_s = time_iteration(&cases[c], &traffic);
        if (comm_is_first())
            printf("iteration of %-18s %d ranks %9.1f us, %" PRId64 " bytes, %" PRId64
                   " between ranks\n",
                   cases[c].network, comm_ranks(), 1e6 * iteration_s,
                   traffic.bytes / cases[c].iterations, traffic.far_bytes / cases[c].iterations);
        if (csv)
            fprintf(csv, "iteration %s %d ranks,%.6g,,,,,,,\n", cases[c].network, comm_ranks(),
                    iteration_s);
    }
    if (csv) fclose(csv);
    fflush(stdout);
    comm_close();
    return 0;
}
