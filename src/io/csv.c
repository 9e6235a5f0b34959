#include "io/csv.h"

#include "base/die.h"
#include "base/number.h"
#include "io/cells.h"
#include "io/files.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct Csv {
    char *path, *text;
    int columns;
    int64_t rows, room;
    char **name;   /* columns */
    char **cell;   /* rows x columns, into text */
    int64_t *line; /* rows: where each row begins in the file */
};

static void read_heading(Csv *csv, Cells *cells)
{
    if (cells_end(cells))
        die("%s:1: the file is empty; expected a line of column names", csv->path);
    for (bool row_ends = false; !row_ends;) {
        char *name = cells_next(cells, &row_ends);
        if (csv_find(csv, name) >= 0)
            die("%s:1: two columns are named '%s'; rename one", csv->path, name);
        csv->name = alloc_resized(csv->name, (size_t)csv->columns + 1, sizeof *csv->name);
        csv->name[csv->columns++] = name;
    }
}

static void make_room(Csv *csv)
{
    if (csv->rows < csv->room) return;
    csv->room = csv->room ? 2 * csv->room : 64;
    csv->cell = alloc_resized(csv->cell, (size_t)(csv->room * csv->columns), sizeof *csv->cell);
    csv->line = alloc_resized(csv->line, (size_t)csv->room, sizeof *csv->line);
}

static void read_row(Csv *csv, Cells *cells)
{
    make_room(csv);
    char **cell = csv->cell + csv->rows * csv->columns;
    csv->line[csv->rows++] = cells->next_line;
    bool row_ends = false;
    int filled = 0;
    for (; !row_ends && filled < csv->columns; filled++)
        cell[filled] = cells_next(cells, &row_ends);
    if (row_ends && filled == csv->columns) return;
    for (; !row_ends; filled++) cells_next(cells, &row_ends);
    die("%s:%" PRId64 ": expected %d cells as in the heading, found %d", csv->path,
        csv->line[csv->rows - 1], csv->columns, filled);
}

Csv *csv_read(const char *path)
{
    Csv *csv = alloc_zeroed(1, sizeof *csv);
    size_t size;
    csv->path = format_text("%s", path);
    csv->text = files_read(path, &size);
    Cells cells = cells_begin(csv->path, csv->text, (int64_t)size, ',');
    read_heading(csv, &cells);
    while (!cells_end(&cells)) read_row(csv, &cells);
    return csv;
}

void csv_free(Csv *csv)
{
    if (!csv) return;
    free(csv->line);
    free(csv->cell);
    free(csv->name);
    free(csv->text);
    free(csv->path);
    free(csv);
}

int64_t csv_rows(const Csv *csv) { return csv->rows; }

int csv_columns(const Csv *csv) { return csv->columns; }

const char *csv_name(const Csv *csv, int column) { return csv->name[column]; }

int csv_find(const Csv *csv, const char *name)
{
    for (int c = 0; c < csv->columns; c++)
        if (strcmp(csv->name[c], name) == 0) return c;
    return -1;
}

static char *list_names(const Csv *csv)
{
    char *list = format_text("%s", csv->name[0]);
    for (int c = 1; c < csv->columns; c++) {
        char *longer = format_text("%s, %s", list, csv->name[c]);
        free(list);
        list = longer;
    }
    return list;
}

int csv_column(const Csv *csv, const char *name)
{
    int column = csv_find(csv, name);
    if (column < 0)
        die("%s:1: expected a column '%s'; there are %s", csv->path, name, list_names(csv));
    return column;
}

const char *csv_text(const Csv *csv, int64_t row, int column)
{
    return csv->cell[row * csv->columns + column];
}

static _Noreturn void die_cell(const Csv *csv, int64_t row, int column, const char *expected)
{
    die("%s:%" PRId64 ": column '%s': expected %s, found '%s'", csv->path, csv->line[row],
        csv->name[column], expected, csv_text(csv, row, column));
}

double csv_real(const Csv *csv, int64_t row, int column)
{
    double value;
    if (!number_real(csv_text(csv, row, column), &value)) die_cell(csv, row, column, "a number");
    return value;
}

int64_t csv_int(const Csv *csv, int64_t row, int column)
{
    int64_t value;
    if (!number_int(csv_text(csv, row, column), &value))
        die_cell(csv, row, column, "a whole number");
    return value;
}
