#include "io/table.h"

#include "base/die.h"
#include "io/files.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct Table {
    FILE *file;
    char *name;   /* the path, or what to call a spool in messages */
    char *prefix; /* of each row; NULL: a file of its own */
    int columns;
    int filled; /* columns written in the current row */
    char *row;  /* the current row, handed on only when whole */
    size_t length, room;
};

static int count_columns(const char *line)
{
    int columns = 1;
    for (const char *c = line; *c; c++) columns += *c == ',';
    return columns;
}

Table *table_create(const char *directory, const char *name, const char *heading)
{
    Table *table = alloc_zeroed(1, sizeof *table);
    files_make_directory(directory);
    table->name = format_text("%s/%s.csv", directory, name);
    table->file = files_begin(table->name);
    table->columns = count_columns(heading);
    fprintf(table->file, "%s\n", heading);
    return table;
}

Table *table_spool(FILE *stream, const char *prefix, const char *heading)
{
    Table *table = alloc_zeroed(1, sizeof *table);
    table->name = format_text("spool of %s", heading);
    table->prefix = format_text("%s", prefix);
    table->file = stream;
    table->columns = count_columns(heading);
    return table;
}

static void check_spool(const Table *table)
{
    errno = 0;
    if (ferror(table->file) || fflush(table->file))
        die("%s: cannot be written: %s", table->name, strerror(errno ? errno : EIO));
}

void table_close(Table *table)
{
    if (table->filled) die("%s: closed in the middle of a row", table->name);
    if (table->prefix)
        check_spool(table);
    else
        files_commit(table->file, table->name);
    free(table->row);
    free(table->prefix);
    free(table->name);
    free(table);
}

static void append(Table *table, size_t length, const char *text)
{
    if (table->length + length > table->room) {
        table->room = 2 * (table->length + length);
        table->row = alloc_resized(table->row, table->room, 1);
    }
    memcpy(table->row + table->length, text, length);
    table->length += length;
}

static void add_cell(Table *table, const char *text)
{
    if (table->filled == table->columns)
        die("%s: a row has more than %d columns", table->name, table->columns);
    if (table->filled++) append(table, 1, ",");
    append(table, strlen(text), text);
}

void table_int(Table *table, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    add_cell(table, text);
}

void table_real(Table *table, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.17g", value);
    /* printf() writes the sign of a NaN, which differs between processors. */
    add_cell(table, isnan(value) ? "nan" : text);
}

void table_text(Table *table, const char *value)
{
    if (strpbrk(value, ",\"\r\n")) die("%s: '%s' would need quoting", table->name, value);
    add_cell(table, value);
}

void table_spec(Table *table, const char *spec)
{
    char *text = format_text("%s", spec);
    for (char *c = text; *c; c++)
        if (*c == ',') *c = ';';
    table_text(table, text);
    free(text);
}

void table_outcome(Table *table, Outcome outcome) { table_text(table, outcome_name(outcome)); }

static void write_row(Table *table, size_t length, const char *row)
{
    if (table->prefix) fputs(table->prefix, table->file);
    fwrite(row, 1, length, table->file);
    if (fputc('\n', table->file) == EOF)
        die("%s: cannot be written: %s", table->name, strerror(errno));
}

void table_end_row(Table *table)
{
    if (table->filled != table->columns)
        die("%s: a row has %d of %d columns", table->name, table->filled, table->columns);
    write_row(table, table->length, table->row);
    table->filled = 0;
    table->length = 0;
}

void table_line(Table *table, const char *line)
{
    if (table->filled) die("%s: a finished line in the middle of a row", table->name);
    int columns = count_columns(line);
    if (columns != table->columns)
        die("%s: '%s' has %d of %d columns", table->name, line, columns, table->columns);
    write_row(table, strlen(line), line);
}
