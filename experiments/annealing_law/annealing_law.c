/* What does annealing the rate do to the loss, and can one equation say it beforehand?
 *
 * arXiv 2408.11029: a training curve follows L = L0 + A S1^-alpha - C S2, where S1 is
 * the sum of the rates so far and S2 what annealing has taken off, in whatever order
 * the rates came. Here small networks are trained under many schedules.
 *
 * Writes trials.csv (a row per run) and curves.csv (a row per logged step).
 * What the columns mean in each study is in README.md. */
#include "own_log.h"
#include "studies.h"

const ProgramOptions *frame;

static const Study *const studies[] = {
    &study_schedules, &study_runs,    &study_source, &study_curves, &study_delay, &study_pairs,
    &study_recursion, &study_printed, &study_public, &study_ends,   &study_sizes, &study_forecasts};
static const StudyTable table = {sizeof studies / sizeof *studies, studies, TABLES, study_tables};

static void plan(const ProgramOptions *given, SweepPlan *sweep)
{
    frame = given;
    studies_plan(&table, config.studies, sweep);
}

int main(int argc, char **argv)
{
    static const ProgramVerb verbs[] = {
        {"train", "train a small network on your own text under any schedule", train_main},
        {"fit", "a law fitted to your own logs", fit_main},
        {"forecast", "the final loss of your own run from its beginning", forecast_main},
        {"advise", "the decay of the rate that laws fitted to your logs advise", advise_main},
        {"schedule", "the rates of one schedule or of all kinds, as CSV", schedule_main},
    };
    Program program = {
        .name = "annealing_law",
        .about = "A scaling law with learning-rate annealing (arXiv 2408.11029): training curves "
                 "under many schedules. With --device cuda networks are trained on the GPU; the "
                 "exact recursion and the fits of laws stay on the CPU.",
        .examples = "  annealing_law                          every figure's data, quick profile\n"
                    "  annealing_law --profile laptop --jobs 8\n"
                    "  annealing_law train --data book.txt --schedule wsd --steps 2000 --log "
                    "run.csv\n"
                    "  annealing_law schedule --schedule 'cosine wsd:decay=0.1' --steps 1000\n",
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
