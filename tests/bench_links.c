/* How long is a round in which every node tells its neighbours 11 numbers?
 *
 *   [mpirun -n K] bench_links [ROWS.csv]
 *
 * Two nodes that hear each other (with two ranks: one message each way, the price of a round), and
 * 200 nodes on a sparse network; the median of several stretches of rounds, by transport. */
#include "base/clock.h"
#include "base/die.h"
#include "base/stats.h"
#include "comm/comm.h"
#include "comm/links.h"
#include "graph/digraph.h"

#include <stdio.h>
#include <stdlib.h>

enum { WIDTH = 11, STRETCHES = 9 };

static double time_round(const Digraph *graph, const char *transport, int64_t rounds)
{
    Links *links = links_create(graph->nodes, graph->edges, graph->from, graph->to, transport);
    double *own = alloc_zeroed((size_t)(links_count(links) * WIDTH), sizeof *own);
    double *heard = alloc_zeroed((size_t)(links_edge_count(links) * WIDTH), sizeof *heard);
    double time_s[STRETCHES + 1];
    for (int k = 0; k <= STRETCHES; k++) {
        double start = clock_s();
        for (int64_t round = 0; round < rounds; round++) links_round(links, WIDTH, own, heard);
        time_s[k] = (clock_s() - start) / (double)rounds;
    }
    free(own);
    free(heard);
    links_free(links);
    return stats_quantile(STRETCHES, time_s + 1, 0.5); /* the first one warms up */
}

int main(int argc, char **argv)
{
    comm_open(&argc, &argv);
    comm_go();
    FILE *csv = argc > 1 && comm_is_first() ? fopen(argv[1], "a") : NULL;
    const char *const graphs[] = {"ring:nodes=2", "sparse:nodes=200"};
    const char *const transports[] = {"neighbor", "pairs"};
    for (int g = 0; g < 2; g++)
        for (int t = 0; t < (comm_ranks() > 1 ? 2 : 1); t++) {
            Digraph *graph = digraph_create(graphs[g], 1000);
            double round_s = time_round(graph, transports[t], g ? 2000 : 20000);
            const char *how = comm_ranks() > 1 ? transports[t] : "in-process";
            if (comm_is_first())
                printf("round of %d numbers: %-18s %d ranks, %-10s %9.2f us\n", WIDTH, graphs[g],
                       comm_ranks(), how, 1e6 * round_s);
            if (csv)
                fprintf(csv, "round %s %d ranks %s,%.6g,,,,,,,\n", graphs[g], comm_ranks(), how,
                        round_s);
            digraph_free(graph);
        }
    if (csv) fclose(csv);
    fflush(stdout);
    comm_close();
    return 0;
}
