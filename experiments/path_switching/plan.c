/* What do version updates cost, and what would they lose?
 *
 * Costs are the closed formulas times what the user says a version is; losses, where the user has
 * logs, come from a law fitted to them. */
#include "plan.h"

#include "base/die.h"
#include "base/words.h"
#include "io/cli.h"
#include "io/files.h"
#include "studies.h"

#include <math.h>
#include <stdlib.h>

static PlanOptions given = {
    .versions = 4,
    .most = 10,
    .alpha = 0.6,
    .mfu = 0.4,
    .price = -1,
    .peak_flops = -1,
    .state_bytes = 8,
    .parameter_bytes = 4,
    .gpu = "h100",
    .predict = {.law = "annealing", .resamples = 200, .seed = 1, .floor = 0.1, .warmup = -1}};

static const CliOption options[] = {
    {"versions", CLI_INT, &given.versions, 1, 1000, "Versions N, each with new data", 0},
    {"tokens-per-version", CLI_REAL, &given.tokens_per_version, 1, 1e18,
     "Tokens of one version's data (T), such as 10e9", 0},
    {"params", CLI_REAL, &given.params, 1, 1e18, "Parameters of the model, such as 1.2e9", 0},
    {"alpha", CLI_REAL, &given.alpha, 0.001, 1,
     "Length of a branch in units of T, of the paradigms below", 0},
    {"paradigms", CLI_TEXT, &given.paradigms, 0, 0,
     "Paradigms to compare; unless given, ptfs, cpt, path_switching, wsd_s and an averaged trunk",
     0},
    {"mfu", CLI_REAL, &given.mfu, 1e-6, 1, "Share of the peak rate that training reaches", 0},
    {"gpu", CLI_TEXT, &given.gpu, 0, 0, "Whose peak rate and price to begin with (see above)", 0},
    {"price", CLI_REAL, &given.price, -1, 1e9, "Of a GPU hour, in any currency; -1: as above", 0},
    {"peak-flops", CLI_REAL, &given.peak_flops, -1, 1e21,
     "Operations a second of one GPU; -1: as above", 0},
    {"state-bytes", CLI_REAL, &given.state_bytes, 0, 1e3,
     "Bytes of the optimizer's state per parameter", 0},
    {"parameter-bytes", CLI_REAL, &given.parameter_bytes, 0.1, 1e3, "Bytes per parameter", 0},
    {"most", CLI_INT, &given.most, 1, 1000, "Versions up to which a break-even is looked for", 0},
    {"logs", CLI_TEXT, &given.logs, 0, 0, "Your training logs: losses are foretold from them", 0},
    {"schedule", CLI_TEXT, &given.predict.schedule, 0, 0, "The schedule of logs without rates", 0},
    {"loss", CLI_TEXT, &given.predict.loss, 0, 0,
     "train or validation; unless given, validation where there are 40 of it, or no fewer than of "
     "train",
     0},
    {"law", CLI_TEXT, &given.predict.law, 0, 0, "Law to fit", 0},
    {"steps", CLI_INT, &given.predict.steps, 0, 1e9,
     "Steps of one version in the logs; 0: the longest log's", 0},
    {"tokens-per-step", CLI_REAL, &given.predict.tokens_per_step, 0, 1e12,
     "Tokens of a step in the logs: says --steps; 0: not given", 0},
    {"peak", CLI_REAL, &given.predict.peak, 0, 1e300, "Peak rate; 0: the logs' largest", 0},
    {"floor", CLI_REAL, &given.predict.floor, 0, 1, "Last rate as a share of the peak", 0},
    {"warmup", CLI_INT, &given.predict.warmup, -1, 1e9, "Steps of a warm-up; -1: as in the logs",
     0},
    {"resamples", CLI_INT, &given.predict.resamples, 20, 1e5, "Of the bootstrap", 0},
    {"seed", CLI_INT, &given.predict.seed, 0, INT32_MAX, "Of the bootstrap", 0},
    {"out", CLI_TEXT, &given.out, 0, 0, "CSV file to write, for make figure LOG=FILE", 1},
    {"json", CLI_FLAG, &given.json, 0, 0, "Answer in JSON", 1},
    {"quiet", CLI_FLAG, &given.quiet, 0, 0, "No notes", 1},
};

