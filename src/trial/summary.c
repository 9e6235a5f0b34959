#include "trial/summary.h"

#include "base/die.h"
#include "base/named.h"
#include "base/outcome.h"
#include "base/stats.h"
#include "base/words.h"
#include "io/csv.h"
#include "io/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 32 };

/* Places of named columns in a CSV file. */
typedef struct {
    int count;
    int at[MAX_COLUMNS];
} Places;

static Places find_places(const Csv *csv, const char *names)
{
    Places places = {0};
    if (words_count(names) > MAX_COLUMNS)
        die("summary: %d columns named, room for %d", (int)words_count(names), MAX_COLUMNS);
    for (; places.count < words_count(names); places.count++) {
        char *name = words_item(names, places.count);
        places.at[places.count] = csv_column(csv, name);
        free(name);
    }
    return places;
}

static bool same_group(const Csv *csv, const Places *groups, int64_t a, int64_t b)
{
    for (int k = 0; k < groups->count; k++)
        if (strcmp(csv_text(csv, a, groups->at[k]), csv_text(csv, b, groups->at[k]))) return false;
    return true;
}

static bool has_outcome(const Csv *csv, int64_t row, Outcome outcome)
{
    return strcmp(csv_text(csv, row, csv_column(csv, "outcome")), outcome_name(outcome)) == 0;
}

static bool is_diverged(const Csv *csv, int64_t row)
{
    return has_outcome(csv, row, OUTCOME_DIVERGED) || has_outcome(csv, row, OUTCOME_CRASHED);
}

/* group[i]: first row of the group that row i belongs to, -1 when its data are absent. */
static int64_t *find_groups(const Csv *csv, const Places *groups)
{
    int64_t rows = csv_rows(csv), known = 0;
    int64_t *group = alloc_zeroed((size_t)rows, sizeof *group);
    int64_t *first = alloc_zeroed((size_t)rows, sizeof *first);
    for (int64_t row = 0; row < rows; row++) {
        group[row] = -1;
        if (has_outcome(csv, row, OUTCOME_ABSENT)) continue;
        /* Backwards: repeats stand close to each other. */
        for (int64_t k = known - 1; k >= 0 && group[row] < 0; k--)
            if (same_group(csv, groups, first[k], row)) group[row] = first[k];
        if (group[row] < 0) group[row] = first[known++] = row;
    }
    free(first);
    return group;
}

/* ---- statistics */

/* A measure in a group: as the rows say, and with +inf for those that diverged. */
typedef struct {
    int64_t n;
    double *given, *judged;
} Values;

typedef struct {
    const char *name;
    double (*of)(const Values *values, double share);
    double share;
} StatisticRow;

enum { MAX_STATISTICS = 16 };

static double quantile(const Values *values, double share)
{
    return stats_quantile(values->n, values->judged, share);
}

static double mean(const Values *values, double unused)
{
    (void)unused;
    return stats_mean(values->n, values->given);
}

static double deviation(const Values *values, double unused)
{
    (void)unused;
    return stats_deviation(values->n, values->given);
}

/* An end of the t interval: the lower one for a share below 1/2. */
static double end_of_mean(const Values *values, double share)
{
    Interval interval = stats_t_interval(values->n, values->given, 0.95);
    return share < 0.5 ? interval.low : interval.high;
}

static const StatisticRow statistic_rows[] = {
    {"median", quantile, 0.5}, {"q10", quantile, 0.1},     {"q25", quantile, 0.25},
    {"q75", quantile, 0.75},   {"q90", quantile, 0.9},     {"best", quantile, 0.0},
    {"worst", quantile, 1.0},  {"mean", mean, 0.0},        {"deviation", deviation, 0.0},
    {"low", end_of_mean, 0.0}, {"high", end_of_mean, 1.0},
};

typedef struct {
    int count;
    bool are_named;
    const StatisticRow *row[MAX_STATISTICS];
} Statistics;

