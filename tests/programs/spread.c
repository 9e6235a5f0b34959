/* The smallest experiment whose trials are networks: what tests/test_mpi.sh runs on several ranks.
 *
 * A trial finds the mean of its nodes' numbers by flooding. A rank can be told to kill itself, or
 * to give up, in the middle of a trial. */
#include "base/die.h"
#include "base/rng.h"
#include "comm/comm.h"
#include "graph/coordination.h"
#include "trial/program.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    int64_t trials, kill_at, give_up_at, rank;
    bool apart;
} config = {.trials = 6, .kill_at = -1, .give_up_at = -1, .rank = 1};

static const CliOption options[] = {
    {"trials", CLI_INT, &config.trials, 1, 1000, "Number of trials", CLI_CONFIGURES},
    {"kill-at", CLI_INT, &config.kill_at, -1, 1000, "Trial in which a rank is killed; -1: none",
     CLI_OPERATES},
    {"give-up-at", CLI_INT, &config.give_up_at, -1, 1000,
     "Trial in which a rank gives up; -1: none", CLI_OPERATES},
    {"apart", CLI_FLAG, &config.apart, 0, 0, "Share out the trials instead of their nodes",
     CLI_OPERATES},
    {"rank", CLI_INT, &config.rank, 0, 1000, "Which rank that is", CLI_OPERATES},
};

static void follow_orders(int64_t trial)
{
    if (comm_rank() != config.rank) return;
    if (trial == config.kill_at) kill(getpid(), SIGKILL);
    if (trial == config.give_up_at) die("this rank was told to give up");
}

static void run_trial(void *context, int64_t trial, Table *const tables[])
{
    const ProgramOptions *run = context;
    Digraph *graph = digraph_create("random:nodes=10,share=0.2", (uint64_t)(run->seed + trial));
    Links *links = links_create(graph->nodes, graph->edges, graph->from, graph->to, "neighbor");
    Coordination *flood = coordination_create("flood", graph, links, 0);
    double value[10], mean[10], all[10];
    for (int64_t i = 0; i < links_count(links); i++) {
        Rng rng = rng_stream((uint64_t)run->seed + (uint64_t)(links_first(links) + i),
                             (uint32_t)trial, RNG_DATA);
        value[i] = rng_normal(&rng);
    }
    follow_orders(trial);
    coordination_run(flood, COORDINATE_MEAN, 1, value, mean);
    comm_gather(graph->nodes, 1, mean, all);
    table_int(tables[0], trial);
    table_outcome(tables[0], OUTCOME_REACHED);
    table_real(tables[0], all[graph->nodes - 1]);
    table_end_row(tables[0]);
    coordination_free(flood);
    links_free(links);
    digraph_free(graph);
}

static void crashed_trial(void *context, int64_t trial, Table *const tables[])
{
    (void)context;
    table_int(tables[0], trial);
    table_outcome(tables[0], OUTCOME_CRASHED);
    table_real(tables[0], 0.0);
    table_end_row(tables[0]);
}

static void plan(const ProgramOptions *run, SweepPlan *sweep)
{
    sweep->count = config.trials;
    sweep->together = !config.apart;
    sweep->table_count = 1;
    sweep->table[0] = (SweepTable){"trials", "trial,outcome,mean"};
    sweep->context = (void *)(uintptr_t)run;
    sweep->run = run_trial;
    sweep->crashed = crashed_trial;
}

int main(int argc, char **argv)
{
    const Program program = {.name = "spread",
                             .about = "Means over small networks.",
                             .examples = "  mpirun -n 3 spread --trials 4",
                             .option_count = sizeof options / sizeof *options,
                             .options = options,
                             .together = true,
                             .plan = plan};
    return program_main(&program, argc, argv);
}
