/* What does it cost to bring a language model up to date, and what is lost by paying less?
 *
 * arXiv 2410.04103: each new version of the data asks for a new version of the model. Training
 * from scratch costs N (N + 1) / 2 for N versions, going on from the version before costs N and
 * ends higher; switching paths (a trunk at the largest rate, a decayed branch for each version)
 * is to be as good as the first at little more than the cost of the second. We train all of these
 * and their rivals on small networks, and count.
 *
 * Writes trials.csv (a row per arm, version and domain of text) and curves.csv (rates of paths,
 * and losses along some). What the columns mean is in README.md. */
#include "studies.h"

#include "base/die.h"

const ProgramOptions *frame;
const char *run_key;

static const Study *const studies[] = {
    &study_schedules, &study_versions, &study_equal, &study_stages,   &study_decays,
    &study_shapes,    &study_domains,  &study_sizes, &study_horizons, &study_prediction};
static const StudyTable table = {sizeof studies / sizeof *studies, studies, TABLES, study_tables};

static void plan(const ProgramOptions *given, SweepPlan *sweep)
{
    frame = given;
    run_key = format_text("%s", sweep->key.hex); /* lives until the program ends */
    config_check();
    studies_plan(&table, config.studies, sweep);
}

int main(int argc, char **argv)
{
    static const ProgramVerb verbs[] = {
        {"plan", "what versions of your own model would cost under every paradigm", plan_main},
        {"run", "the paradigms on your own texts", run_main},
    };
    Program program = {
        .name = "path_switching",
        .about = "Learning-rate path switching for version updates of language models (arXiv "
                 "2410.04103), and its rivals, trained and counted.",
        .examples =
            "  path_switching                        every figure's data, quick profile\n"
            "  path_switching --profile laptop --jobs 8\n"
            "  path_switching --studies versions --version-arms 'ours=path_switching:alpha=0.2'\n"
            "  path_switching plan --versions 4 --tokens-per-version 10e9 --params 1.2e9\n",
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