static Statistics find_statistics(const char *names)
{
    Statistics found = {.are_named = names != NULL};
    if (!names) names = "median q10 q90";
    if (words_count(names) > MAX_STATISTICS)
        die("summary: %d statistics named, room for %d", (int)words_count(names), MAX_STATISTICS);
    for (; found.count < words_count(names); found.count++) {
        char *name = words_item(names, found.count);
        found.row[found.count] =
            named_row("summary: statistic", name, sizeof statistic_rows / sizeof *statistic_rows,
                      sizeof *statistic_rows, statistic_rows);
        free(name);
    }
    return found;
}

static void write_statistics(Table *table, const Statistics *statistics, const Values *values)
{
    bool is_measured = !statistics->are_named;
    for (int64_t i = 0; i < values->n; i++) is_measured = is_measured || !isnan(values->given[i]);
    for (int k = 0; k < statistics->count; k++) {
        const StatisticRow *row = statistics->row[k];
        table_real(table, is_measured ? row->of(values, row->share) : NAN);
    }
}

static char *make_heading(const SummaryColumns *columns, const Statistics *statistics)
{
    char *heading = format_text("%s %s n n_diverged", columns->groups, columns->carried);
    for (int64_t m = 0; m < words_count(columns->measures); m++) {
        char *name = words_item(columns->measures, m);
        for (int k = 0; k < statistics->count; k++) {
            char *longer = format_text("%s %s_%s", heading, name, statistics->row[k]->name);
            free(heading);
            heading = longer;
        }
        free(name);
    }
    for (char *c = heading; *c; c++)
        if (*c == ' ') *c = ',';
    return heading;
}

static void copy_cells(Table *table, const Csv *csv, const Places *places, int64_t row)
{
    for (int k = 0; k < places->count; k++) table_text(table, csv_text(csv, row, places->at[k]));
}

/* member: the n rows of the group. */
static void write_measures(Table *table, const Csv *csv, const Places *measures,
                           const Statistics *statistics, int64_t n, const int64_t *member)
{
    Values values = {.n = n,
                     .given = alloc_zeroed((size_t)n, sizeof *values.given),
                     .judged = alloc_zeroed((size_t)n, sizeof *values.judged)};
    int64_t diverged = 0;
    for (int64_t i = 0; i < n; i++) diverged += is_diverged(csv, member[i]);
    table_int(table, n);
    table_int(table, diverged);
    for (int m = 0; m < measures->count; m++) {
        for (int64_t i = 0; i < n; i++) {
            values.given[i] = csv_real(csv, member[i], measures->at[m]);
            values.judged[i] = is_diverged(csv, member[i]) ? INFINITY : values.given[i];
        }
        write_statistics(table, statistics, &values);
    }
    free(values.given);
    free(values.judged);
}

void summary_write(const char *results, const SummaryColumns *columns)
{
    Statistics statistics = find_statistics(columns->statistics);
    char *path = format_text("%s/trials.csv", results),
         *heading = make_heading(columns, &statistics);
    Csv *csv = csv_read(path);
    Places groups = find_places(csv, columns->groups), carried = find_places(csv, columns->carried),
           measures = find_places(csv, columns->measures);
    int64_t rows = csv_rows(csv), *group = find_groups(csv, &groups);
    int64_t *member = alloc_zeroed((size_t)rows, sizeof *member);
    Table *table = table_create(results, "summary", heading);
    for (int64_t first = 0; first < rows; first++) {
        if (group[first] != first) continue;
        int64_t n = 0;
        for (int64_t row = first; row < rows; row++)
            if (group[row] == first) member[n++] = row;
        copy_cells(table, csv, &groups, first);
        copy_cells(table, csv, &carried, first);
        write_measures(table, csv, &measures, &statistics, n, member);
        table_end_row(table);
    }
    table_close(table);
    free(member);
    free(group);
    csv_free(csv);
    free(heading);
    free(path);
}
