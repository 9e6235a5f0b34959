#include "trial/claim_quantity.h"

#include "base/die.h"
#include "trial/points.h"
#include "trial/selection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 8 };

static const double level = CLAIM_LEVEL_PERCENT / 100.0;

typedef struct QuantityKind QuantityKind;

typedef struct {
    const Claim *claim;
    const QuantityKind *kind;
    const Csv *csv;
    int numerator, denominator; /* columns; denominator -1: the numerator alone */
    int x;
    int key_count, key[MAX_COLUMNS]; /* of pairs or groups */
    Selection rows;
} Query;

struct QuantityKind {
    const char *name;
    void (*fill)(const Query *query, ClaimSample *sample);
    bool pairs, fits;
    void (*add)(const Query *query, int64_t count, const int64_t row[], ClaimSample *sample);
};

static bool is_word_of(const char *word, const char *const words[])
{
    for (; *words; words++)
        if (!strcmp(word, *words)) return true;
    return false;
}

/* What a run that did not arrive has counted is its budget, and what one that crashed says is
 * nothing: neither is a number that a verdict may rest on. */
static double cell_at(const Query *query, int64_t row, int column)
{
    static const char *const counts[] = {"steps",    "gradients", "values",        "rounds",
                                         "messages", "bytes",     "last_increase", NULL};
    int outcome_column = csv_find(query->csv, "outcome");
    const char *outcome =
        outcome_column < 0 ? "reached" : csv_text(query->csv, row, outcome_column);
    bool counted = is_word_of(csv_name(query->csv, column), counts);
    if (!strcmp(outcome, "crashed") || (counted && strcmp(outcome, "reached"))) return NAN;
    return csv_real(query->csv, row, column);
}

static double value_at(const Query *query, int64_t row)
{
    double value = cell_at(query, row, query->numerator);
    return query->denominator < 0 ? value : value / cell_at(query, row, query->denominator);
}

static void find_value_columns(Query *query)
{
    char *text = format_text("%s", query->claim->value), *slash = strchr(text, '/');
    if (slash) *slash = ' ';
    int columns[2];
    int count = selection_columns(query->csv, query->claim->place, text, 2, columns);
    query->numerator = columns[0];
    query->denominator = count == 2 ? columns[1] : -1;
    free(text);
}

static void add_value(ClaimSample *sample, double value)
{
    sample->value[sample->count++] = value;
    sample->infinite += !isfinite(value);
}

static void fill_values(const Query *query, ClaimSample *sample)
{
    for (int64_t k = 0; k < query->rows.count; k++)
        add_value(sample, value_at(query, query->rows.row[k]));
}

/* The one row of `rows` with this row's keys; -1 when there is none. */
static int64_t find_partner(const Query *query, const Selection *rows, int64_t row)
{
    int64_t partner = -1;
    for (int64_t k = 0; k < rows->count; k++) {
        if (!selection_same(query->csv, query->key_count, query->key, row, rows->row[k])) continue;
        if (partner >= 0)
            die("%s: [%s] pair = '%s' does not tell rows apart; name more columns",
                query->claim->place, query->claim->id,
                query->claim->pair ? query->claim->pair : "");
        partner = rows->row[k];
    }
    return partner;
}

static void fill_pairs(const Query *query, ClaimSample *sample)
{
    const Claim *claim = query->claim;
    bool is_ratio = !strcmp(claim->quantity, "ratio");
    Selection others = selection_find(query->csv, claim->place, claim->select, claim->against);
    for (int64_t k = 0; k < query->rows.count; k++) {
        int64_t row = query->rows.row[k];
        find_partner(query, &query->rows, row); /* a row is its own only partner */
        int64_t partner = find_partner(query, &others, row);
        if (partner < 0) continue;
        double a = value_at(query, row), b = value_at(query, partner);
        add_value(sample, is_ratio ? a / b : a - b);
    }
    sample->absent += others.absent;
    sample->unpaired = query->rows.count + others.count - 2 * sample->count;
    free(others.row);
}

