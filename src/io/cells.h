/* Delimited text, cut in place into cells: what csv and dataset have in common.
 *
 * A cell may stand in double quotes ("" inside is one quote), and then hold
 * separators and line ends. Lines end with \n or \r\n. */
#ifndef IO_CELLS_H
#define IO_CELLS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *path; /* for messages */
    char *next;       /* the first byte not yet read */
    char separator;
    int64_t line; /* of the cell read last, from 1 */
    int64_t next_line;
} Cells;

/* By the first line, outside quotes: a tab decides, then a semicolon, then the comma. */
char cells_find_separator(const char *text);

/* text: the whole file, 0-terminated, changed from here on. Ends the program on a zero byte
 * inside (not text). A byte order mark is skipped. */
Cells cells_begin(const char *path, char *text, int64_t size, char separator);

bool cells_end(const Cells *cells); /* nothing left but empty lines */

/* The next cell, 0-terminated; *row_ends when it is the last one of its row. */
char *cells_next(Cells *cells, bool *row_ends);

/* What a cell holds: a finite number; nothing, or a usual word for a value that is not there
 * ("?", "NA", "nan", "inf" …); else a word. */
bool cell_number(const char *text, double *value);
bool cell_is_missing(const char *text);

/* Drops the rest of the current line. */
void cells_skip_line(Cells *cells);

#endif
