/* How large may a constant step be for regularised logistic regression, and what
 * does a large one gain?
 *
 * arXiv 2506.02336: on separable data gradient descent with a constant step far above
 * 2/L is not monotone, converges all the same, and needs only about sqrt(1/lambda)
 * steps instead of 1/lambda. We measure the exponents, look for the critical step and
 * for what lies above it, on synthetic and real data.
 *
 * Writes trials.csv (a row per run or measurement) and curves.csv (a row per logged step).
 * What the columns mean in each study is in README.md. */
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "solve/method.h"

#include <stdlib.h>

const ProgramOptions *frame;

static const Grid *const grids[] = {
    &study_scaling,
    &study_monotone,
    &study_run,
    &study_threshold,
    &study_critical_scale,
    &study_blow_up,
    &study_first_hit,
    &study_bifurcation,
    &study_coexistence,
    &study_coexistence_edge,
    &study_basins,
    &study_search,
    &study_budget,
    &study_transition,
    &study_separate,
    &study_population,
    &study_payoff,
    &study_nonseparable,
    &study_margin,
    &study_real,
    &study_large,
    &study_safe,
};
enum { GRIDS = sizeof grids / sizeof *grids };

static int64_t count(const Study *study) { return ((const Grid *)study->context)->count(); }

static Row begin(const StudyJob *job)
{
    const Grid *grid = job->study->context;
    Row row = row_begin(grid->name);
    grid->factors(job->index, &row);
    return row;
}

static void run(const StudyJob *job)
{
    const Grid *grid = job->study->context;
    grid->run(job, begin(job));
}

static void crashed(const StudyJob *job)
{
    Row row = begin(job);
    row.outcome = OUTCOME_CRASHED;
    row_write(&row, job);
}

static double cost(const Study *study, int64_t index)
{
    return ((const Grid *)study->context)->cost(index);
}

/* They live until the program ends. */
static const Study *const *make_studies(void)
{
    const Study **studies = alloc_zeroed(GRIDS, sizeof *studies);
    Study *study = alloc_zeroed(GRIDS, sizeof *study);
    for (int g = 0; g < GRIDS; g++) {
        study[g] =
            (Study){grids[g]->name, grids[g], count, run, crashed, grids[g]->cost ? cost : NULL};
        studies[g] = &study[g];
    }
    return studies;
}

/* Before any trial: a wrong name would crash its trials one by one. */
static void check_methods(void)
{
    const char *lists[] = {config.scaling_methods, config.run_methods, config.real_methods,
                           config.large_methods};
    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++)
        for (int64_t k = 0; k < words_count(lists[list]); k++) {
            char *word = words_item(lists[list], k);
            method_named(word);
            free(word);
        }
}

static void plan(const ProgramOptions *given, SweepPlan *sweep)
{
    frame = given;
    check_methods();
    const StudyTable table = {GRIDS, make_studies(), TABLES, study_tables};
    studies_plan(&table, config.studies, sweep);
}

int main(int argc, char **argv)
{
    static const ProgramVerb verbs[] = {
        {"advise", "how large a step for your own data set", advise_main}};
    Program program = {
        .name = "large_stepsize",
        .about = "Large constant steps accelerate gradient descent for regularised logistic "
                 "regression (arXiv 2506.02336). With --device cuda the passes over sets of "
                 "256 KB or more run on the GPU; smaller ones, sparse ones and Hessians "
                 "stay on the CPU.",
        .examples = "  large_stepsize                        every figure's data, quick profile\n"
                    "  large_stepsize --profile laptop --jobs 8\n"
                    "  large_stepsize --studies 'scaling' --scaling-lambdas 1e-2:1e-5:7\n"
                    "  large_stepsize advise --data my.libsvm --lambda 1e-4\n",
        .option_count = study_option_count,
        .options = study_options,
        .plan = plan,
        .inputs = data_inputs,
        .summarise = summarise,
        .verb_count = 1,
        .verbs = verbs,
    };
    return program_main(&program, argc, argv);
}
