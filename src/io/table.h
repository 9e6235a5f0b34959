/* A CSV file with a fixed heading, written row by row.
 *
 * Rows are written whole or not at all: a call per column, in heading order,
 * then table_end_row(), which ends the program if a column was left out.
 * Numbers are written so that reading them back gives the same bits. The file
 * gets its name only when it is closed (write, fsync, rename): a crash leaves
 * a .part, not a result. */
#ifndef IO_TABLE_H
#define IO_TABLE_H

#include "base/outcome.h"

#include <stdint.h>
#include <stdio.h>

typedef struct Table Table;

/* DIRECTORY/NAME.csv; the directory and its parents are made where missing.
 * heading: comma-separated column names, such as "trial,step,loss". */
Table *table_create(const char *directory, const char *name, const char *heading);

/* Rows without a heading, each behind `prefix`, into a stream that stays the caller's. */
Table *table_spool(FILE *stream, const char *prefix, const char *heading);

void table_close(Table *table);

void table_int(Table *table, int64_t value);
void table_real(Table *table, double value);      /* %.17g, "nan", "inf", "-inf" */
void table_text(Table *table, const char *value); /* without comma, quote or line end */
/* A kind with its keys, "hard:gamma=0.2,n=3": commas would end the cell, so they become ';'. */
void table_spec(Table *table, const char *spec);
void table_outcome(Table *table, Outcome outcome);
void table_end_row(Table *table);

/* Adds one finished line, as a spooled table wrote it (without prefix and line end). */
void table_line(Table *table, const char *line);

#endif
