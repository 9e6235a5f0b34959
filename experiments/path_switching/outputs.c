/* What the results depend on besides the configuration, and their summary: a row for each run of
 * an arm's version, with what it loses against the others. */
#include "segments.h"
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "io/csv.h"
#include "problem/data.h"
#include "update/gaps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void data_inputs(const ProgramOptions *given, ManifestInputs *inputs)
{
    for (int64_t k = 0; k < words_count(config.texts); k++) {
        char *text = words_item(config.texts, k);
        manifest_add_input(inputs, data_file(text, given->data));
        free(text);
    }
}

/* ---- summary.csv */

typedef struct {
    Csv *csv;
    int64_t count, *row; /* those of all domains, by their rows in the file */
    GapRun *run;
    Gap *gap;
} Summary;

static const char *cell(const Summary *summary, int64_t row, const char *column)
{
    return csv_text(summary->csv, row, csv_column(summary->csv, column));
}

static double number(const Summary *summary, int64_t row, const char *column)
{
    return csv_real(summary->csv, row, csv_column(summary->csv, column));
}

static bool same(const Summary *summary, int64_t a, int64_t b, const char *columns)
{
    bool is_same = true;
    for (int64_t k = 0; k < words_count(columns) && is_same; k++) {
        char *column = words_item(columns, k);
        is_same = !strcmp(cell(summary, a, column), cell(summary, b, column));
        free(column);
    }
    return is_same;
}

static bool is_counted(const Summary *summary, int64_t row)
{
    return !strcmp(cell(summary, row, "domain"), "all") &&
           strcmp(cell(summary, row, "study"), "schedules") != 0 &&
           strcmp(cell(summary, row, "outcome"), "absent") != 0;
}

/* The number of the first run of the same setting; runs of one setting stand close. */
static int64_t setting_of(const Summary *summary, int64_t k)
{
    for (int64_t other = k - 1; other >= 0; other--)
        if (same(summary, summary->row[other], summary->row[k], "study model level_index version"))
            return summary->run[other].setting;
    return k;
}

static void add_run(Summary *summary, int64_t row)
{
    int64_t k = summary->count++;
    summary->row[k] = row;
    summary->run[k] =
        (GapRun){.arm = cell(summary, row, "arm"),
                 .setting = setting_of(summary, k),
                 .repeat = csv_int(summary->csv, row, csv_column(summary->csv, "repeat")),
                 .peak = number(summary, row, "peak"),
                 .loss = number(summary, row, "loss"),
                 .forecast = number(summary, row, "predicted")};
}

static Summary summary_open(const char *results)
{
    char *path = format_text("%s/trials.csv", results);
    Summary summary = {.csv = csv_read(path)};
    free(path);
    size_t rows = (size_t)csv_rows(summary.csv);
    summary.row = alloc_zeroed(rows, sizeof *summary.row);
    summary.run = alloc_zeroed(rows, sizeof *summary.run);
    summary.gap = alloc_zeroed(rows, sizeof *summary.gap);
    for (int64_t row = 0; row < (int64_t)rows; row++)
        if (is_counted(&summary, row)) add_run(&summary, row);
    gaps_of(summary.count, summary.run, "ptfs", "cpt", summary.gap);
    return summary;
}

static void summary_close(Summary *summary)
{
    csv_free(summary->csv);
    free(summary->row);
    free(summary->run);
    free(summary->gap);
}

/* Updates trained in the whole study over those if nothing were shared: each trial's own once,
 * each arm's paths at its last version. */
static double sharing(const Summary *summary, int64_t row)
{
    double trained = 0.0, unshared = 0.0;
    for (int64_t k = 0; k < summary->count; k++) {
        int64_t other = summary->row[k];
        if (!same(summary, row, other, "study")) continue;
        bool begins = k == 0 || !same(summary, summary->row[k - 1], other, "trial");
        if (begins) trained += number(summary, other, "run_steps");
        if (!strcmp(cell(summary, other, "version"), cell(summary, other, "versions")))
            unshared += number(summary, other, "unshared_steps");
    }
    return trained / unshared;
}

static const char copied[] = "study arm paradigm model parameters level_index level peak alpha "
                             "replay steps version repeat outcome path_steps cost_steps cost loss";
static const char heading[] =
    "study,arm,paradigm,model,parameters,level_index,level,peak,alpha,replay,steps,version,repeat,"
    "outcome,path_steps,cost_steps,cost,loss,gap,gap_mean,gap_low,gap_high,tuned,tuned_gap,"
    "comparable,foretold,agrees,"
    "sharing";

static void write_run(const Summary *summary, int64_t k, double shared, Table *table)
{
    for (int64_t c = 0; c < words_count(copied); c++) {
        char *column = words_item(copied, c);
        table_text(table, cell(summary, summary->row[k], column));
        free(column);
    }
    const Gap *gap = &summary->gap[k];
    table_real(table, gap->gap);
    table_real(table, gap->over.estimate);
    table_real(table, gap->over.low);
    table_real(table, gap->over.high);
    table_int(table, gap->tuned);
    table_real(table, gap->tuned_gap);
    table_real(table, gap->comparable);
    table_real(table, gap->foretold);
    table_real(table, gap->agrees);
    table_real(table, shared);
    table_end_row(table);
}

void summarise(const ProgramOptions *given)
{
    Summary summary = summary_open(given->out);
    Table *table = table_create(given->out, "summary", heading);
    double shared = NAN;
    for (int64_t k = 0; k < summary.count; k++) {
        int64_t row = summary.row[k];
        if (k == 0 || !same(&summary, summary.row[k - 1], row, "study"))
            shared = sharing(&summary, row);
        write_run(&summary, k, shared, table);
    }
    table_close(table);
    summary_close(&summary);
    segments_remove_all(given->out);
}
