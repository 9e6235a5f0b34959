/* Labelled rows of delimited text: comma, semicolon or tab, with or without a heading. */
#include "base/die.h"
#include "base/number.h"
#include "io/cells.h"
#include "io/dataset_formats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CLASSES = 1000 };

typedef struct {
    char **cell; /* width of them, into the text; NULL: there is no such row */
    int64_t line;
} Row;

typedef struct {
    Cells cells;
    Dataset *dataset;
    int width;         /* cells in a row, label included */
    int label_column;  /* from 0 */
    Row heading;       /* its cell is NULL without one */
    bool labels_words; /* decided by the first row of data */
} Reader;

static bool is_number(const char *text)
{
    double value;
    return cell_number(text, &value);
}

static bool is_word(const char *text) { return !is_number(text) && !cell_is_missing(text); }

static int64_t count_lines(const char *text)
{
    int64_t lines = 1;
    for (; (text = strchr(text, '\n')); text++) lines++;
    return lines;
}

/* Into row->cell, which has room for the width; a row of another width ends the program. */
static void read_row(Reader *reader, Row *row)
{
    bool row_ends = false;
    int filled = 0;
    row->line = reader->cells.next_line;
    for (; !row_ends && filled < reader->width; filled++)
        row->cell[filled] = cells_next(&reader->cells, &row_ends);
    if (row_ends && filled == reader->width) return;
    for (; !row_ends; filled++) cells_next(&reader->cells, &row_ends);
    die("%s:%" PRId64 ": expected %d cells as in the first row, found %d; mend the row, or skip "
        "the lines before the data",
        reader->cells.path, row->line, reader->width, filled);
}

/* A row of any width; the caller frees its cells. */
static Row read_free_row(Reader *reader, int *width)
{
    Row row = {.line = reader->cells.next_line};
    *width = 0;
    for (bool row_ends = false; !row_ends;) {
        row.cell = alloc_resized(row.cell, (size_t)*width + 1, sizeof *row.cell);
        row.cell[(*width)++] = cells_next(&reader->cells, &row_ends);
    }
    return row;
}

static int find_name(const Reader *reader, const Row *row, const char *name)
{
    for (int c = 0; c < reader->width; c++)
        if (strcmp(row->cell[c], name) == 0) return c;
    return -1;
}

/* Where the label stands if the option is a number or not given; the last column otherwise. */
static int numbered_label(const Reader *reader, const char *option)
{
    int64_t number;
    if (!option || !number_int(option, &number)) return reader->width - 1;
    if (number < 1 || number > reader->width)
        die("%s: label column %s: expected a number from 1 to %d", reader->cells.path, option,
            reader->width);
    return (int)number - 1;
}

/* Words only; or a word above numbers where the label stands; or it names the label. A damaged
 * first row of numbers is none of these, and is reported, not lost. */
static bool is_heading(const Reader *reader, const Row *first, const Row *second,
                       const char *option)
{
    if (!is_number(option ? option : "0")) return true;
    int words = 0, numbers = 0, label = numbered_label(reader, option);
    for (int c = 0; c < reader->width; c++) {
        words += is_word(first->cell[c]);
        numbers += is_number(first->cell[c]);
    }
    if (words > 0 && numbers == 0) return true;
    return is_word(first->cell[label]) && second->cell && is_number(second->cell[label]);
}

