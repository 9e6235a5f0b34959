/* How large a constant step for your own data set, and what does it gain?
 *
 * Reads LIBSVM or CSV, says whether the data are separable and what the critical step is,
 * recommends a step and checks it by running it, and compares solvers by running them.
 * With --json the whole answer as JSON (results/SCHEMA.md). */
#include "advise.h"

#include "base/die.h"
#include "base/words.h"
#include "compute/backend.h"
#include "compute/rowpass.h"
#include "io/cli.h"
#include "io/files.h"
#include "io/progress.h"
#include "solve/method.h"
#include "studies.h"

#include <omp.h>
#include <stdlib.h>

static AdviseOptions given = {
    .methods = "gd_inverse_smooth gd_recommended gd_guarded gd_square_root gd_cube_root nesterov "
               "nesterov_restart bb1 abb adgd2023 armijo lbfgs newton",
    .epsilon = 1e-6,
    .device = "cpu",
};

static const CliOption options[] = {
    {"data", CLI_TEXT, &given.data, 0, 0, "LIBSVM or CSV, plain or gzip", 0},
    {"lambda", CLI_REAL, &given.lambda, 0, 1e6, "Weight of |w|^2/2, rows scaled; 0: 1/n", 0},
    {"format", CLI_TEXT, &given.format, 0, 0, "libsvm or csv; unless given, by content", 0},
    {"label-column", CLI_TEXT, &given.label_column, 0, 0,
     "CSV: name, or number from 1; unless given, label, class, target or the last", 0},
    {"skip-lines", CLI_INT, &given.skip_lines, 0, 1e6, "CSV: lines before the data", 0},
    {"positive", CLI_TEXT, &given.positive, 0, 0, "Label of the positive class", 0},
    {"negative", CLI_TEXT, &given.negative, 0, 0, "Label of the other; unless given, the rest", 0},
    {"no-bias", CLI_FLAG, &given.no_bias, 0, 0, "Without a constant column", 0},
    {"epsilon", CLI_REAL, &given.epsilon, 1e-12, 0.5, "Relative gap to settle below", 0},
    {"methods", CLI_TEXT, &given.methods, 0, 0, "Methods to compare, separated by blanks", 0},
    {"max-gradients", CLI_INT, &given.max_gradients, 0, 1e12,
     "Gradients of one run at most; 0: some seconds' worth", 0},
    {"weights", CLI_TEXT, &given.weights, 0, 0, "Write the minimiser to this CSV file", 1},
    {"json", CLI_FLAG, &given.json, 0, 0, "Answer in JSON", 1},
    {"quiet", CLI_FLAG, &given.quiet, 0, 0, "No progress line, no warnings of what was found", 1},
    {"threads", CLI_INT, &given.threads, 0, 1024, "Threads; 0: as many as OMP_NUM_THREADS", 1},
    {"device", CLI_TEXT, &given.device, 0, 0,
     "Where gradients of large data are computed: cpu or cuda", 1},
};

static const char *const inseparable =
    "the data are not separable: the theory of large steps does not cover them, and even steps "
    "below the critical one may cycle (2406.05033); the recommended one was run";
static const char *const undecided =
    "neither a separating direction nor a proof that there is none was found: the margin's bounds "
    "are what is known";
static const char *const coexistence =
    "the critical step is above 1/lambda: between the two a large two-point cycle can coexist "
    "with the stable minimiser";
static const char *const not_settled =
    "the recommended step did not settle within --max-gradients: raise it to see it settle";

const char *const advise_rules[] = {"inverse_smooth", "recommended", "near_critical",
                                    "square_root",    "cube_root",   NULL};

static void find_warnings(AdviseReport *report)
{
    const Advice *advice = report->advice;
    MarginVerdict verdict = advice->instance->margin.verdict;
    struct {
        bool holds;
        const char *text;
    } found[ADVISE_WARNINGS] = {
        {verdict == MARGIN_INSEPARABLE, inseparable},
        {verdict == MARGIN_UNDECIDED, undecided},
        {advice_coexistence(advice), coexistence},
        {advice->recommended.run.outcome != OUTCOME_REACHED, not_settled},
    };
    for (int k = 0; k < ADVISE_WARNINGS; k++)
        if (found[k].holds) report->warning[report->warning_count++] = found[k].text;
}

AdviseReport advise_report(const AdviseOptions *asked, const AdviseData *data, const Advice *advice)
{
    AdviseReport report = {.options = asked, .data = data, .advice = advice};
    report.run_count = words_count(asked->methods);
    for (int64_t k = 0; k < report.run_count; k++) {
        char *name = words_item(asked->methods, k);
        progress_show(name, k, report.run_count, NAN);
        report.run[k] = advice_try(advice, name);
        free(name);
    }
    progress_end();
    find_warnings(&report);
    return report;
}

/* What cannot work is refused before a large file is read. */
static void check_options(void)
{
    if (!given.data) die_usage("expected --data FILE; see large_stepsize advise --help");
    int64_t methods = words_count(given.methods);
    if (methods > ADVISE_MAX_METHODS) die_usage("--methods: more than %d", ADVISE_MAX_METHODS);
    for (int64_t k = 0; k < methods; k++) {
        char *name = words_item(given.methods, k);
        method_named(name);
        free(name);
    }
    if (given.weights && files_same(given.weights, given.data))
        die_usage("--weights %s would be written over the data: choose another file",
                  given.weights);
    if (given.threads > 0) omp_set_num_threads((int)given.threads);
    const char *missing = backend_missing(given.device);
    if (missing) die_usage("--device %s: %s", given.device, missing);
    progress_enable(!given.quiet);
}

static void answer(const AdviseData *data)
{
    AdviceTask task = {given.lambda, given.epsilon, given.max_gradients};
    Advice *advice = advice_create(data->design, task);
    if (isnan(advice->instance->optimum))
        die("%s: at lambda = %g the minimiser cannot be found in double precision; choose a "
            "larger one",
            given.data, advice->task.lambda);
    AdviseReport report = advise_report(&given, data, advice);
    for (int k = 0; k < report.warning_count && !given.quiet; k++) warn("%s", report.warning[k]);
    if (given.json)
        advise_print_json(&report);
    else
        advise_print(&report);
    if (given.weights) advise_write_weights(given.weights, data, advice);
    advice_free(advice);
}

int advise_main(int argc, char **argv)
{
    Cli cli = {.program = argv[0],
               .about = "How large a constant step for your own data set, and what does it gain? "
                        "Rates and lambda are for rows scaled so that the longest has length 1; "
                        "the answer gives them for your own rows too.",
               .examples = "  large_stepsize advise --data my.libsvm --lambda 1e-4\n"
                           "  large_stepsize advise --data iris.csv --positive setosa\n"
                           "  large_stepsize advise --data my.csv --label-column class --json\n"
                           "  large_stepsize advise --data my.libsvm --weights weights.csv",
               .count = sizeof options / sizeof *options,
               .options = options};
    cli_parse(&cli, argc, argv);
    check_options();
    AdviseData data = advise_read(&given);
    rowpass_place(data.design, given.device);
    answer(&data);
    advise_forget(&data);
    return EXIT_SUCCESS;
}
