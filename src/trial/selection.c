#include "trial/selection.h"

#include "base/die.h"
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CONDITIONS = 24 };

typedef enum { EQUAL, NOT_EQUAL, LESS, GREATER, AT_MOST, AT_LEAST } Relation;

typedef struct {
    Relation relation;
    int column;
    const char *value;
    bool on_outcome;
} Condition;

typedef struct {
    int count;
    Condition condition[MAX_CONDITIONS];
} Conditions;

/* The longer signs first: "<=" begins with "<". */
static const struct {
    const char *sign;
    Relation relation;
} signs[] = {{"!=", NOT_EQUAL}, {"<=", AT_MOST}, {">=", AT_LEAST},
             {"=", EQUAL},      {"<", LESS},     {">", GREATER}};

static int find_column(const Csv *csv, const char *place, const char *name)
{
    int column = csv_find(csv, name);
    if (column < 0) die("%s: the results have no column '%s'", place, name);
    return column;
}

static Condition parse_condition(const Csv *csv, const char *place, char *word)
{
    char *at = word + strcspn(word, "!<>=");
    for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
        size_t length = strlen(signs[k].sign);
        if (strncmp(at, signs[k].sign, length)) continue;
        *at = 0;
        return (Condition){.relation = signs[k].relation,
                           .column = find_column(csv, place, word),
                           .value = at + length,
                           .on_outcome = !strcmp(word, "outcome")};
    }
    die("%s: '%s': expected conditions such as study=scaling or lambda<=0.001", place, word);
}

static void add(Conditions *all, const char *place, Condition condition)
{
    if (all->count == MAX_CONDITIONS) die("%s: more than %d conditions", place, MAX_CONDITIONS);
    all->condition[all->count++] = condition;
}

static void parse(Conditions *all, const Csv *csv, const char *place, char *text)
{
    for (char *word, *rest = text; (word = strtok_r(rest, " \t", &rest));)
        add(all, place, parse_condition(csv, place, word));
}

/* Those of `all` whose column `newer` does not name, and all of `newer`. */
static Conditions replace(const Conditions *all, const Conditions *newer, const char *place)
{
    Conditions merged = {0};
    for (int k = 0; k < all->count; k++) {
        bool named = false;
        for (int j = 0; j < newer->count; j++)
            named = named || newer->condition[j].column == all->condition[k].column;
        if (!named) add(&merged, place, all->condition[k]);
    }
    for (int j = 0; j < newer->count; j++) add(&merged, place, newer->condition[j]);
    return merged;
}

static bool both_numbers(const char *a, const char *b, double *x, double *y)
{
    return number_real(a, x) && number_real(b, y);
}

static bool is_equal(const char *cell, const char *value)
{
    double x, y;
    return !strcmp(cell, value) || (both_numbers(cell, value, &x, &y) && x == y);
}

static bool is_met(const Condition *condition, const char *cell)
{
    double x, y;
    if (condition->relation == EQUAL) return is_equal(cell, condition->value);
    if (condition->relation == NOT_EQUAL) return !is_equal(cell, condition->value);
    if (!both_numbers(cell, condition->value, &x, &y)) return false;
    switch (condition->relation) {
    case LESS:
        return x < y;
    case GREATER:
        return x > y;
    case AT_MOST:
        return x <= y;
    default:
        return x >= y;
    }
}

static bool meets(const Conditions *all, const Csv *csv, int64_t row, bool outcome_too)
{
    for (int k = 0; k < all->count; k++) {
        const Condition *condition = &all->condition[k];
        if (condition->on_outcome && !outcome_too) continue;
        if (!is_met(condition, csv_text(csv, row, condition->column))) return false;
    }
    return true;
}

static Selection collect(const Conditions *all, const Csv *csv)
{
    Selection found = {.row = alloc_zeroed((size_t)csv_rows(csv) + 1, sizeof *found.row)};
    int outcome = csv_find(csv, "outcome");
    bool speaks = false;
    for (int k = 0; k < all->count; k++) speaks = speaks || all->condition[k].on_outcome;
    for (int64_t row = 0; row < csv_rows(csv); row++) {
        bool absent = outcome >= 0 && !strcmp(csv_text(csv, row, outcome), "absent");
        if (absent && meets(all, csv, row, false)) found.absent++;
        if ((speaks || !absent) && meets(all, csv, row, true)) found.row[found.count++] = row;
    }
    return found;
}

Selection selection_find(const Csv *csv, const char *place, const char *conditions,
                         const char *against)
{
    char *first = format_text("%s", conditions),
         *second = format_text("%s", against ? against : "");
    Conditions all = {0}, newer = {0};
    parse(&all, csv, place, first);
    parse(&newer, csv, place, second);
    Conditions merged = replace(&all, &newer, place);
    Selection found = collect(&merged, csv);
    free(first);
    free(second);
    return found;
}

int selection_columns(const Csv *csv, const char *place, const char *names, int room, int columns[])
{
    int count = 0;
    char *text = format_text("%s", names ? names : "");
    for (char *word, *rest = text; (word = strtok_r(rest, " \t", &rest));) {
        if (count == room) die("%s: more than %d columns", place, room);
        columns[count++] = find_column(csv, place, word);
    }
    free(text);
    return count;
}

bool selection_same(const Csv *csv, int count, const int columns[], int64_t a, int64_t b)
{
    for (int k = 0; k < count; k++)
        if (strcmp(csv_text(csv, a, columns[k]), csv_text(csv, b, columns[k]))) return false;
    return true;
}
