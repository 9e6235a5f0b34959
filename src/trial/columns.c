#include "trial/columns.h"

#include "base/die.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void write_text(Table *t, const void *cell) { table_spec(t, *(const char *const *)cell); }
static void write_int(Table *t, const void *cell) { table_int(t, *(const int64_t *)cell); }
static void write_real(Table *t, const void *cell) { table_real(t, *(const double *)cell); }
static void write_bool(Table *t, const void *cell) { table_int(t, *(const bool *)cell); }
static void write_outcome(Table *t, const void *cell) { table_outcome(t, *(const Outcome *)cell); }

static const char *const none = "none";
static const int64_t zero = 0;
static const double unknown = NAN;
static const bool no = false;
static const Outcome spent = OUTCOME_SPENT;

static const struct {
    const void *blank;
    size_t size;
    void (*write)(Table *table, const void *cell);
} kinds[] = {
    [COLUMN_TEXT] = {&none, sizeof none, write_text},
    [COLUMN_INT] = {&zero, sizeof zero, write_int},
    [COLUMN_REAL] = {&unknown, sizeof unknown, write_real},
    [COLUMN_BOOL] = {&no, sizeof no, write_bool},
    [COLUMN_OUTCOME] = {&spent, sizeof spent, write_outcome},
};

static const char *name_of(const Column *column)
{
    const char *dot = strrchr(column->name, '.');
    return dot ? dot + 1 : column->name;
}

char *columns_heading(const Columns *columns)
{
    char *heading = format_text("trial");
    for (int c = 0; c < columns->count; c++) {
        char *shorter = heading;
        heading = format_text("%s,%s", shorter, name_of(&columns->column[c]));
        free(shorter);
    }
    return heading;
}

void columns_clear(const Columns *columns, void *row)
{
    for (int c = 0; c < columns->count; c++) {
        const Column *column = &columns->column[c];
        memcpy((char *)row + column->offset, kinds[column->kind].blank, kinds[column->kind].size);
    }
}

void columns_write(const Columns *columns, int64_t trial, const void *row, Table *table)
{
    table_int(table, trial);
    for (int c = 0; c < columns->count; c++) {
        const Column *column = &columns->column[c];
        kinds[column->kind].write(table, (const char *)row + column->offset);
    }
    table_end_row(table);
}
