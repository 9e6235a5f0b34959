/* The answer for a person: the table, and then the verdict. */
#include "compare.h"

#include "base/die.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void print_row(const Comparison *comparison, const CompareVerdict *verdict,
                      const Standing *standing)
{
    const Contestant *contestant = &comparison->contestant[standing->contestant];
    SearchSummary found = compare_search(comparison, contestant);
    char *median = compare_say(comparison, found.median),
         *chosen = compare_say(comparison, found.chosen),
         *mean = compare_say_mean(comparison, standing->mean), *behind = NULL;
    if (!isnan(standing->behind.estimate))
        behind = compare_say_difference(comparison, standing->behind);
    fprintf(comparison->text, "%-*s  %4" PRId64 " %6" PRId64 "  %9s  %9s  ",
            compare_width(comparison), contestant->name, contestant->found, found.failed, median,
            chosen);
    /* "±" is two bytes and one column. */
    if (verdict->seeds > 0)
        fprintf(comparison->text, "%*s %2" PRId64 " of %" PRId64, strstr(mean, "±") ? 19 : 18, mean,
                standing->failed, verdict->seeds);
    if (behind) fprintf(comparison->text, "  %s", behind);
    fprintf(comparison->text, "\n");
    free(median);
    free(chosen);
    free(mean);
    free(behind);
}

static void print_table(const Comparison *comparison, const CompareVerdict *verdict)
{
    FILE *text = comparison->text;
    int width = compare_width(comparison);
    const char *measure = compare_measure(comparison);
    fprintf(text, "%*s  search: validation %-22s", width, "", measure);
    if (verdict->seeds > 0)
        fprintf(text, "report: test %s of %" PRId64 " seeds", measure, verdict->seeds);
    fprintf(text, "\n%-*s  %4s %6s  %9s  %9s  ", width, "optimizer", "runs", "failed", "median",
            "chosen");
    if (verdict->seeds > 0)
        fprintf(text, "%16.4g %% %8s  %s", 100.0 * verdict->level, "failed", "behind the first");
    fprintf(text, "\n");
    for (int k = 0; k < comparison->count; k++)
        print_row(comparison, verdict, &verdict->standing[k]);
    fprintf(text, "\nchosen\n");
    for (int k = 0; k < comparison->count; k++) {
        const Contestant *contestant = &comparison->contestant[verdict->standing[k].contestant];
        if (contestant->best < 0)
            fprintf(text, "  %-*s  none: every run failed\n", width, contestant->name);
        else
            fprintf(text, "  %-*s  rate %.6g, %s\n", width, contestant->name,
                    contestant->search[contestant->best].rate,
                    contestant->search[contestant->best].optimizer);
    }
}

/* A best rate so near an end of its range, as a share of the range, that a wider one may have
 * a better: by chance one in ten. */
static const double near_end = 0.05;

static void print_hints(const Comparison *comparison)
{
    for (int c = 0; c < comparison->count; c++) {
        const Contestant *contestant = &comparison->contestant[c];
        if (contestant->best < 0) continue;
        if (contestant->is_settled)
            fprintf(comparison->text, "  %-*s  had nothing to search: no key of it has a range\n",
                    compare_width(comparison), contestant->name);
        double place =
            space_rate_place(contestant->space, contestant->search[contestant->best].rate);
        if (place < near_end || place > 1.0 - near_end)
            fprintf(comparison->text,
                    "  %-*s  its rate is near the %s end of what was searched: a wider range may "
                    "do better\n",
                    compare_width(comparison), contestant->name,
                    place < near_end ? "lower" : "upper");
    }
}

void compare_print(const Comparison *comparison, const CompareVerdict *verdict)
{
    print_table(comparison, verdict);
    print_hints(comparison);
    fprintf(comparison->text, "\n");
    compare_print_verdict(comparison, verdict);
    fflush(comparison->text);
}
