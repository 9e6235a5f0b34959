/* The answer for a person. */
#include "compare.h"

#include "base/die.h"
#include "base/duration.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers: errors in per cent, losses in nats */

/* "11.35 %", "1.234", "failed"; the caller frees. */
static char *say(const Comparison *comparison, double measure)
{
    if (!isfinite(measure)) return format_text("failed");
    if (comparison->data->is_text) return format_text("%.4f", measure);
    return format_text("%.2f %%", 100.0 * measure);
}

/* Half the interval's length behind it, without a unit. */
static char *say_mean(const Comparison *comparison, Interval mean)
{
    if (isnan(mean.estimate)) return format_text("failed");
    double half = 0.5 * (mean.high - mean.low), scale = comparison->data->is_text ? 1.0 : 100.0;
    const char *unit = comparison->data->is_text ? "" : " %";
    int places = comparison->data->is_text ? 4 : 2;
    if (!isfinite(half)) return format_text("%.*f%s", places, scale * mean.estimate, unit);
    return format_text("%.*f ± %.*f%s", places, scale * mean.estimate, places, scale * half, unit);
}

/* "0.31 points (-0.12 … 0.74)" */
static char *say_difference(const Comparison *comparison, Interval behind)
{
    bool is_text = comparison->data->is_text;
    double scale = is_text ? 1.0 : 100.0;
    int places = is_text ? 4 : 2;
    return format_text("%.*f%s (%.*f … %.*f)", places, scale * behind.estimate,
                       is_text ? " nats" : " points", places, scale * behind.low, places,
                       scale * behind.high);
}

static const char *measure_name(const Comparison *comparison)
{
    return comparison->data->is_text ? "loss" : "error";
}

/* ---- before */

static void print_data(FILE *text, const Data *data)
{
    fprintf(text, "data       %s: ", data->name);
    if (data->count[SPLIT_TRAIN] >= DATA_ENDLESS)
        fprintf(text, "endless");
    else
        fprintf(text,
                "%" PRId64 " %s for training, %" PRId64 " for validation, %" PRId64 " for testing",
                data->count[SPLIT_TRAIN], data->is_text ? "tokens" : "images",
                data->count[SPLIT_VALIDATION], data->count[SPLIT_TEST]);
    fprintf(text, "; %" PRId64 " kinds", data->classes);
    if (!data->is_text)
        fprintf(text, "; %" PRId64 " x %" PRId64 ", %" PRId64 " channel%s", data->height,
                data->width, data->channels, data->channels == 1 ? "" : "s");
    fprintf(text, "\n");
}

/* Images or tokens of a split that are looked at. */
static int64_t looked_at(const Comparison *comparison, Split split, int64_t batches)
{
    int64_t rows = batches * comparison->batch * comparison->data->context;
    int64_t all = comparison->data->count[split];
    return rows < all ? rows : all;
}

void compare_print_found(const Comparison *comparison)
{
    const Data *data = comparison->data;
    FILE *text = comparison->text;
    const char *what = data->is_text ? "tokens" : "images";
    int64_t seen = comparison->steps * comparison->batch * data->context;
    print_data(text, data);
    fprintf(text, "model      %s: %" PRId64 " parameters\n", comparison->model,
            arena_parameters(comparison->arena));
    fprintf(text, "run        %" PRId64 " steps of %" PRId64 " x %" PRId64 ": %" PRId64 " %s",
            comparison->steps, comparison->batch, data->context, seen, what);
    if (data->count[SPLIT_TRAIN] < DATA_ENDLESS)
        fprintf(text, ", %.3g passes", (double)seen / (double)data->count[SPLIT_TRAIN]);
    fprintf(text, "; schedule %s\n", comparison->schedule);
    fprintf(text,
            "judged     by the %s on %" PRId64 " %s for validation, %" PRId64 " for testing\n",
            measure_name(comparison),
            looked_at(comparison, SPLIT_VALIDATION, comparison->validation_batches), what,
            looked_at(comparison, SPLIT_TEST, comparison->test_batches));
    fflush(text);
}

static void print_time(const Comparison *comparison, double time_s)
{
    if (isnan(time_s)) return;
    char *duration = duration_text(time_s);
    fprintf(comparison->text, ", about %s", duration);
    free(duration);
}

/* The widest name, for columns. */
static int name_width(const Comparison *comparison)
{
    size_t width = strlen("optimizer");
    for (int c = 0; c < comparison->count; c++)
        if (strlen(comparison->contestant[c].name) > width)
            width = strlen(comparison->contestant[c].name);
    return (int)width;
}

