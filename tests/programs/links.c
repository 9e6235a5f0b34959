/* Rounds of messages and coordinations on many networks, for any number of ranks: prints every
 * number that a node ends with, and what was counted, in node order.
 *
 *   [mpirun -n K] links [TRANSPORT [RANK]]
 *
 * tests/test_mpi.sh compares the bytes. RANK: that one kills itself in the middle. */
#include "base/die.h"
#include "comm/comm.h"
#include "graph/coordination.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const graphs[] = {"ring:nodes=2",
                                     "ring:nodes=3",
                                     "ring:nodes=7",
                                     "random:nodes=12,share=0.2",
                                     "random:nodes=40,share=0.1",
                                     "star:nodes=9",
                                     "complete:nodes=6"};
/* Not the same for any two, and not whole: sums in another order have other bits. */
static double value_of(int64_t node, int64_t k) { return sin(1.0 + (double)(node * 37 + k * 11)); }

static void print_all(const char *what, int64_t rows, int64_t width, const double *own)
{
    double *all = alloc_zeroed((size_t)(rows * width), sizeof *all);
    comm_gather(rows, width, own, all);
    for (int64_t k = 0; comm_is_first() && k < rows * width; k++)
        printf("%s %" PRId64 " %a\n", what, k, all[k]);
    free(all);
}

/* far_bytes is about ranks: it alone is left out. */
static void print_traffic(const Links *links)
{
    Traffic traffic = links_traffic(links);
    if (comm_is_first())
        printf("traffic %" PRId64 " %" PRId64 " %" PRId64 "\n", traffic.rounds, traffic.messages,
               traffic.bytes);
}

static bool lose_some(void *context, int64_t round, int64_t edge, int64_t width, double *words)
{
    (void)context;
    if ((round + edge) % 7 == 3) words[width - 1] += 0.5;
    return (round + edge) % 5 != 0;
}

/* What an edge hears depends on its ends and the round. */
static void try_rounds(const Digraph *graph, Links *links, int64_t width)
{
    int64_t count = links_count(links), heard_count = links_edge_count(links);
    double *own = alloc_zeroed((size_t)(count * width), sizeof *own);
    double *heard = alloc_zeroed((size_t)(heard_count * width), sizeof *heard);
    for (int64_t k = 0; k < count * width; k++)
        own[k] = value_of(links_first(links) + k / width, k % width);
    links_round(links, width, own, heard);
    double *sums = alloc_zeroed((size_t)(count * width), sizeof *sums);
    for (int64_t e = 0; e < heard_count; e++)
        for (int64_t k = 0; k < width; k++)
            sums[(graph->to[links_first_edge(links) + e] - links_first(links)) * width + k] +=
                heard[e * width + k];
    print_all("sum of heard", graph->nodes, width, sums);
    free(own);
    free(heard);
    free(sums);
}

/* Edge e carries e % 4 words: its number and the place in the message. */
static void try_varied(const Digraph *graph, Links *links, bool faulty)
{
    int64_t most = 4 * graph->edges, sent_words = 0, at = 0;
    int64_t *words = alloc_zeroed((size_t)graph->edges, sizeof *words);
    double *sent = alloc_zeroed((size_t)most, sizeof *sent);
    double *heard = alloc_zeroed((size_t)most, sizeof *heard);
    double *sums = alloc_zeroed((size_t)links_count(links), sizeof *sums);
    for (int64_t e = 0; e < graph->edges; e++) {
        int64_t own = graph->from[e] - links_first(links);
        words[e] = e % 4;
        for (int64_t k = 0; own >= 0 && own < links_count(links) && k < words[e]; k++)
            sent[sent_words++] = (double)(10 * e + k) / 7.0;
    }
    links_round_varied(links, words, sent, heard);
    for (int64_t e = links_first_edge(links); e < links_first_edge(links) + links_edge_count(links);
         e++)
        for (int64_t k = 0; k < words[e]; k++, at++) {
            if (!faulty && heard[at] != (double)(10 * e + k) / 7.0)
                die("edge %" PRId64 " heard %g", e, heard[at]);
            sums[graph->to[e] - links_first(links)] += heard[at];
        }
    print_all("varied", graph->nodes, 1, sums);
    free(words);
    free(sent);
    free(heard);
    free(sums);
}

static void try_kind(const Digraph *graph, Links *links, int kind)
{
    const char *const what[] = {"mean", "least", "largest"};
    int64_t numbers = links_count(links) * 2;
    double *values = alloc_zeroed((size_t)numbers, sizeof *values);
    double *result = alloc_zeroed((size_t)numbers, sizeof *result);
    for (int64_t k = 0; k < numbers; k++) values[k] = value_of(links_first(links) + k / 2, k % 2);
    if (comm_is_first()) printf("%s\n", coordination_kind_name(kind));
    Coordination *coordination =
        coordination_create(coordination_kind_name(kind), graph, links, 1000);
    for (Aggregate a = COORDINATE_MEAN; a <= COORDINATE_LARGEST; a++) {
        if (!coordination_kind_does(kind, a)) continue;
        CoordinationReport report = coordination_run(coordination, a, 2, values, result);
        if (comm_is_first())
            printf("trusted %d fell back %d spread %a\n", report.trusted, report.fell_back,
                   report.spread);
        print_all(what[a], graph->nodes, 2, result);
    }
    coordination_free(coordination);
    print_traffic(links);
    free(values);
    free(result);
}

static bool suffers_well(int kind)
{
    const char *name = coordination_kind_name(kind);
    return !strcmp(name, "flood") || !strcmp(name, "stopping") || !strcmp(name, "consensus");
}

static void try_graph(const char *text, const char *transport)
{
    Digraph *graph = digraph_create(text, 1001);
    Links *links = links_create(graph->nodes, graph->edges, graph->from, graph->to, transport);
    if (comm_is_first()) printf("== %s\n", text);
    try_rounds(graph, links, 1);
    try_rounds(graph, links, 11);
    try_varied(graph, links, false);
    for (int kind = 0; kind < coordination_kind_count(); kind++) try_kind(graph, links, kind);
    links_set_fault(links, lose_some, NULL);
    try_varied(graph, links, true);
    for (int kind = 0; kind < coordination_kind_count(); kind++)
        if (suffers_well(kind)) try_kind(graph, links, kind);
    int64_t lost = links_lost(links);
    if (comm_is_first()) printf("lost %" PRId64 "\n", lost);
    links_free(links);
    digraph_free(graph);
}

int main(int argc, char **argv)
{
    comm_open(&argc, &argv);
    comm_go();
    const char *transport = argc > 1 ? argv[1] : "neighbor";
    int doomed = argc > 2 ? atoi(argv[2]) : -1;
    for (size_t k = 0; k < sizeof graphs / sizeof *graphs; k++) {
        if (k == 3 && comm_rank() == doomed) kill(getpid(), SIGKILL);
        try_graph(graphs[k], transport);
    }
    fflush(stdout);
    comm_close();
    return 0;
}
