/* Can the nodes of a directed network choose their step by themselves, and what does it take?
 *
 * arXiv 2508.05887: each node estimates the curvature of its own function, the nodes form the exact
 * mean of their steps in finitely many rounds of messages to neighbours, and all use it. We measure
 * what that is worth against steps that are not coordinated and against tuned methods, what it
 * costs in rounds and bytes, and where it breaks: in double precision, and by the mean itself.
 *
 * Writes trials.csv (a row per run, coordination or measurement), curves.csv (a row per iteration)
 * and network.csv (the network of the picture). What the columns mean is in README.md. */
#include "studies.h"

#include "base/die.h"

#include <string.h>

const ProgramOptions *frame;

static const Study *const studies[] = {
    &study_network,   &study_coordinated, &study_location,  &study_readings,
    &study_shared,    &study_tracking,    &study_real,      &study_cost,
    &study_agreement, &study_unbalanced,  &study_precision, &study_faults,
    &study_edge,      &study_divergence,  &study_refresh,   &study_scale};
static const StudyTable table = {sizeof studies / sizeof *studies, studies, TABLES, study_tables};

static bool shares_nodes(void)
{
    bool nodes = !strcmp(config.ranks_share, "nodes");
    if (!nodes && strcmp(config.ranks_share, "trials") != 0)
        die_usage("--ranks-share takes nodes or trials, not '%s'", config.ranks_share);
    return nodes;
}

static void plan(const ProgramOptions *given, SweepPlan *sweep)
{
    frame = given;
    sweep->together = shares_nodes();
    studies_plan(&table, config.studies, sweep);
}

int main(int argc, char **argv)
{
    static const ProgramVerb verbs[] = {
        {"plan", "what coordination costs on your own network, and what it brings", plan_main},
    };
    Program program = {
        .name = "distributed_stepsize",
        .about = "Automated step sizes with finite-time coordination on directed networks (arXiv "
                 "2508.05887). Its nodes compute on the CPU, in double precision, whatever "
                 "--device says.",
        .examples =
            "  distributed_stepsize                        every figure's data, quick profile\n"
            "  mpirun -n 4 distributed_stepsize            the same, nodes spread over ranks\n"
            "  distributed_stepsize --studies 'edge divergence'\n"
            "  distributed_stepsize plan --graph edges.txt\n",
        .together = true,
        .option_count = study_option_count,
        .options = study_options,
        .plan = plan,
        .inputs = data_inputs,
        .summarise = summarise,
        .verb_count = sizeof verbs / sizeof *verbs,
        .verbs = verbs,
    };
    return program_main(&program, argc, argv);
}