static bool are_runs_equal(const Comparison *comparison)
{
    for (int c = 1; c < comparison->count; c++)
        if (comparison->contestant[c].runs != comparison->contestant[0].runs) return false;
    return true;
}

/* The runs as an option, for the same once more or with more seeds. */
static void print_runs(const Comparison *comparison)
{
    int count = are_runs_equal(comparison) ? 1 : comparison->count;
    fprintf(comparison->text, "--runs ");
    for (int c = 0; c < count; c++)
        fprintf(comparison->text, "%s%" PRId64, c ? "," : "", comparison->contestant[c].runs);
}

static void print_searches(const Comparison *comparison)
{
    double run_s[COMPARE_MOST];
    Budget budget = compare_budget(comparison, run_s);
    int width = name_width(comparison);
    for (int c = 0; c < comparison->count; c++) {
        const Contestant *contestant = &comparison->contestant[c];
        fprintf(comparison->text, "  %-*s  %4" PRId64 " runs + %" PRId64 " seeds", width,
                contestant->name, contestant->runs, comparison->seeds);
        print_time(comparison, budget_own_s(&budget, c, contestant->runs));
        fprintf(comparison->text, ": %s\n", contestant->ranges);
    }
}

/* Times and what depends on them only where a time was asked for: counts give the same bytes. */
void compare_print_plan(const Comparison *comparison)
{
    const CompareOptions *options = comparison->options;
    FILE *text = comparison->text;
    fprintf(text,
            "plan       %s to search (seed %" PRId64 "), the best on the validation split counts;\n"
            "           then %" PRId64 " fresh seeds of it, from %" PRId64
            " on and the same for all, judged on the test split\n",
            comparison->budget_s > 0.0 ? "each optimizer gets the same time"
                                       : "each optimizer gets so many runs",
            options->seed + COMPARE_SEARCH_SEED, comparison->seeds, options->seed);
    print_searches(comparison);
    if (comparison->budget_s > 0.0) {
        fprintf(text, "           the same once more, whatever the clock says: ");
        print_runs(comparison);
        fprintf(text, "\n");
    }
    fprintf(text, "\n");
    fflush(text);
}

/* ---- after */

static void print_row(const Comparison *comparison, const CompareVerdict *verdict,
                      const Standing *standing)
{
    const Contestant *contestant = &comparison->contestant[standing->contestant];
    SearchSummary found = compare_search(comparison, contestant);
    char *median = say(comparison, found.median), *best = say(comparison, found.best),
         *mean = say_mean(comparison, standing->mean), *behind = NULL;
    if (!isnan(standing->behind.estimate)) behind = say_difference(comparison, standing->behind);
    fprintf(comparison->text, "%-*s  %4" PRId64 " %6" PRId64 "  %9s  %9s  ", name_width(comparison),
            contestant->name, contestant->found, found.failed, median, best);
    /* "±" is two bytes and one column. */
    if (verdict->seeds > 0)
        fprintf(comparison->text, "%*s %2" PRId64 " of %-2" PRId64 "  %s",
                strstr(mean, "±") ? 19 : 18, mean, standing->failed, verdict->seeds,
                behind ? behind : "");
    fprintf(comparison->text, "\n");
    free(median);
    free(best);
    free(mean);
    free(behind);
}

static void print_table(const Comparison *comparison, const CompareVerdict *verdict)
{
    FILE *text = comparison->text;
    int width = name_width(comparison);
    const char *measure = measure_name(comparison);
    fprintf(text, "%*s  search: validation %-22s", width, "", measure);
    if (verdict->seeds > 0)
        fprintf(text, "report: test %s of %" PRId64 " seeds", measure, verdict->seeds);
    fprintf(text, "\n%-*s  %4s %6s  %9s  %9s  ", width, "optimizer", "runs", "failed", "median",
            "best");
    if (verdict->seeds > 0)
        fprintf(text, "%16.4g %% %8s  %s", 100.0 * verdict->level, "failed", "behind the first");
    fprintf(text, "\n");
    for (int k = 0; k < comparison->count; k++)
        print_row(comparison, verdict, &verdict->standing[k]);
    fprintf(text, "\nbest of each search\n");
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
        double place =
            space_rate_place(contestant->space, contestant->search[contestant->best].rate);
        if (place < near_end || place > 1.0 - near_end)
            fprintf(comparison->text,
                    "  %-*s  its rate is near the %s end of what was searched: a wider range may "
                    "do better\n",
                    name_width(comparison), contestant->name, place < near_end ? "lower" : "upper");
    }
}

