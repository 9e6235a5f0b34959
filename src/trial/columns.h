/* The columns of a sweep's table are members of a struct, said once: the heading, a row in which
 * nothing is filled in, and the cells of one that is are made from them. */
#ifndef TRIAL_COLUMNS_H
#define TRIAL_COLUMNS_H

#include "io/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { COLUMN_TEXT, COLUMN_INT, COLUMN_REAL, COLUMN_BOOL, COLUMN_OUTCOME } ColumnKind;

typedef struct {
    const char *name; /* what is behind its last '.' */
    ColumnKind kind;
    size_t offset;
} Column;

/* A member of a struct, or a member of that, by its own name or by another. A member of no kind
 * that a column has does not compile. */
#define COLUMN(Struct, member) COLUMN_AS(Struct, member, #member)
#define COLUMN_AS(Struct, member, name)                                                            \
    {                                                                                              \
        name, COLUMN_KIND(((Struct *)0)->member), offsetof(Struct, member)                         \
    }
#define COLUMN_KIND(member)                                                                        \
    _Generic((member),                                                                             \
        const char *: COLUMN_TEXT,                                                                 \
        int64_t: COLUMN_INT,                                                                       \
        double: COLUMN_REAL,                                                                       \
        bool: COLUMN_BOOL,                                                                         \
        Outcome: COLUMN_OUTCOME)

typedef struct {
    const char *name; /* of the table */
    int count;
    const Column *column;
} Columns;

/* "trial,study,…": the trial's number stands before all others. The caller frees. */
char *columns_heading(const Columns *columns);

/* Texts "none", numbers of kind real NaN, others 0, outcomes `spent`. */
void columns_clear(const Columns *columns, void *row);

/* A ',' in a text becomes ';'. */
void columns_write(const Columns *columns, int64_t trial, const void *row, Table *table);

#endif
