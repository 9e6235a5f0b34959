/* Every method of the network: prints what an observer sees and what was counted.
 *
 *   [mpirun -n K] methods [TRANSPORT]
 *
 * tests/test_mpi.sh compares the bytes for any number of ranks. */
#include "comm/comm.h"
#include "network/observe.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const directed[] = {"gd",
                                       "adgd",
                                       "dlas_ftc",
                                       "dlas_ftc:pass=fused",
                                       "dlas_ftc:rule=average,pass=fused",
                                       "dlas_ftc:rule=least",
                                       "dlas_ftc:rule=none",
                                       "dlas_ftc:rule=dlas,safety=0.1",
                                       "dlas_ftc:rule=global",
                                       "dlas_ftc:reading=mixed,safety=0.1",
                                       "dlas_ftc:by=finite_field",
                                       "dlas_ftc:by=hankel_checked",
                                       "dlas_ftc:by=sundaram",
                                       "dlas_ftc:by=stopping",
                                       "subgradient_push",
                                       "push_diging",
                                       "ab",
                                       "push_pull",
                                       "push_pull:rule=harmonic,safety=0.1",
                                       "frost:rate=0.01",
                                       "chen_wang",
                                       NULL};
static const char *const undirected[] = {"dlas:safety=0.1", "dgd", "extra", "diging", "atc",
                                         "bb:mixings=3",    NULL};

static void record(void *context, int64_t iteration, const Traffic *traffic,
                   const Observation *seen)
{
    if (!comm_is_first()) return;
    printf("%s %lld %lld %lld %lld %a %a %a %a %a %a %d\n", (const char *)context,
           (long long)iteration, (long long)traffic->rounds, (long long)traffic->messages,
           (long long)traffic->bytes, seen->error, seen->gap, seen->disagreement, seen->rate_mean,
           seen->local_least, seen->local_largest, seen->rates_equal);
}

static void run_all(const Digraph *graph, const char *const methods[], const char *transport)
{
    LocalProblem *problem = local_create("regression:ratio=5", graph->nodes, "", 1000);
    for (; *methods; methods++) {
        Links *links = links_create(graph->nodes, graph->edges, graph->from, graph->to, transport);
        MethodWorld world = {graph, links, problem, 1000};
        Method *method = method_create(*methods, &world);
        NetworkRun run = {.iterations = 40,
                          .give_up = 1e9,
                          .log_every = 8,
                          .context = (void *)*methods,
                          .record = record};
        network_run(&run, method, &world);
        method_free(method);
        links_free(links);
    }
    local_free(problem);
}

int main(int argc, char **argv)
{
    comm_open(&argc, &argv);
    comm_go();
    const char *transport = argc > 1 ? argv[1] : "neighbor";
    Digraph *graph = digraph_create("random:nodes=11,share=0.15", 1000);
    Digraph *both = digraph_undirected(graph);
    run_all(graph, directed, transport);
    run_all(both, undirected, transport);
    digraph_free(both);
    digraph_free(graph);
    fflush(stdout);
    comm_close();
    return 0;
}
