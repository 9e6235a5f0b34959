/* Which way of making model versions suits your own texts?
 *
 * Trains every paradigm's versions, what they share once, and compares held-out losses. Killed at
 * any moment, the same command goes on from the checkpoints in --folder to the same bytes. */
#include "run.h"

#include "base/die.h"
#include "base/words.h"
#include "io/files.h"
#include "io/progress.h"
#include "studies.h"
#include "update/split.h"

#include <libgen.h>
#include <omp.h>
#include <stdlib.h>
#include <unistd.h>

static RunOptions given = {.paradigms = "ptfs cpt path_switching:alpha=0.6 wsd_s:alpha=0.6",
                           .model = "transformer:layers=2,width=64,heads=4,context=64",
                           .optimizer = "adamw:beta2=0.95,decay=0.1,clip=1",
                           .folder = "path_switching.run",
                           .data_folder = "data/cache",
                           .device = "cpu",
                           .precision = "",
                           .versions = 4,
                           .steps = 500,
                           .batch = 8,
                           .warmup = -1,
                           .seed = 1,
                           .seeds = 1,
                           .evaluation_batches = 20,
                           .rate = 4e-3,
                           .floor = 0.1};

static const CliOption options[] = {
    {"data", CLI_TEXT, &given.data, 0, 0,
     "Your texts: one is dealt out to the versions; of several each version has a part of all", 0},
    {"shift", CLI_FLAG, &given.shift, 0, 0, "Version v is text v instead", 0},
    {"paradigms", CLI_TEXT, &given.paradigms, 0, 0, "Paradigms to train (see above)", 0},
    {"versions", CLI_INT, &given.versions, 1, 100, "Model versions N; with --shift the texts", 0},
    {"steps", CLI_INT, &given.steps, 1, 1e9, "Updates of one version's data, T", 0},
    {"model", CLI_TEXT, &given.model, 0, 0, "Network", 0},
    {"optimizer", CLI_TEXT, &given.optimizer, 0, 0, "Optimizer", 0},
    {"batch", CLI_INT, &given.batch, 1, 1e6, "Sequences of an update", 0},
    {"rate", CLI_REAL, &given.rate, 1e-300, 1e300, "Peak rate", 0},
    {"tune", CLI_LIST, &given.tune, 1e-300, 1e300,
     "Peak rates to try on version 1 (ptfs, a seed of its own): the best is taken", 0},
    {"floor", CLI_REAL, &given.floor, 0, 1, "Last rate of a decay, as a share of the peak", 0},
    {"warmup", CLI_INT, &given.warmup, -1, 1e9, "Updates of a warm-up; -1: a tenth of T", 0},
    {"seeds", CLI_INT, &given.seeds, 1, 1000, "Runs with seeds of their own", 0},
    {"seed", CLI_INT, &given.seed, 0, INT32_MAX / 2, "The first of them", 0},
    {"evaluation-batches", CLI_INT, &given.evaluation_batches, 0, 1e9,
     "Batches of a held-out loss; 0: the whole part", 0},
    {"folder", CLI_TEXT, &given.folder, 0, 0, "Where checkpoints are kept", 1},
    {"out", CLI_TEXT, &given.out, 0, 0, "CSV file to write", 1},
    {"json", CLI_FLAG, &given.json, 0, 0, "Answer in JSON", 1},
    {"data-folder", CLI_TEXT, &given.data_folder, 0, 0, "Folder of the data sets of data/MANIFEST",
     1},
    {"device", CLI_TEXT, &given.device, 0, 0, "Where to compute: cpu or cuda", 1},
    {"precision", CLI_TEXT, &given.precision, 0, 0,
     "Products on a GPU: float32 (also when empty), tf32, or bfloat16 (a transformer's "
     "activations too)",
     0},
    {"threads", CLI_INT, &given.threads, 0, 1024, "Threads; 0: as many as OMP_NUM_THREADS", 1},
    {"dry-run", CLI_FLAG, &given.dry_run, 0, 0, "Say what would be trained; train nothing", 1},
    {"quiet", CLI_FLAG, &given.quiet, 0, 0, "No progress, and not what will be done", 1},
};

/* ---- what was asked */

static char *describe(void)
{
    char *text = format_text("Trains versions of a small network on your texts by several "
                             "paradigms and compares them. The same command goes on where it was "
                             "stopped. Paradigms:");
    for (int k = 0; k < paradigm_kind_count(); k++) {
        char *before = text;
        text = format_text("%s\n  %-15s %s", text, paradigm_kind_name(k), paradigm_kind_help(k));
        free(before);
    }
    return text;
}

/* A text may not be written over; and what is trained for hours is to be kept. */
static void check_out(void)
{
    char *path = format_text("%s", given.out ? given.out : ""), *folder = dirname(path);
    if (given.out && access(folder, W_OK))
        die_usage("--out %s: nothing can be written into %s", given.out, folder);
    free(path);
    for (int64_t k = 0; given.out && k < words_count(given.data); k++) {
        char *text = words_item(given.data, k), *file = data_file(text, given.data_folder);
        if (file && files_same(given.out, file))
            die_usage("--out %s would be written over a text: choose another file", given.out);
        free(file);
        free(text);
    }
}