/* ---- what was asked */

/* The caller frees. */
static char *describe(void)
{
    char *text = format_text("What version updates cost, and what they would lose. Paradigms:");
    for (int k = 0; k < paradigm_kind_count(); k++) {
        char *before = text;
        text = format_text("%s\n  %-15s %s", text, paradigm_kind_name(k), paradigm_kind_help(k));
        free(before);
    }
    char *before = text;
    text = format_text("%s\nGPUs: round numbers to begin with, not facts; yours are to be given:",
                       text);
    free(before);
    for (int k = 0; k < cost_gpu_count(); k++) {
        const GpuDefault *gpu = cost_gpu_at(k);
        before = text;
        text = format_text("%s\n  %-8s %.4g operations a second, %g an hour", text, gpu->name,
                           gpu->peak_flops, gpu->price);
        free(before);
    }
    return text;
}

static CostSetting make_setting(void)
{
    const GpuDefault *gpu = cost_gpu(given.gpu);
    if (!(given.tokens_per_version > 0.0) || !(given.params > 0.0))
        die_usage("expected --tokens-per-version and --params: how many tokens does a version "
                  "bring, and how large is the model?");
    return (CostSetting){.parameters = given.params,
                         .tokens_per_version = given.tokens_per_version,
                         .peak_flops = given.peak_flops > 0.0 ? given.peak_flops : gpu->peak_flops,
                         .price = given.price >= 0.0 ? given.price : gpu->price,
                         .utilisation = given.mfu,
                         .state_bytes = given.state_bytes,
                         .parameter_bytes = given.parameter_bytes};
}

/* Nothing of the user's is written over. */
static void check_out(void)
{
    for (int64_t k = 0; given.out && given.logs && k < words_count(given.logs); k++) {
        char *log = words_item(given.logs, k);
        if (files_same(given.out, log))
            die_usage("--out %s would be written over the log: choose another file", given.out);
        free(log);
    }
}

/* ---- the answer */

void plan_note(PlanReport *report, char *text)
{
    if (report->notes < PLAN_NOTES)
        report->note[report->notes++] = text;
    else
        free(text);
}

static void make_rows(PlanReport *report)
{
    char *usual = format_text("ptfs cpt path_switching:alpha=%g wsd_s:alpha=%g trunk:average=wsm",
                              given.alpha, given.alpha);
    const char *texts = given.paradigms ? given.paradigms : usual;
    report->count = (int)words_count(texts);
    if (!report->count) die_usage("--paradigms: expected at least one");
    report->row = alloc_zeroed((size_t)report->count, sizeof *report->row);
    report->paradigm = alloc_zeroed((size_t)report->count, sizeof *report->paradigm);
    for (int k = 0; k < report->count; k++) {
        report->row[k].text = words_item(texts, k);
        report->row[k].paradigm = report->paradigm[k] = paradigm_create(report->row[k].text);
    }
    paradigms_require_apart(report->count, report->paradigm);
    free(usual);
}

static void add_costs(PlanReport *report, PlanRow *row)
{
    const CostSetting *setting = &report->setting;
    row->kept_bytes = cost_kept_bytes(setting, row->paradigm);
    row->version = alloc_zeroed((size_t)given.versions, sizeof *row->version);
    for (int n = 1; n <= given.versions; n++)
        row->version[n - 1] =
            (PlanVersion){.cost = cost_of(setting, paradigm_cost(row->paradigm, n)),
                          .ratio = cost_ratio(row->paradigm, n),
                          .released_bytes = cost_released_bytes(setting, n),
                          .loss = {NAN, NAN, NAN},
                          .gap = {NAN, NAN, NAN}};
    double formula = paradigm_cost(row->paradigm, 2), counted = cost_counted(row->paradigm, 2);
    if (fabs(formula - counted) > 0.005)
        plan_note(report,
                  format_text("%s: its branches share the trunk for longer than alpha says: two "
                              "versions train %.3g T, not %.3g",
                              row->text, counted, formula));
}

