#include "trial/estimate.h"

#include "base/die.h"
#include "io/csv.h"
#include "io/files.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *word;
    int64_t trials;
} Group;

static char *first_word(const SweepPlan *plan, int64_t trial)
{
    const char *label = plan->label ? plan->label(plan->context, trial) : "trials";
    return format_text("%.*s", (int)strcspn(label, " "), label);
}

/* In the order of first appearance; labels of one kind stand together. */
static int64_t group_trials(const SweepPlan *plan, Group groups[])
{
    int64_t count = 0;
    for (int64_t trial = 0; trial < plan->count; trial++) {
        char *word = first_word(plan, trial);
        int64_t k = 0;
        while (k < count && strcmp(groups[k].word, word)) k++;
        if (k == count) groups[count++] = (Group){.word = format_text("%s", word)};
        groups[k].trials++;
        free(word);
    }
    return count;
}

/* Seconds of all trials of an earlier run, scaled to this one's count; NaN without any. */
static double earlier_seconds(const SweepPlan *plan)
{
    double total = NAN;
    char *path = format_text("%s/timing.csv", plan->out);
    if (files_exist(path)) {
        Csv *csv = csv_read(path);
        double sum = 0.0, timed = 0.0;
        for (int64_t row = 0; row < csv_rows(csv); row++) {
            double time_s = csv_real(csv, row, csv_column(csv, "time_s"));
            if (isfinite(time_s)) sum += time_s, timed += 1.0;
        }
        if (timed > 0.0) total = sum / timed * (double)plan->count;
        csv_free(csv);
    }
    free(path);
    return total;
}

int estimate_print(FILE *out, const SweepPlan *plan)
{
    Group *groups = alloc_zeroed((size_t)plan->count, sizeof *groups);
    int64_t count = group_trials(plan, groups);
    for (int64_t k = 0; k < count; k++) {
        fprintf(out, "%8" PRId64 "  %s\n", groups[k].trials, groups[k].word);
        free(groups[k].word);
    }
    free(groups);
    double seconds = earlier_seconds(plan) / (double)plan->jobs;
    fprintf(out, "%8" PRId64 "  trials, %" PRId64 " at a time", plan->count, plan->jobs);
    if (isnan(seconds))
        fprintf(out, "; no earlier run to tell how long they take\n");
    else
        fprintf(out, "; about %.2g %s, judged by the last run\n",
                seconds < 100.0 ? seconds : seconds / 60.0, seconds < 100.0 ? "s" : "min");
    return EXIT_SUCCESS;
}
