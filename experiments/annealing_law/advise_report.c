/* The answer of `advise`, for people and in JSON. */
#include "advise.h"

#include "io/manifest.h"

#include <inttypes.h>
#include <stdio.h>

static void print_law(const AdviseReport *report, int l)
{
    const Candidates *all = &report->candidates;
    const Candidate *best = &all->candidate[report->advised.best[l]];
    double low, high;
    advise_plateau(report, l, &low, &high);
    printf("%-24s %5.0f %% %-9s %5.2f %9.4f %9.4f %9.4f   %.0f … %.0f %%\n",
           report->fit[l].law->title, 100 * best->decay, best->shape, best->floor,
           advise_loss(report, l, report->advised.best[l]),
           advise_loss(report, l, report->advised.choice), advise_loss(report, l, all->cosine),
           100 * low, 100 * high);
}

void advise_print(const AdviseReport *report)
{
    const Candidates *all = &report->candidates;
    const Candidate *choice = &all->candidate[report->advised.choice];
    for (int k = 0; k < report->count; k++) own_print_log(&report->logs[k]);
    printf("\nadvice     for %" PRId64 " steps, peak %g, warm-up %" PRId64 ": decay over the last "
           "%.0f %%, shape %s, to %g of the peak\n",
           all->steps, all->peak, all->warmup, 100 * choice->decay, choice->shape, choice->floor);
    printf("           --schedule '%s'\n\n", choice->text);
    printf("%-24s %7s %-9s %5s %9s %9s %9s   %s\n", "law", "decay", "shape", "floor", "its loss",
           "advised", "cosine", "as good within 0.1 %");
    for (int l = 0; l < report->laws; l++) print_law(report, l);
    printf(
        "\nits loss: the end of that law's best schedule; advised: of the advised one; cosine: of "
        "a cosine\nto a tenth of the peak; as good: decay shares of the advised shape.\n");
}

static void add_candidate(Json *json, const char *key, const Candidate *candidate)
{
    Json *item = json_object(json, key);
    json_real(item, "decay", candidate->decay);
    json_text(item, "shape", candidate->shape);
    json_real(item, "floor", candidate->floor);
    json_text(item, "schedule", candidate->text);
}

static void add_law(Json *array, const AdviseReport *report, int l)
{
    const Candidates *all = &report->candidates;
    const FitResult *fit = &report->fit[l];
    Json *item = json_item(array);
    double low, high;
    advise_plateau(report, l, &low, &high);
    json_text(item, "law", fit->law->name);
    Json *parameters = json_object(item, "parameters");
    for (int k = 0; k < fit->law->count; k++)
        json_real(parameters, fit->law->parameter[k].name, fit->theta[k]);
    add_candidate(item, "best", &all->candidate[report->advised.best[l]]);
    json_real(item, "best_loss", advise_loss(report, l, report->advised.best[l]));
    json_real(item, "advised_loss", advise_loss(report, l, report->advised.choice));
    json_real(item, "cosine_loss", advise_loss(report, l, all->cosine));
    json_real(item, "cliff_loss", advise_loss(report, l, all->cliff));
    json_real(item, "decay_low", low);
    json_real(item, "decay_high", high);
}

void advise_print_json(const AdviseReport *report)
{
    const Candidates *all = &report->candidates;
    Json *json = json_create();
    json_int(json, "schema", MANIFEST_SCHEMA);
    json_text(json, "program", "annealing_law advise");
    own_add_logs(json, report->count, report->logs);
    json_int(json, "steps", all->steps);
    json_real(json, "peak", all->peak);
    json_int(json, "warmup", all->warmup);
    add_candidate(json, "advised", &all->candidate[report->advised.choice]);
    Json *laws = json_array(json, "laws");
    for (int l = 0; l < report->laws; l++) add_law(laws, report, l);
    Json *warnings = json_array(json, "warnings");
    for (int n = 0; n < report->notes; n++) json_item_text(warnings, report->note[n]);
    json_print(stdout, json);
    json_free(json);
}
