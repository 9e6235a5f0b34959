/* What a run of `run` will do, and what came of it: for a person. */
#include "run.h"

#include "base/die.h"
#include "base/duration.h"
#include "base/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- before */

static void print_texts(FILE *out, const RunReport *report)
{
    const RunOptions *options = report->options;
    fprintf(out, "texts      %s: ", options->data);
    if (options->shift)
        fprintf(out, "version v is text v; losses are means over the texts so far\n");
    else if (report->domains > 1)
        fprintf(out, "each version has a part of its own of every text\n");
    else
        fprintf(out, "each version has a part of its own\n");
    fprintf(out, "model      %s: %" PRId64 " parameters\n", options->model, report->parameters);
    fprintf(out, "optimizer  %s\n", options->optimizer);
}

void run_print_plan(const RunReport *report, double update_s)
{
    const RunOptions *options = report->options;
    FILE *out = options->json ? stderr : stdout;
    Sharing sharing = account_sharing(report->plan);
    int64_t tuning = options->tune.count * options->steps;
    char *time = duration_text((double)(options->seeds * sharing.run + tuning) * update_s);
    print_texts(out, report);
    fprintf(out,
            "versions   %d, T = %" PRId64 " updates of %.0f bytes each; warm-up %" PRId64
            ", floor %g of the peak\n",
            report->plan->setting.versions, options->steps, report->size.tokens, options->warmup,
            options->floor);
    if (report->fewest < DATA_ENDLESS)
        fprintf(out,
                "data       the shortest version has %" PRId64
                " bytes to train on: T updates read them %.3g times\n",
                report->fewest,
                (double)options->steps * report->size.tokens / (double)report->fewest);
    if (options->tune.count)
        fprintf(out, "peak       the best of %d rates on version 1: %" PRId64 " updates\n",
                options->tune.count, tuning);
    else
        fprintf(out,
                "peak       %g for all paradigms; another may suit another (--tune, or peak= "
                "of a paradigm)\n",
                options->rate);
    fprintf(out,
            "updates    %" PRId64 " a seed; %" PRId64 " if paradigms shared nothing with one "
            "another, %" PRId64 " if nothing were shared\n",
            sharing.run, sharing.paradigms, sharing.unshared);
    fprintf(out, "time       about %s for %" PRId64 " seed%s, less what %s holds already\n", time,
            options->seeds, options->seeds == 1 ? "" : "s", options->folder);
    fflush(out);
    free(time);
}

/* ---- after */

static void print_gap(const RunReport *report, int paradigm, int version)
{
    Interval gap = run_gap(report, paradigm, version);
    if (isnan(gap.estimate))
        printf("  %17s", "-");
    else if (report->options->seeds == 1)
        printf("  %+9.4f        ", gap.estimate);
    else
        printf("  %+9.4f ±%.4f", gap.estimate, gap.high - gap.estimate);
}

static void print_seconds(const RunReport *report, int64_t updates)
{
    if (report->trained == 0) return; /* all was there before */
    char *time = duration_text((double)updates * report->trained_s / (double)report->trained);
    printf("  %8s", time);
    free(time);
}

static void print_row(const RunReport *report, int paradigm, int version, int width)
{
    char *name = words_item(report->options->paradigms, paradigm);
    Account account = run_account(report, paradigm, version);
    printf("%-*s  %7d  %9" PRId64 "  %6.3g", width, name, version, account.steps,
           (double)account.steps / (double)report->plan->setting.steps);
    if (run_has_diverged(report, paradigm, version)) {
        printf("  %8s  %17s", "diverged", "-");
    } else {
        printf("  %8.4f", run_loss(report, paradigm, version));
        print_gap(report, paradigm, version);
    }
    print_seconds(report, account.steps);
    printf("\n");
    free(name);
}

static int width_of(const RunReport *report)
{
    int width = 8;
    for (int k = 0; k < report->plan->paradigm_count; k++) {
        char *name = words_item(report->options->paradigms, k);
        if ((int)strlen(name) > width) width = (int)strlen(name);
        free(name);
    }
    return width;
}

void run_print(const RunReport *report)
{
    const RunOptions *options = report->options;
    int width = width_of(report);
    for (int k = 0; k < options->tune.count; k++)
        printf("%speak %g: loss of version 1 %.4f%s\n", k ? "" : "\n", options->tune.value[k],
               report->tuned[k], options->tune.value[k] == report->rate ? ", taken" : "");
    printf("\n%-*s  %7s  %9s  %6s  %8s  %17s%s\n", width, "paradigm", "version", "updates", "in T",
           "loss", "minus ptfs", report->trained ? "      time" : "");
    for (int k = 0; k < report->plan->paradigm_count; k++)
        for (int v = 1; v <= report->plan->setting.versions; v++) print_row(report, k, v, width);
    printf("\nupdates, T and time: of versions 1 … k together; time at the speed of the updates of "
           "this call. loss: held-out, nats a byte%s\n",
           options->seeds > 1 ? ", the mean over seeds; ±: 95 % of it, paired by seed" : "");
    if (options->seeds == 1)
        printf("one seed does not tell small differences from chance: --seeds 3 or more would\n");
    if (options->out) printf("→ %s\n", options->out);
}
