/* The verb `compare`: which optimizer is the best on the user's own data? */
#include "compare.h"

#include "base/clock.h"
#include "base/die.h"
#include "base/duration.h"
#include "io/progress.h"
#include "methods.h"
#include "model/model.h"
#include "problem/data.h"
#include "trial/pool.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

static CompareOptions given = {
    .model = "",
    .optimizers = "sgd,adamw,rf",
    .schedule = "",
    .folder = "data/cache",
    .device = "cpu",
    .precision = "",
    .steps = 500,
    .seeds = 5,
    .finalists = 3,
    .seed = 1,
    .threads = 1,
    .level = 0.95,
};

static const CliOption options[] = {
    {"data", CLI_TEXT, &given.data, 0, 0, "A text file, or KIND:key=value,… (see above)", 0},
    {"optimizers", CLI_TEXT, &given.optimizers, 0, 0,
     "Names, or NAME:key=value,…,rate=low..high, separated by commas", 0},
    {"budget", CLI_TEXT, &given.budget, 0, 0,
     "Time for everything, such as 90s, 20m or 2h; each optimizer gets the same share", 0},
    {"runs", CLI_LIST, &given.runs, 1, 1e6,
     "Instead: runs of each search, one whole number or one for each optimizer", 0},
    {"seeds", CLI_INT, &given.seeds, 2, COMPARE_SEARCH_SEED - 1,
     "Fresh seeds of the best of each search", 0},
    {"finalists", CLI_INT, &given.finalists, 1, COMPARE_FINALISTS,
     "So many of the best of each search get 2 more seeds before one is chosen; 1: none do", 0},
    {"model", CLI_TEXT, &given.model, 0, 0, "Network; unless given, a small one that fits the data",
     0},
    {"steps", CLI_INT, &given.steps, ARENA_RECORDS, 1e9, "Updates of each run", 0},
    {"batch", CLI_INT, &given.batch, 0, 1e6, "Images (or windows of text) of a step; 0: 32 (or 8)",
     0},
    {"schedule", CLI_TEXT, &given.schedule, 0, 0,
     "NAME or NAME:key=value,…; unless given, cosine after a warm-up of a twentieth", 0},
    {"evaluation-batches", CLI_INT, &given.evaluation_batches, 0, 1e9,
     "Batches of a validation, and of a test result; 0: some thousand images or windows", 0},
    {"level", CLI_REAL, &given.level, 0.5, 0.9999, "Probability that all intervals hold", 0},
    {"seed", CLI_INT, &given.seed, 0, INT32_MAX - 2 * COMPARE_SEARCH_SEED,
     "First of the fresh seeds; searches have it + 1000000", 0},
    {"out", CLI_TEXT, &given.out, 0, 0,
     "CSV file that keeps every finished run; runs that are in it are not run again", 1},
    {"json", CLI_FLAG, &given.json, 0, 0, "Answer in JSON", 1},
    {"data-folder", CLI_TEXT, &given.folder, 0, 0, "Folder of the data sets of data/MANIFEST", 1},
    {"device", CLI_TEXT, &given.device, 0, 0, "Where to compute: cpu or cuda", 1},
    {"precision", CLI_TEXT, &given.precision, 0, 0,
     "Products on a GPU: float32 (also when empty), tf32, or bfloat16 (a transformer's "
     "activations too)",
     0},
    {"jobs", CLI_INT, &given.jobs, 0, 1024,
     "Runs at the same time; 0: as many as cores have threads for, on a GPU one", 1},
    {"threads", CLI_INT, &given.threads, 1, 1024, "Threads of each run", 1},
    {"dry-run", CLI_FLAG, &given.dry_run, 0, 0,
     "Say what would be run and write nothing; of a --budget, after short trials", 1},
    {"quiet", CLI_FLAG, &given.quiet, 0, 0, "No progress line", 1},
};

static const char *method_name_at(int number) { return method_at(number)->name; }

static const char *method_space_at(int number)
{
    enum { EXAMPLE_BATCH = 32 };
    return method_space(method_at(number), EXAMPLE_BATCH);
}