/* A group's points, by x; to be freed. */
static Point *points_of(const Query *query, int64_t count, const int64_t row[])
{
    Point *points = alloc_zeroed((size_t)count, sizeof *points);
    for (int64_t k = 0; k < count; k++)
        points[k] =
            (Point){log(csv_real(query->csv, row[k], query->x)), log(value_at(query, row[k]))};
    points_sort(count, points);
    return points;
}

static void add_local_slopes(const Query *query, int64_t count, const int64_t row[],
                             ClaimSample *sample)
{
    Point *points = points_of(query, count, row);
    count = points_merge(count, points);
    if (count < 2) add_value(sample, NAN);
    for (int64_t k = 1; k < count; k++)
        add_value(sample, (points[k].y - points[k - 1].y) / (points[k].x - points[k - 1].x));
    free(points);
}

/* A lone group with a t interval has the fit's own interval. */
static void add_slope(const Query *query, int64_t count, const int64_t row[], ClaimSample *sample)
{
    Point *points = points_of(query, count, row);
    Line line = points_line(count, points, level);
    add_value(sample, line.slope.estimate);
    sample->interval = line.slope;
    sample->n = count;
    free(points);
}

/* The share of values above 0: NaN with one of them. */
static void add_share(const Query *query, int64_t count, const int64_t row[], ClaimSample *sample)
{
    double above = 0.0;
    for (int64_t k = 0; k < count; k++) {
        double value = value_at(query, row[k]);
        above += isnan(value) ? NAN : value > 0.0;
    }
    add_value(sample, above / (double)count);
}

/* Groups in the order of their first rows. */
static void fill_groups(const Query *query, ClaimSample *sample)
{
    const Selection *rows = &query->rows;
    int64_t *group = alloc_zeroed((size_t)rows->count + 1, sizeof *group);
    bool *used = alloc_zeroed((size_t)rows->count + 1, sizeof *used);
    for (int64_t first = 0; first < rows->count; first++) {
        int64_t count = 0;
        for (int64_t k = first; k < rows->count; k++) {
            int64_t row = rows->row[k];
            if (used[k] ||
                !selection_same(query->csv, query->key_count, query->key, rows->row[first], row))
                continue;
            used[k] = true;
            group[count++] = row;
        }
        if (count) query->kind->add(query, count, group, sample);
    }
    free(used);
    free(group);
}

static const QuantityKind quantities[] = {
    {"value", fill_values, false, false, NULL},
    {"difference", fill_pairs, true, false, NULL},
    {"ratio", fill_pairs, true, false, NULL},
    {"slope", fill_groups, false, true, add_slope},
    {"local_slope", fill_groups, false, true, add_local_slopes},
    {"positive", fill_groups, false, false, add_share},
};

static const QuantityKind *find_quantity(const char *name)
{
    const QuantityKind *kind = quantities;
    while (strcmp(kind->name, name)) kind++;
    return kind;
}

static void form_interval(const Query *query, ClaimSample *sample)
{
    bool by_t = !strcmp(query->claim->interval, "t");
    bool own = by_t && query->kind->add == add_slope && !query->key_count && sample->count == 1;
    sample->is_mean = strcmp(query->claim->interval, "range") && !own;
    if (own) return;
    sample->n = sample->count;
    bool by_share = !strcmp(query->claim->interval, "share");
    sample->interval = by_t       ? stats_t_interval(sample->count, sample->value, level)
                       : by_share ? stats_share_interval(sample->count, sample->value, level)
                                  : stats_range(sample->count, sample->value);
}

ClaimSample claim_sample(const Claim *claim, const Csv *csv)
{
    const QuantityKind *kind = find_quantity(claim->quantity);
    Query query = {.claim = claim, .kind = kind, .csv = csv};
    find_value_columns(&query);
    if (kind->fits) selection_columns(csv, claim->place, claim->x, 1, &query.x);
    query.key_count = selection_columns(csv, claim->place, kind->pairs ? claim->pair : claim->group,
                                        MAX_COLUMNS, query.key);
    query.rows = selection_find(csv, claim->place, claim->select, NULL);
    ClaimSample sample = {.absent = query.rows.absent};
    sample.value = alloc_zeroed((size_t)query.rows.count + 1, sizeof *sample.value);
    kind->fill(&query, &sample);
    form_interval(&query, &sample);
    free(query.rows.row);
    return sample;
}
