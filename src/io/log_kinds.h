/* The formats of training logs: a row per format, a reader per family. */
#ifndef IO_LOG_KINDS_H
#define IO_LOG_KINDS_H

#include "io/log.h"
#include "io/log_rows.h"

#include <stdbool.h>

enum { LOG_NAMES = 12, LOG_MAX_COLUMNS = 1 << 16 };

/* A piece of the file; not 0-terminated, and may hold any byte. */
typedef struct {
    const char *begin, *end;
} LogText;

typedef struct LogKind LogKind;

typedef struct {
    const LogKind *kind;
    const LogChoice *choice; /* never NULL */
    LogHolds holds;
    LogText text; /* the whole file */
    LogRows *rows;
    char *problem; /* set when a reader gives up: what, without the path */
} LogReader;

/* The names under which each role may appear, best first. */
typedef const char *const LogNames[LOG_ROLES][LOG_NAMES];

struct LogKind {
    const char *name, *title;
    bool (*claims)(const LogReader *reader); /* is the file of this kind? */
    void (*read)(LogReader *reader);
    LogNames *names;
    const char *signature[5]; /* tables: columns that only this format has together */
    bool is_fallback;         /* asked last, after all that have a signature */
    const char *opens;        /* lines: a field stands behind one of these; NULL: behind a blank */
    const char *skips;        /* lines with this behind the step are not read; NULL: none */
};

const LogKind *log_kind(int index); /* NULL behind the last one */

/* Ends the program with the list of names on an unknown one. */
const LogKind *log_kind_named(const char *name);

/* ---- log_text.c: what the families have in common */

/* The next line, which ends at \n or \r; empty ones are passed over. False at the end. */
bool log_next_line(LogText *rest, LogText *line);

LogText log_trimmed(LogText text);           /* without blanks around it */
bool log_is(LogText text, const char *word); /* to the letter */

/* The same name, whatever the capitals, and which of "_-/. " stands between its words. */
bool log_same_name(LogText text, const char *name);

/* What the user chose for a role; NULL: nothing. */
const char *log_chosen(const LogReader *reader, LogRole role);

/* The role of a name and its place in the list (0 is the best); false: of no role. */
bool log_find_role(const LogReader *reader, LogText name, LogRole *role, int *place);

/* The names of a role in the file's format. */
const char *const *log_names(const LogReader *reader, LogRole role);

/* A sentence when a step, every loss and rate, or something chosen was not found; else NULL. */
char *log_missing(const LogReader *reader, const bool found[LOG_ROLES]);

/* The names that the file has, "a, b, c"; NULL when it has none. The caller frees. */
char *log_names_there(const LogReader *reader);

/* "a, b, c", at most 30 names; the caller frees. */
char *log_list(int64_t count, const LogText *names);

/* ---- log_cells.c: a line of delimited text */

/* By a heading, outside quotes: a tab decides, then a semicolon, then the comma. */
char log_find_separator(LogText heading);

/* Takes one cell off a line, without its quotes; false when it was the last one. */
bool log_take_cell(LogText *rest, char separator, LogText *cell);

bool log_is_number(LogText cell);

/* ---- the families */

bool log_table_claims(const LogReader *reader);
bool log_chart_claims(const LogReader *reader);
void log_table_read(LogReader *reader);
char *log_table_columns(const LogReader *reader); /* NULL when the first line is no heading */

bool log_state_claims(const LogReader *reader);
bool log_wandb_claims(const LogReader *reader);
bool log_objects_claims(const LogReader *reader);
void log_objects_read(LogReader *reader);
char *log_objects_keys(const LogReader *reader); /* NULL when there are none */

bool log_lines_claims(const LogReader *reader);
void log_lines_read(LogReader *reader);

#endif
