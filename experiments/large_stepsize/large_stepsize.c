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
#include <string.h>

const ProgramOptions *frame;

static const Study *const studies[] = {
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
enum { STUDIES = sizeof studies / sizeof *studies };

/* Which study a trial belongs to, and its index there. */
static const Study *find_study(int64_t trial, int64_t *index)
{
    for (int s = 0; s < STUDIES; s++) {
        if (!words_contain(config.studies, studies[s]->name)) continue;
        int64_t count = studies[s]->count();
        if (trial < count) {
            *index = trial;
            return studies[s];
        }
        trial -= count;
    }
    die("trial %lld does not exist", (long long)trial);
}

static void run(void *context, int64_t trial, Table *const tables[])
{
    (void)context;
    Job job = {.trial = trial, .tables = tables};
    find_study(trial, &job.index)->run(&job);
}

static void crashed(void *context, int64_t trial, Table *const tables[])
{
    (void)context;
    int64_t index;
    const Study *study = find_study(trial, &index);
    Row row = row_begin(study->name);
    study->factors(index, &row);
    row.outcome = OUTCOME_CRASHED;
    row_write(&row, trial, tables);
}

static double cost(void *context, int64_t trial)
{
    (void)context;
    int64_t index;
    const Study *study = find_study(trial, &index);
    return study->cost ? study->cost(index) : 0.1;
}

static const char *label(void *context, int64_t trial)
{
    (void)context;
    int64_t index;
    return find_study(trial, &index)->name;
}

static void check_studies(void)
{
    for (int64_t k = 0; k < words_count(config.studies); k++) {
        char *word = words_item(config.studies, k);
        bool known = false;
        for (int s = 0; s < STUDIES; s++) known = known || strcmp(word, studies[s]->name) == 0;
        if (!known) die_usage("--studies: '%s' is not a study; see --help for the list", word);
        free(word);
    }
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
    check_studies();
    check_methods();
    for (int s = 0; s < STUDIES; s++)
        if (words_contain(config.studies, studies[s]->name)) sweep->count += studies[s]->count();
    sweep->table_count = 2;
    sweep->table[0] = (SweepTable){"trials", trials_heading};
    sweep->table[1] = (SweepTable){"curves", curves_heading};
    sweep->run = run;
    sweep->crashed = crashed;
    sweep->cost = cost;
    sweep->label = label;
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
