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

Config config = {
    .studies =
        "scaling monotone run threshold critical_scale blow_up first_hit bifurcation "
        "coexistence coexistence_edge basins search budget transition separate population payoff "
        "nonseparable margin real large safe",
    .scaling_sets = "hard:gamma=0.2 pair:gamma=0.1 imbalanced:n=1000",
    .scaling_methods =
        "gd_inverse_smooth gd_monotone gd_cube_root gd_triple_cube_root gd_square_root "
        "gd_triple_square_root gd_near_critical gd_best nesterov nesterov_best nesterov_restart",
    .scaling_lambdas = {9,
                        {1e-3, 3.1622776601683794e-4, 1e-4, 3.1622776601683795e-5, 1e-5,
                         3.1622776601683795e-6, 1e-6, 3.1622776601683795e-7, 1e-7}},
    .monotone_lambdas = {7, {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9}},
    .absolute_target = 1e-10,
    .relative_target = 1e-6,
    .max_steps = 50000000,
    .run_sets = "hard:gamma=0.2 imbalanced:n=100 digits:positive=0",
    .run_methods = "gd_inverse_smooth gd_monotone gd_triple_square_root gd_near_critical",
    .run_lambda = 1e-5,
    .threshold_sets = "single scalars:a1=1,n1=1,a2=0.5,n2=1,a3=0.1,n3=1 pair:gamma=0.1 "
                      "pair:gamma=0.3 hard:gamma=0.3 spread:n=50,d=20,gamma=0.2",
    .threshold_lambdas = {4, {1e-2, 1e-3, 1e-4, 1e-5}},
    .scale_sets = "single pair:gamma=0.3 pair:gamma=0.1 hard:gamma=0.3",
    .scale_lambdas = {10, {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10}},
    .bifurcation_set = "single",
    .bifurcation_lambda = 1e-3,
    .bifurcation_rates = 400,
    .coexistence_set = "scalars:a1=1,n1=199,a2=0.01,n2=1",
    .coexistence_lambda = 1e-6,
    .coexistence_rates = 40,
    .basin_points = 60,
    .search_sets = 100000,
    .budget_sets = "pair:gamma=0.3 pair:gamma=0.1 toy random:n=20,d=5,gamma=0.2",
    .budget_low = 10,
    .budget_high = 22,
    .transition_sets = "pair:gamma=0.1 pair:gamma=0.3 random:n=50,d=10,gamma=0.1 "
                       "random:n=200,d=400,gamma=0.07",
    .separate_sets = "pair:gamma=0.1 random:n=50,d=10,gamma=0.1 random:n=200,d=400,gamma=0.07 "
                     "digits:positive=0,negative=1 digits:positive=0 iris:positive=setosa",
    .transition_high = 16,
    .imbalanced_rows = {4, {100, 300, 1000, 3000}},
    .population = "mixture:d=12,gamma=0.15",
    .population_rows = {8, {64, 128, 256, 512, 1024, 2048, 4096, 8192}},
    .payoff_rows = {6, {128, 256, 512, 1024, 2048, 4096}},
    .payoff_noises = {4, {0, 0.05, 0.1, 0.2}},
    .repeats = 20,
    .test_rows = 10000,
    .risk_factor = 1.1,
    .risk_budget = 64,
    .first_hit_set = "pair:gamma=0.3",
    .first_hit_level = 1.05,
    .run_large_methods = "gd_triple_square_root gd_near_critical",
    .nonseparable_sets = "scalars:a1=1,n1=2,a2=-0.00044,n2=9114 0 "
                         "scalars:a1=1,n1=1,a2=-0.00071,n2=2853 -61060",
    .nonseparable_levels = {9, {0.5, 0.9, 0.99, 1.05, 1.2, 1.4, 1.6, 1.8, 1.95}},
    .real_sets = "digits:positive=0,negative=1 digits:positive=0 iris:positive=setosa "
                 "wine:positive=0",
    .real_methods =
        "gd_inverse_smooth gd_monotone gd_triple_cube_root gd_triple_square_root gd_best "
        "gd_recommended nesterov nesterov_restart heavy_ball silver polyak bb1 bb2 abb adgd2020 "
        "adgd2023 armijo lbfgs newton",
    .real_lambdas = {3, {1e-3, 1e-4, 1e-5}},
    .real_max_steps = 50000,
    .large_sets = "fashion:positive=1,negative=9 fashion:positive=2,negative=4",
    .large_methods = "gd_inverse_smooth gd_near_critical gd_recommended nesterov "
                     "nesterov_restart polyak bb1 abb adgd2023 armijo lbfgs newton",
    .large_lambdas = {2, {1e-3, 1e-4}},
    .large_max_gradients = 500,
    .separable_sets = "digits:positive=0,negative=1 digits:positive=0 iris:positive=setosa "
                      "wine:positive=0 breast fashion:positive=1,negative=9",
    .inseparable_sets = "digits:positive=8 iris:positive=versicolor,negative=virginica",
    .safe_sets = "single pair:gamma=0.1 pair:gamma=0.3 hard:gamma=0.2 imbalanced:n=100 "
                 "spread:n=50,d=20,gamma=0.2 scalars:a1=1,n1=199,a2=0.01,n2=1 "
                 "digits:positive=0,negative=1 iris:positive=setosa wine:positive=0",
    .safe_levels = {24, {0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4,  0.5, 0.6, 0.7, 0.8, 0.9,
                         1.05, 1.1, 1.2,  1.3, 1.4,  1.5, 1.75, 2,   2.5, 3,   4,   5}},
    .safe_max_steps = 20000,
    .safe_lambda = 1e-4,
};
const ProgramOptions *frame;

