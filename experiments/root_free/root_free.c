/* Do adaptive methods need the square root, judged fairly?
 *
 * arXiv 2402.03496: without the root the mean square of the gradients is an estimate of the
 * curvature, of which no root has to be taken, not even of matrices; with it adaptive methods are
 * in part sign descent. Here methods with and without it get equal budgets on small tasks, and
 * the arithmetic of the authors' programs is followed to the bit.
 *
 * Writes trials.csv (a row per training run or measurement) and curves.csv (histograms and
 * differences along the steps). What the columns mean is in README.md. */
#include "studies.h"

const ProgramOptions *frame;

static const Study *const studies[] = {&study_search,   &study_gap,   &study_batch, &study_power,
                                       &study_released, &study_stall, &study_exact};
static const StudyTable table = {sizeof studies / sizeof *studies, studies, TABLES, study_tables};

static void plan(const ProgramOptions *given, SweepPlan *sweep)
{
    frame = given;
    studies_plan(&table, config.studies, sweep);
}

int main(int argc, char **argv)
{
    static const ProgramVerb verbs[] = {
        {"compare", "optimizers compared on your own data, such as --data FILE", compare_main},
    };
    Program program = {
        .name = "root_free",
        .about = "Adaptive methods without the square root (arXiv 2402.03496): equal search "
                 "budgets, exact laws, and the state of the authors' programs in half precision.",
        .examples = "  root_free                              every figure's data, quick profile\n"
                    "  root_free --studies search --tasks vit --search-runs 32\n"
                    "  root_free compare --data book.txt --optimizers adamw,muon --budget 20m\n",
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