static void add_break_even(const PlanReport *report, PlanRow *row)
{
    row->cheaper = alloc_zeroed((size_t)report->count, sizeof *row->cheaper);
    for (int k = 0; k < report->count; k++)
        row->cheaper[k] = cost_break_even(row->paradigm, report->row[k].paradigm, (int)given.most);
}

static bool is_beaten(const PlanVersion *a, const PlanVersion *by)
{
    bool better = by->loss.estimate < a->loss.estimate, cheaper = by->cost.units < a->cost.units;
    bool worse = by->loss.estimate > a->loss.estimate, dearer = by->cost.units > a->cost.units;
    return (better || cheaper) && !worse && !dearer && !isnan(by->loss.estimate);
}

static void add_losses(PlanReport *report)
{
    report->prediction = prediction_make(given.logs, &given.predict, (int)given.versions,
                                         given.tokens_per_version, report->count, report->paradigm);
    for (int k = 0; k < report->count; k++)
        for (int n = 1; n <= given.versions; n++) {
            PlanVersion *version = &report->row[k].version[n - 1];
            version->loss = prediction_loss(report->prediction, k, report->paradigm[k], n);
            version->gap = prediction_gap(report->prediction, k, report->paradigm[k], 0, n);
        }
    for (int k = 0; k < report->count; k++) {
        const PlanVersion *last = &report->row[k].version[given.versions - 1];
        report->row[k].is_front = !isnan(last->loss.estimate);
        for (int j = 0; j < report->count; j++)
            if (is_beaten(last, &report->row[j].version[given.versions - 1]))
                report->row[k].is_front = false;
    }
    for (int n = 0; n < report->prediction->notes; n++)
        plan_note(report, format_text("%s", report->prediction->note[n]));
}

static void report_free(PlanReport *report)
{
    for (int k = 0; k < report->count; k++) {
        paradigm_free(report->paradigm[k]);
        free(report->row[k].text);
        free(report->row[k].version);
        free(report->row[k].cheaper);
    }
    for (int n = 0; n < report->notes; n++) free(report->note[n]);
    free(report->row);
    free(report->paradigm);
    prediction_free(report->prediction);
}

int plan_main(int argc, char **argv)
{
    char *about = describe();
    Cli cli = {.program = argv[0],
               .about = about,
               .examples = "  path_switching plan --versions 4 --tokens-per-version 10e9 --params "
                           "1.2e9 --alpha 0.6\n"
                           "  path_switching plan --tokens-per-version 10e9 --params 1.2e9 --gpu "
                           "a100 --price 1.2 --mfu 0.35 --json\n"
                           "  path_switching plan --tokens-per-version 10e9 --params 1.2e9 --logs "
                           "'v1.csv wsd.csv' --tokens-per-step 1e6 --out plan.csv",
               .count = sizeof options / sizeof *options,
               .options = options};
    cli_parse(&cli, argc, argv);
    check_out();
    PlanReport report = {.options = &given, .setting = make_setting()};
    make_rows(&report);
    for (int k = 0; k < report.count; k++) add_costs(&report, &report.row[k]);
    for (int k = 0; k < report.count; k++) add_break_even(&report, &report.row[k]);
    if (given.logs) add_losses(&report);
    (given.json ? plan_print_json : plan_print)(&report);
    if (given.out) plan_write(&report, given.out);
    if (given.out && !given.json) printf("\nfigure: make figure LOG=%s\n", given.out);
    report_free(&report);
    free(about);
    return EXIT_SUCCESS;
}