/* The first of those that are not told apart from the winner. */
static const Standing *nearest(const Comparison *comparison, const CompareVerdict *verdict)
{
    for (int k = 1; k < comparison->count && !verdict->standing[k].failed; k++)
        if (!verdict->standing[k].is_told_apart) return &verdict->standing[k];
    return NULL;
}

static void print_won(const Comparison *comparison, const CompareVerdict *verdict)
{
    const Standing *second = &verdict->standing[1];
    FILE *text = comparison->text;
    fprintf(text, "winner     %s: ", comparison->contestant[verdict->standing[0].contestant].name);
    if (second->failed) {
        fprintf(text, "all others had runs that failed\n");
        return;
    }
    char *behind = say_difference(comparison, second->behind);
    fprintf(text, "the next, %s, is behind by %s%s\n",
            comparison->contestant[second->contestant].name, behind,
            comparison->count > 2 ? ", all others too" : "");
    free(behind);
}

/* How many seeds more; how long where it was measured. */
static void print_needed(const Comparison *comparison, const CompareVerdict *verdict)
{
    enum { BEYOND = COMPARE_SEARCH_SEED - 1 };
    FILE *text = comparison->text;
    if (verdict->seeds < 2) {
        fprintf(text, "           two seeds are the least that say how far chance goes\n");
    } else if (verdict->seeds_needed > BEYOND) {
        fprintf(text, "           no number of seeds in reach would decide: as far as these show, "
                      "they are equal\n");
    } else {
        fprintf(text,
                "           about %.0f seeds would decide, if the difference stays as it is: ",
                verdict->seeds_needed);
        print_runs(comparison);
        fprintf(text, " --seeds %.0f", verdict->seeds_needed);
        print_time(comparison, verdict->needed_s);
        fprintf(text, "%s\n", isnan(verdict->needed_s) ? "" : " more");
    }
}

/* Names of those that are told apart from the first, or of those that are not, ", " between. */
static void print_names(const Comparison *comparison, const CompareVerdict *verdict,
                        bool told_apart)
{
    int printed = 0;
    for (int k = 1; k < comparison->count && !verdict->standing[k].failed; k++)
        if (verdict->standing[k].is_told_apart == told_apart)
            fprintf(comparison->text, "%s%s", printed++ ? ", " : "",
                    comparison->contestant[verdict->standing[k].contestant].name);
}

static int count_told_apart(const Comparison *comparison, const CompareVerdict *verdict)
{
    int count = 0;
    for (int k = 1; k < comparison->count; k++) count += verdict->standing[k].is_told_apart;
    return count;
}

static void print_undecided(const Comparison *comparison, const CompareVerdict *verdict)
{
    FILE *text = comparison->text;
    const Standing *other = nearest(comparison, verdict);
    char *behind = say_difference(comparison, other->behind);
    fprintf(text, "undecided  %s is first, but as good may be ",
            comparison->contestant[verdict->standing[0].contestant].name);
    print_names(comparison, verdict, false);
    fprintf(text, "\n           %s is behind by %s", comparison->contestant[other->contestant].name,
            behind);
    if (count_told_apart(comparison, verdict)) {
        fprintf(text, "; told apart from it: ");
        print_names(comparison, verdict, true);
    }
    fprintf(text, "\n");
    free(behind);
    print_needed(comparison, verdict);
}

static void print_verdict(const Comparison *comparison, const CompareVerdict *verdict)
{
    FILE *text = comparison->text;
    if (verdict->verdict == RANKING_WITHOUT)
        fprintf(text, "undecided  %s\n",
                verdict->seeds == 0 ? "no seed is there that everyone has been reported on"
                                    : "everyone has runs that failed");
    else if (verdict->verdict == RANKING_WON)
        print_won(comparison, verdict);
    else
        print_undecided(comparison, verdict);
    if (verdict->seeds > 0)
        fprintf(text,
                "           intervals: of the seeds, on this test split, all together %.4g %%; the "
                "luck "
                "of a search is not in them\n",
                100.0 * verdict->level);
}

void compare_print(const Comparison *comparison, const CompareVerdict *verdict)
{
    print_table(comparison, verdict);
    print_hints(comparison);
    fprintf(comparison->text, "\n");
    print_verdict(comparison, verdict);
    fflush(comparison->text);
}
