/* A CSV file read back whole, its columns found by name.
 *
 * Strict: every row has as many cells as the heading, and a wrong cell ends
 * the program with "file:line: column 'x': expected …". Quoted cells are
 * understood; our own files have none. Plain or gzip. */
#ifndef IO_CSV_H
#define IO_CSV_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Csv Csv;

Csv *csv_read(const char *path);
void csv_free(Csv *csv);

int64_t csv_rows(const Csv *csv);
int csv_columns(const Csv *csv);
const char *csv_name(const Csv *csv, int column);
int csv_find(const Csv *csv, const char *name);   /* −1 when there is none */
int csv_column(const Csv *csv, const char *name); /* ends the program when there is none */

const char *csv_text(const Csv *csv, int64_t row, int column); /* valid until csv_free() */
double csv_real(const Csv *csv, int64_t row, int column);      /* nan and inf allowed */
int64_t csv_int(const Csv *csv, int64_t row, int column);

#endif
