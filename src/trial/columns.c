#include "trial/columns.h"

#include "base/die.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
        void *cell = (char *)row + columns->column[c].offset;
        switch (columns->column[c].kind) {
        case COLUMN_TEXT:
            *(const char **)cell = "none";
            break;
        case COLUMN_INT:
            *(int64_t *)cell = 0;
            break;
        case COLUMN_REAL:
            *(double *)cell = NAN;
            break;
        case COLUMN_BOOL:
            *(bool *)cell = false;
            break;
        case COLUMN_OUTCOME:
            *(Outcome *)cell = OUTCOME_SPENT;
            break;
        }
    }
}

void columns_write(const Columns *columns, int64_t trial, const void *row, Table *table)
{
    table_int(table, trial);
    for (int c = 0; c < columns->count; c++) {
        const void *cell = (const char *)row + columns->column[c].offset;
        switch (columns->column[c].kind) {
        case COLUMN_TEXT:
            table_spec(table, *(const char *const *)cell);
            break;
        case COLUMN_INT:
            table_int(table, *(const int64_t *)cell);
            break;
        case COLUMN_REAL:
            table_real(table, *(const double *)cell);
            break;
        case COLUMN_BOOL:
            table_int(table, *(const bool *)cell);
            break;
        case COLUMN_OUTCOME:
            table_outcome(table, *(const Outcome *)cell);
            break;
        }
    }
    table_end_row(table);
}