/* A column whose name says that it is the label; -1 when none does. */
static int usual_label(const Reader *reader, const Row *heading)
{
    static const char *const names[] = {"label", "class", "target"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        for (int c = 0; c < reader->width; c++)
            if (strcasecmp(heading->cell[c], names[k]) == 0) return c;
    return -1;
}

static int choose_label(const Reader *reader, const char *option)
{
    const Row *heading = &reader->heading;
    int named = !heading->cell ? -1
                : option       ? find_name(reader, heading, option)
                               : usual_label(reader, heading);
    if (named >= 0) return named;
    if (option && !is_number(option))
        die("%s: expected a heading with the label column '%s'%s%s%s", reader->cells.path, option,
            heading->cell ? "; the first column is '" : "", heading->cell ? heading->cell[0] : "",
            heading->cell ? "'" : "");
    return numbered_label(reader, option);
}

static _Noreturn void die_cell(const Reader *reader, const Row *row, int column,
                               const char *expected)
{
    const char *name = reader->heading.cell ? reader->heading.cell[column] : "";
    die("%s:%" PRId64 ": column %d%s%s%s: expected %s, found '%.40s'", reader->cells.path,
        row->line, column + 1, *name ? " '" : "", name, *name ? "'" : "", expected,
        row->cell[column]);
}

static double class_number(Reader *reader, const Row *row)
{
    Dataset *dataset = reader->dataset;
    const char *word = row->cell[reader->label_column];
    for (int k = 0; k < dataset->class_count; k++)
        if (strcmp(dataset->class_name[k], word) == 0) return k;
    if (dataset->class_count == MAX_CLASSES)
        die_cell(reader, row, reader->label_column,
                 "at most 1000 different labels (is this the label column?)");
    size_t count = (size_t)dataset->class_count + 1;
    dataset->class_name = alloc_resized(dataset->class_name, count, sizeof *dataset->class_name);
    dataset->class_name[dataset->class_count] = format_text("%s", word);
    return dataset->class_count++;
}

static double read_label(Reader *reader, const Row *row)
{
    const char *text = row->cell[reader->label_column];
    double label;
    bool numeric = cell_number(text, &label);
    if (!numeric && cell_is_missing(text))
        die_cell(reader, row, reader->label_column, "a label (take the row out, or fill it in)");
    if (reader->dataset->rows == 0) reader->labels_words = !numeric;
    if (reader->labels_words) return class_number(reader, row);
    if (!numeric)
        die_cell(reader, row, reader->label_column, "a number as label, as in the rows above");
    return label;
}

static double read_feature(const Reader *reader, const Row *row, int column)
{
    const char *text = row->cell[column];
    double value;
    if (cell_number(text, &value)) return value;
    if (cell_is_missing(text))
        die_cell(reader, row, column, "a finite number (take the row out, or fill it in)");
    if (reader->cells.separator != ',' && strchr(text, ','))
        die_cell(reader, row, column, "a number with a decimal point");
    die_cell(reader, row, column, "a number (turn words into numbers, or drop the column)");
}

static void add_row(Reader *reader, const Row *row)
{
    Dataset *dataset = reader->dataset;
    double *out = dataset->dense + dataset->rows * dataset->cols;
    for (int c = 0; c < reader->width; c++)
        if (c != reader->label_column) *out++ = read_feature(reader, row, c);
    dataset->label[dataset->rows] = read_label(reader, row);
    dataset->rows++;
}

/* The lines before the data: the last of them is the heading when it has the right width. */
static Row read_skipped(Reader *reader, int64_t lines, int *width)
{
    for (int64_t i = 1; i < lines; i++) cells_skip_line(&reader->cells);
    *width = 0;
    return lines > 0 && !cells_end(&reader->cells) ? read_free_row(reader, width) : (Row){0};
}

static void read_all(Reader *reader, const DatasetFormat *format, int64_t lines)
{
    int skipped_width;
    Row skipped = read_skipped(reader, format->skip_lines, &skipped_width);
    if (cells_end(&reader->cells)) die("%s: no rows of data", reader->cells.path);
    Row first = read_free_row(reader, &reader->width);
    if (reader->width < 2)
        die("%s:%" PRId64 ": expected a label and at least one feature, separated by comma, "
            "semicolon or tab",
            reader->cells.path, first.line);

    Row row = {.cell = alloc_zeroed((size_t)reader->width, sizeof *row.cell)}, none = {0};
    bool second = !cells_end(&reader->cells);
    if (second) read_row(reader, &row);
    bool headed = format->skip_lines == 0 &&
                  is_heading(reader, &first, second ? &row : &none, format->label_column);
    if (headed)
        reader->heading = first;
    else if (skipped_width == reader->width)
        reader->heading = skipped;
    reader->label_column = choose_label(reader, format->label_column);

    Dataset *dataset = reader->dataset;
    dataset->cols = reader->width - 1;
    dataset->dense = alloc_zeroed((size_t)lines, (size_t)dataset->cols * sizeof *dataset->dense);
    dataset->label = alloc_zeroed((size_t)lines, sizeof *dataset->label);
    if (!headed) add_row(reader, &first);
    if (second) add_row(reader, &row);
    while (!cells_end(&reader->cells)) {
        read_row(reader, &row);
        add_row(reader, &row);
    }
    if (dataset->rows == 0) die("%s: no rows of data behind the heading", reader->cells.path);
    free(row.cell);
    free(first.cell);
    free(skipped.cell);
}

Dataset *dataset_parse_csv(const char *path, char *text, size_t size, const DatasetFormat *format)
{
    int64_t lines = count_lines(text); /* at least as many as rows: counted before cells are cut */
    const char *body = text;
    for (int64_t i = 0; i < format->skip_lines && *body; i++) {
        body = strchrnul(body, '\n');
        body += *body == '\n';
    }
    Reader reader = {.cells = cells_begin(path, text, (int64_t)size, cells_find_separator(body)),
                     .dataset = alloc_zeroed(1, sizeof *reader.dataset)};
    read_all(&reader, format, lines);
    return reader.dataset;
}