static char *describe(void)
{
    char *text = format_text(
        "Which optimizer is the best on your own data? Each gets the same budget for a random "
        "search, judged on a validation split; the best of each is trained again with fresh "
        "seeds, the same for all, and judged on a test split. The answer is a winner, or that "
        "it is undecided and how many seeds would decide it. (root_free compare DIR_A DIR_B "
        "compares two result folders.)\n"
        "An optimizer by its name is searched in the space below; with keys of yours, as in "
        "adamw:beta2=0.99,decay=1e-3..0.1, in its rate and in what has a range.");
    text = cli_with_kinds(text, "Data:\n  PATH             any text file, byte by byte",
                          data_kind_count(), data_kind_name, data_kind_help);
    text = cli_with_kinds(text, "Models:", model_kind_count(), model_kind_name, model_kind_help);
    return cli_with_kinds(text, "Optimizers and their spaces (a batch of 32):", method_count(),
                          method_name_at, method_space_at);
}

static double read_budget(void)
{
    double budget_s = 0.0;
    if (given.budget && given.runs.count) die_usage("--budget and --runs exclude each other");
    if (!given.budget && !given.runs.count)
        die_usage("expected --budget TIME, such as 20m, or --runs NUMBER");
    if (given.budget && (!duration_read(given.budget, &budget_s) || budget_s == 0.0))
        die_usage("--budget '%s': expected a time such as 90s, 20m or 2h", given.budget);
    return budget_s;
}

/* A device is opened once, by this process; the CPU is opened before workers are forked, which
 * needs a parent of one thread. */
static int64_t choose_jobs(void)
{
    bool is_cpu = !strcmp(given.device, "cpu");
    omp_set_num_threads(is_cpu ? 1 : (int)given.threads);
    if (!is_cpu) return 0;
    int64_t fitting = pool_cores() / given.threads;
    return given.jobs ? given.jobs : fitting > 1 ? fitting : 1;
}

/* What is there after Ctrl-C, and how to go on. */
static int finish(const Comparison *comparison)
{
    CompareVerdict verdict = compare_verdict(comparison);
    if (given.json)
        compare_print_json(comparison, &verdict);
    else
        compare_print(comparison, &verdict);
    if (!comparison->is_interrupted) return EXIT_SUCCESS;
    if (given.out)
        fprintf(stderr, "interrupted; finished runs are in %s, and the same command goes on\n",
                given.out);
    else
        fprintf(stderr, "interrupted; with --out FILE.csv finished runs would have been kept\n");
    return EXIT_INTERRUPTED;
}

int compare_main(int argc, char **argv)
{
    Cli cli = {.program = argv[0],
               .about = describe(),
               .examples =
                   "  root_free compare --data book.txt --optimizers adamw,muon,soap --budget 20m\n"
                   "  root_free compare --data idx:images=train-images,labels=train-labels "
                   "--optimizers sgd,adamw,rf --runs 16 --out runs.csv\n"
                   "  root_free compare --data png:folder=photos --optimizers "
                   "sgd,adamw:beta2=0.99,rate=1e-4..1e-2 --budget 2h --json",
               .unknown = "to compare two folders of results: root_free compare DIR_A DIR_B",
               .count = sizeof options / sizeof *options,
               .options = options};
    cli_parse(&cli, argc, argv);
    if (!given.data) die_usage("expected --data FILE; see root_free compare --help");
    Comparison comparison = {.options = &given, .budget_s = read_budget(), .start_s = clock_s()};
    if (backend_precision(given.device, given.precision) == PRECISION_FLOAT32) given.precision = "";
    comparison.jobs = choose_jobs();
    progress_enable(!given.quiet);

    compare_open(&comparison);
    compare_print_found(&comparison);
    int code = EXIT_SUCCESS;
    if (!compare_plan(&comparison)) {
        fprintf(stderr, "interrupted before anything was run\n");
        code = EXIT_INTERRUPTED;
    } else if (given.dry_run) {
        compare_print_plan(&comparison);
        fprintf(comparison.text, "dry run: nothing more was run\n");
    } else {
        compare_print_plan(&comparison);
        compare_run(&comparison);
        code = finish(&comparison);
    }
    compare_close(&comparison);
    return code;
}
