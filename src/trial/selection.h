/* Rows of a CSV file by conditions: "study=scaling lambda<=0.001 set!=pair". Private to claims.
 *
 * Cells are compared as numbers where both sides are numbers, as text otherwise. A
 * row whose data were absent is no row, unless the conditions speak of the outcome. */
#ifndef TRIAL_SELECTION_H
#define TRIAL_SELECTION_H

#include "io/csv.h"

typedef struct {
    int64_t count;
    int64_t *row;   /* ascending; the caller frees */
    int64_t absent; /* rows that match all conditions but those on the outcome, data absent */
} Selection;

/* against (may be NULL): conditions that replace those on the same columns. place: for
 * messages; a condition on a column that is not there ends the program. */
Selection selection_find(const Csv *csv, const char *place, const char *conditions,
                         const char *against);

/* The columns named in a blank-separated list (NULL: none); returns how many. A name that
 * is no column, or more than `room`, ends the program. */
int selection_columns(const Csv *csv, const char *place, const char *names, int room,
                      int columns[]);

/* True where rows a and b hold the same text in each of the columns. */
bool selection_same(const Csv *csv, int count, const int columns[], int64_t a, int64_t b);

#endif
