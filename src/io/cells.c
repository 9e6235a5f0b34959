#include "io/cells.h"

#include "base/die.h"
#include "base/number.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

char cells_find_separator(const char *text)
{
    bool quoted = false, tab = false, semicolon = false;
    for (const char *c = text; *c && (quoted || *c != '\n'); c++) {
        quoted ^= *c == '"';
        tab |= !quoted && *c == '\t';
        semicolon |= !quoted && *c == ';';
    }
    return tab ? '\t' : semicolon ? ';' : ',';
}

Cells cells_begin(const char *path, char *text, int64_t size, char separator)
{
    if (strlen(text) != (size_t)size)
        die("%s: holds a zero byte, so it is not text; expected UTF-8 or ASCII, plain or gzip",
            path);
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3;
    return (Cells){.path = path, .next = text, .separator = separator, .next_line = 1};
}

bool cells_end(const Cells *cells) { return cells->next[strspn(cells->next, "\r\n")] == '\0'; }

/* Past the separator or line end at `end`, which becomes the cell's final 0. */
static bool step_over(Cells *cells, char *end)
{
    if (*end == cells->separator) {
        *end = '\0';
        cells->next = end + 1;
        return false;
    }
    if (*end == '\0') {
        cells->next = end;
        return true;
    }
    char *line_end = end;
    if (*end == '\r' && end[1] == '\n') end++;
    *line_end = '\0';
    cells->next = end + 1;
    cells->next_line++;
    return true;
}

static bool ends_cell(const Cells *cells, const char *c)
{
    return *c == cells->separator || *c == '\n' || *c == '\0' || (*c == '\r' && c[1] == '\n');
}

/* The text between the quotes, moved together over doubled quotes. */
static char *next_quoted(Cells *cells, bool *row_ends)
{
    char *cell = cells->next + 1, *out = cell, *in = cell;
    for (; *in && !(*in == '"' && in[1] != '"'); in++) {
        if (*in == '"') in++;
        if (*in == '\n') cells->next_line++;
        *out++ = *in;
    }
    if (!*in) die("%s:%" PRId64 ": a quote is opened and never closed", cells->path, cells->line);
    if (!ends_cell(cells, in + 1))
        die("%s:%" PRId64 ": text after a closing quote; double the quotes inside a cell",
            cells->path, cells->line);
    *row_ends = step_over(cells, in + 1);
    *out = '\0';
    return cell;
}

char *cells_next(Cells *cells, bool *row_ends)
{
    cells->line = cells->next_line;
    if (*cells->next == '"') return next_quoted(cells, row_ends);
    char *cell = cells->next, *end = cell;
    while (!ends_cell(cells, end)) end++;
    *row_ends = step_over(cells, end);
    return cell;
}

void cells_skip_line(Cells *cells)
{
    char *end = strchrnul(cells->next, '\n');
    cells->next = *end ? end + 1 : end;
    cells->line = cells->next_line++;
}

bool cell_number(const char *text, double *value)
{
    return number_real(text, value) && isfinite(*value);
}

bool cell_is_missing(const char *text)
{
    static const char *const words[] = {"",    "?",    "na",   "n/a",      "nan",      "-nan",
                                        "inf", "-inf", "null", "infinity", "-infinity"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0) return true;
    return false;
}
