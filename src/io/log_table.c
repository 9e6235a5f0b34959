/* Delimited text below a line of names. */
#include "io/log_kinds.h"

#include "base/die.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    LogText *column;
    int64_t count;
    char separator;
    int8_t *role; /* of each column; −1: none */
    LogText body; /* the lines below the heading */
} Table;

static void close_table(Table *table)
{
    free(table->column);
    free(table->role);
}

/* The names of the first line; no columns when it is no heading. */
static Table open_table(LogText text)
{
    Table table = {.body = text};
    LogText line, cell = {text.begin, text.begin};
    if (!log_next_line(&table.body, &line) || *line.begin == '{' || *line.begin == '[')
        return table; /* JSON has commas and quotes, too */
    table.separator = log_find_separator(line);
    for (bool more = true; more && table.count < LOG_MAX_COLUMNS; table.count++) {
        if ((table.count & (table.count - 1)) == 0)
            table.column = alloc_resized(table.column, 2 * (size_t)table.count + 1, sizeof cell);
        more = log_take_cell(&line, table.separator, &cell);
        table.column[table.count] = log_trimmed(cell);
        if (log_is_number(cell)) break;
    }
    if (table.count < 2 || table.count == LOG_MAX_COLUMNS || log_is_number(cell)) table.count = 0;
    return table;
}

static bool has_column(const Table *table, const char *name)
{
    for (int64_t c = 0; c < table->count; c++)
        if (log_same_name(table->column[c], name)) return true;
    return false;
}

/* "RUN - METRIC" at the last " - ". */
static bool split_column(LogText column, LogText *run, LogText *metric)
{
    for (const char *c = column.end; c - column.begin > 3; c--)
        if (memcmp(c - 3, " - ", 3) == 0) {
            *run = (LogText){column.begin, c - 3};
            *metric = (LogText){c, column.end};
            return true;
        }
    return false;
}

enum { KNOWN_RUNS = 31 };

/* The different runs of a chart, in the order of the columns, the first KNOWN_RUNS of them. */
static int64_t list_runs(const Table *table, LogText run[KNOWN_RUNS])
{
    int64_t count = 0;
    LogText found, metric;
    for (int64_t c = 0; c < table->count && count < KNOWN_RUNS; c++) {
        if (!split_column(table->column[c], &found, &metric)) continue;
        int64_t k = 0;
        size_t length = (size_t)(found.end - found.begin);
        while (k < count && (run[k].end - run[k].begin != found.end - found.begin ||
                             memcmp(run[k].begin, found.begin, length) != 0))
            k++;
        run[k] = found;
        count += k == count;
    }
    return count;
}

/* Of a chart's columns only those of the run count, under the name of their metric. */
static bool role_of_column(const LogReader *reader, LogText column, LogText run, LogRole *role,
                           int *place)
{
    LogText its, metric;
    if (run.begin && split_column(column, &its, &metric)) {
        bool same = its.end - its.begin == run.end - run.begin &&
                    memcmp(its.begin, run.begin, (size_t)(run.end - run.begin)) == 0;
        if (!same) return false;
        if (log_find_role(reader, column, role, place)) return true;
        column = metric;
    }
    return log_find_role(reader, column, role, place);
}

/* Each role goes to the column whose name stands first in the list of names. */
static void choose_columns(const LogReader *reader, Table *table, LogText run,
                           bool found[LOG_ROLES])
{
    int64_t chosen[LOG_ROLES];
    int best[LOG_ROLES] = {LOG_NAMES, LOG_NAMES, LOG_NAMES, LOG_NAMES}, place;
    LogRole role;
    table->role = alloc_zeroed((size_t)table->count, sizeof *table->role);
    memset(table->role, -1, (size_t)table->count);
    for (int64_t c = 0; c < table->count; c++)
        if (role_of_column(reader, table->column[c], run, &role, &place) && place < best[role]) {
            best[role] = place;
            chosen[role] = c;
        }
    for (int r = 0; r < LOG_ROLES; r++) {
        found[r] = best[r] < LOG_NAMES;
        if (found[r]) table->role[chosen[r]] = (int8_t)r;
    }
}

static bool claims_usual_names(const LogReader *reader, Table *table)
{
    bool found[LOG_ROLES];
    choose_columns(reader, table, (LogText){0}, found);
    return found[LOG_STEP] && (found[LOG_RATE] || found[LOG_TRAIN] || found[LOG_VALIDATION]);
}

bool log_table_claims(const LogReader *reader)
{
    Table table = open_table(reader->text);
    bool claims = table.count > 0;
    for (int s = 0; claims && s < 5 && reader->kind->signature[s]; s++)
        claims = has_column(&table, reader->kind->signature[s]);
    if (claims && reader->kind->is_fallback) claims = claims_usual_names(reader, &table);
    close_table(&table);
    return claims;
}

bool log_chart_claims(const LogReader *reader)
{
    Table table = open_table(reader->text);
    LogText run[KNOWN_RUNS];
    bool claims = list_runs(&table, run) > 0;
    close_table(&table);
    return claims;
}

char *log_table_columns(const LogReader *reader)
{
    Table table = open_table(reader->text);
    char *list = table.count ? log_list(table.count, table.column) : NULL;
    close_table(&table);
    return list;
}

/* The run to read from a chart: the one chosen, or the only one. */
static LogText find_run(LogReader *reader, const Table *table)
{
    LogText run[KNOWN_RUNS], none = {0};
    if (reader->kind->claims != log_chart_claims) return none;
    const char *wanted = reader->choice->run;
    if (wanted && !*wanted) wanted = NULL;
    int64_t count = list_runs(table, run);
    if (!wanted && count == 1) return run[0];
    LogText its, metric;
    for (int64_t c = 0; wanted && c < table->count; c++)
        if (split_column(table->column[c], &its, &metric) && log_is(its, wanted)) return its;
    char *runs = log_list(count, run);
    reader->problem = wanted ? format_text("has no run '%s'; there are %s", wanted, runs)
                             : format_text("holds several runs; choose one with --run: %s", runs);
    free(runs);
    return none;
}

static void read_row(LogReader *reader, const Table *table, LogText line)
{
    LogText cell;
    int64_t filled = 0;
    for (bool more = true; more; filled++) {
        more = log_take_cell(&line, table->separator, &cell);
        if (filled < table->count && table->role[filled] >= 0)
            log_rows_set(reader->rows, (LogRole)table->role[filled], cell.begin,
                         cell.end - cell.begin, cell.end == reader->text.end);
    }
    if (filled == table->count)
        log_rows_next(reader->rows);
    else
        log_rows_spoil(reader->rows);
}

static void read_body(LogReader *reader, Table *table, LogText run)
{
    bool found[LOG_ROLES];
    choose_columns(reader, table, run, found);
    reader->problem = log_missing(reader, found);
    LogText line;
    while (!reader->problem && log_next_line(&table->body, &line)) read_row(reader, table, line);
}

void log_table_read(LogReader *reader)
{
    Table table = open_table(reader->text);
    if (table.count == 0) {
        reader->problem = format_text("%s", "does not begin with a line of column names");
    } else {
        LogText run = find_run(reader, &table);
        if (!reader->problem) read_body(reader, &table, run);
    }
    close_table(&table);
}