static void check_options(void)
{
    if (!given.data || !words_count(given.data))
        die_usage("expected --data 'FILE FILE …'; see path_switching run --help");
    if (!words_count(given.paradigms)) die_usage("--paradigms: expected at least one");
    if (given.shift && words_count(given.data) < 2)
        die_usage("--shift: expected several texts in --data, one for each version");
    if (given.shift) given.versions = words_count(given.data);
    if (given.warmup < 0) given.warmup = given.steps / 10;
    check_out();
}

/* ---- the plan */

static Plan *make_plan(double peak)
{
    int count = (int)words_count(given.paradigms);
    char **text = alloc_zeroed((size_t)count, sizeof *text);
    for (int k = 0; k < count; k++) text[k] = words_item(given.paradigms, k);
    UpdateSetting setting = {.versions = (int)given.versions,
                             .steps = given.steps,
                             .warmup = given.warmup,
                             .peak = peak,
                             .floor = given.floor};
    Plan *plan = plan_create(count, (const char *const *)text, setting);
    paradigms_require_apart(plan->paradigm_count, plan->paradigm); /* each is trained once */
    plan_split(plan, given.steps);
    for (int k = 0; k < count; k++) free(text[k]);
    free(text);
    return plan;
}

static int64_t fewest_bytes(const World *world)
{
    int parts = world->count / world->domains, versions = (int)given.versions;
    int64_t fewest = DATA_ENDLESS;
    for (int v = 0; v < versions; v++) {
        int64_t bytes = 0;
        for (int d = 0; d < world->domains; d++)
            if (!given.shift || d == v)
                bytes += world->text[d * parts + (given.shift ? 0 : v)]->count[SPLIT_TRAIN];
        if (bytes < fewest) fewest = bytes;
    }
    return fewest;
}

/* What is to be known before the first update; says it, unless told to be quiet. */
static RunReport prepare(void)
{
    RunReport report = {.options = &given, .rate = given.rate, .plan = make_plan(given.rate)};
    World world = run_open(&given, (uint64_t)given.seed);
    report.domains = world.domains;
    report.domain = alloc_zeroed((size_t)world.domains, sizeof *report.domain);
    for (int d = 0; d < world.domains; d++) report.domain[d] = world_domain(given.data, d);
    report.fewest = fewest_bytes(&world);
    report.size = world_size(&world, given.batch, given.optimizer);
    report.parameters = parameters_count(world.held_out[0]->parameters);
    if (!given.quiet) run_print_plan(&report, run_measure(&given, &world));
    world_close(&world);
    int64_t count = given.seeds * report.plan->path_count;
    report.release = alloc_zeroed((size_t)count, sizeof *report.release);
    for (int64_t r = 0; r < count; r++)
        report.release[r].domain = alloc_zeroed((size_t)report.domains, sizeof(double));
    return report;
}

static void report_free(RunReport *report)
{
    for (int64_t r = 0; r < given.seeds * report->plan->path_count; r++)
        free(report->release[r].domain);
    for (int d = 0; d < report->domains; d++) free(report->domain[d]);
    free(report->release);
    free(report->domain);
    free(report->tuned);
    free(report->configuration);
    plan_free(report->plan);
}

int run_main(int argc, char **argv)
{
    char *about = describe();
    Cli cli = {.program = argv[0],
               .about = about,
               .examples = "  path_switching run --data book.txt --steps 500\n"
                           "  path_switching run --data 'old.txt new.txt' --shift --paradigms "
                           "'ptfs cpt:replay=0.25 path_switching:alpha=0.6,replay=0.25' --seeds 3\n"
                           "  path_switching run --data book.txt --tune 2e-3,4e-3,8e-3 --out "
                           "updates.csv",
               .unknown = "to reproduce, leave out 'run'",
               .count = sizeof options / sizeof *options,
               .options = options};
    cli_parse(&cli, argc, argv);
    check_options();
    if (backend_precision(given.device, given.precision) == PRECISION_FLOAT32) given.precision = "";
    if (given.threads > 0) omp_set_num_threads((int)given.threads);
    progress_enable(!given.quiet);
    RunReport report = prepare();
    if (given.dry_run) {
        report_free(&report);
        return EXIT_SUCCESS;
    }
    report.configuration = run_configuration(&given);
    run_claim_folder(given.folder, report.configuration);
    bool is_whole = !given.tune.count || run_tune(&report);
    if (is_whole && given.tune.count) {
        plan_free(report.plan);
        report.plan = make_plan(report.rate);
    }
    is_whole = is_whole && run_train(&report);
    if (is_whole) (given.json ? run_print_json : run_print)(&report);
    if (is_whole && given.out) run_write(&report, given.out);
    report_free(&report);
    free(about);
    return is_whole ? EXIT_SUCCESS : EXIT_INTERRUPTED;
}