static const CliOption options[] = {
    {"studies", CLI_TEXT, &config.studies, 0, 0, "Studies to run", 0},
    {"scaling-sets", CLI_TEXT, &config.scaling_sets, 0, 0, "Sets of scaling and monotone", 0},
    {"scaling-methods", CLI_TEXT, &config.scaling_methods, 0, 0, "Methods of scaling", 0},
    {"scaling-lambdas", CLI_LIST, &config.scaling_lambdas, 1e-12, 1, "Lambdas of scaling", 0},
    {"monotone-lambdas", CLI_LIST, &config.monotone_lambdas, 1e-12, 1, "Lambdas of monotone", 0},
    {"absolute-target", CLI_REAL, &config.absolute_target, 1e-16, 1, "Gap to settle below", 0},
    {"relative-target", CLI_REAL, &config.relative_target, 1e-12, 1,
     "Gap to settle below, as a share of the optimal value", 0},
    {"max-steps", CLI_INT, &config.max_steps, 1, 1e12, "Budget of a scaling run in steps", 0},
    {"run-sets", CLI_TEXT, &config.run_sets, 0, 0, "Sets of the logged runs", 0},
    {"run-methods", CLI_TEXT, &config.run_methods, 0, 0, "Methods of the logged runs", 0},
    {"run-large-methods", CLI_TEXT, &config.run_large_methods, 0, 0, "Those that L4 calls large",
     0},
    {"run-lambda", CLI_REAL, &config.run_lambda, 1e-12, 1, "Lambda of the logged runs", 0},
    {"threshold-sets", CLI_TEXT, &config.threshold_sets, 0, 0, "Sets of threshold", 0},
    {"threshold-lambdas", CLI_LIST, &config.threshold_lambdas, 1e-12, 1, "Lambdas of threshold", 0},
    {"scale-sets", CLI_TEXT, &config.scale_sets, 0, 0, "Sets of critical_scale", 0},
    {"scale-lambdas", CLI_LIST, &config.scale_lambdas, 1e-12, 0.5, "Lambdas of critical_scale", 0},
    {"bifurcation-set", CLI_TEXT, &config.bifurcation_set, 0, 0, "One-dimensional set", 0},
    {"bifurcation-lambda", CLI_REAL, &config.bifurcation_lambda, 1e-12, 1, "Its lambda", 0},
    {"bifurcation-rates", CLI_INT, &config.bifurcation_rates, 2, 1e5, "Rates of the picture", 0},
    {"first-hit-set", CLI_TEXT, &config.first_hit_set, 0, 0, "Set of first_hit", 0},
    {"first-hit-level", CLI_REAL, &config.first_hit_level, 1, 2, "Its rate in critical steps", 0},
    {"coexistence-set", CLI_TEXT, &config.coexistence_set, 0, 0, "One-dimensional set", 0},
    {"coexistence-lambda", CLI_REAL, &config.coexistence_lambda, 1e-12, 1, "Its lambda", 0},
    {"coexistence-rates", CLI_INT, &config.coexistence_rates, 2, 1e5, "Rates up to critical", 0},
    {"basin-points", CLI_INT, &config.basin_points, 2, 1e4, "Rates and starts of the basins", 0},
    {"search-sets", CLI_INT, &config.search_sets, 1, 1e9, "Random sets searched for failures", 0},
    {"budget-sets", CLI_TEXT, &config.budget_sets, 0, 0, "Sets of budget", 0},
    {"budget-low", CLI_INT, &config.budget_low, 1, 40, "log2 of the smallest budget", 0},
    {"budget-high", CLI_INT, &config.budget_high, 1, 40, "log2 of the largest budget", 0},
    {"transition-sets", CLI_TEXT, &config.transition_sets, 0, 0, "Sets of transition", 0},
    {"separate-sets", CLI_TEXT, &config.separate_sets, 0, 0, "Sets of separate", 0},
    {"transition-high", CLI_INT, &config.transition_high, 1, 60, "log2 of the largest rate", 0},
    {"imbalanced-rows", CLI_LIST, &config.imbalanced_rows, 2, 1e9, "n of the imbalanced sets", 0},
    {"population", CLI_TEXT, &config.population, 0, 0, "Population, without n and noise", 0},
    {"population-rows", CLI_LIST, &config.population_rows, 2, 1e7, "n of population", 0},
    {"payoff-rows", CLI_LIST, &config.payoff_rows, 2, 1e7, "n of payoff", 0},
    {"payoff-noises", CLI_LIST, &config.payoff_noises, 0, 0.5, "Shares of flipped labels", 0},
    {"repeats", CLI_INT, &config.repeats, 1, 10000, "Samples for each n", 0},
    {"risk-factor", CLI_REAL, &config.risk_factor, 1, 100, "Target in risks of the minimiser", 0},
    {"risk-budget", CLI_INT, &config.risk_budget, 1, 1e6, "Budget of a run in n steps", 0},
    {"test-rows", CLI_INT, &config.test_rows, 1, 1e8, "Fresh rows that measure the risk", 0},
    {"nonseparable-sets", CLI_TEXT, &config.nonseparable_sets, 0, 0, "Pairs of set and start", 0},
    {"nonseparable-levels", CLI_LIST, &config.nonseparable_levels, 0, 10, "Rates times H", 0},
    {"real-sets", CLI_TEXT, &config.real_sets, 0, 0, "Real sets", 0},
    {"real-methods", CLI_TEXT, &config.real_methods, 0, 0, "Methods compared on them", 0},
    {"real-lambdas", CLI_LIST, &config.real_lambdas, 1e-12, 1, "Lambdas of real", 0},
    {"real-max-steps", CLI_INT, &config.real_max_steps, 1, 1e12, "Budget of a run in steps", 0},
    {"large-sets", CLI_TEXT, &config.large_sets, 0, 0, "Real sets at size", 0},
    {"large-methods", CLI_TEXT, &config.large_methods, 0, 0, "Methods compared on them", 0},
    {"large-lambdas", CLI_LIST, &config.large_lambdas, 1e-12, 1, "Lambdas of large", 0},
    {"large-max-gradients", CLI_INT, &config.large_max_gradients, 1, 1e12, "Budget of a run", 0},
    {"separable-sets", CLI_TEXT, &config.separable_sets, 0, 0, "Sets known to be separable", 0},
    {"inseparable-sets", CLI_TEXT, &config.inseparable_sets, 0, 0, "Sets known not to be", 0},
    {"safe-sets", CLI_TEXT, &config.safe_sets, 0, 0, "Sets of safe", 0},
    {"safe-levels", CLI_LIST, &config.safe_levels, 0, 100, "Rates in critical steps", 0},
    {"safe-max-steps", CLI_INT, &config.safe_max_steps, 1, 1e12, "Budget of a run in steps", 0},
    {"safe-lambda", CLI_REAL, &config.safe_lambda, 1e-12, 1, "Lambda of safe", 0},
};

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
    static const Program program = {
        .name = "large_stepsize",
        .about = "Large constant steps accelerate gradient descent for regularised logistic "
                 "regression (arXiv 2506.02336).",
        .examples = "  large_stepsize                        every figure's data, quick profile\n"
                    "  large_stepsize --profile laptop --jobs 8\n"
                    "  large_stepsize --studies 'scaling' --scaling-lambdas 1e-2:1e-5:7\n"
                    "  large_stepsize advise --data my.libsvm --lambda 1e-4\n",
        .option_count = sizeof options / sizeof *options,
        .options = options,
        .plan = plan,
        .inputs = data_inputs,
        .summarise = summarise,
        .verb_count = 1,
        .verbs = verbs,
    };
    return program_main(&program, argc, argv);
}
