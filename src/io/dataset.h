/* Labelled rows read from a file: LIBSVM text, CSV or IDX, plain or gzip.
 *
 * The file's numbers as they stand: nothing is scaled, sorted or dropped.
 * Errors name the file and line and end the program (exit 1): a row that is
 * short or long, a cell that is not a finite number, an empty file, a wrong
 * label, columns out of order (LIBSVM). */
#ifndef IO_DATASET_H
#define IO_DATASET_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t rows, cols;
    double *label;         /* rows */
    double *dense;         /* rows x cols, row by row; NULL when one of the two below is used */
    uint8_t *bytes;        /* rows x cols: an IDX file's pixels … */
    int64_t height, width; /* … of images so large; else 0 */
    int64_t *row_start;    /* rows + 1: sparse rows … */
    int32_t *column;       /* … their columns from 0, ascending … */
    double *value;         /* … and values, none of them 0 */
    int class_count;       /* CSV labels that are words: label k means class_name[k], */
    char **class_name;     /* numbered by first appearance; 0 and NULL for numeric labels */
} Dataset;

/* How to read a text file. Zero-initialised: by content, a first CSV line that is not numeric
 * is the heading, the label stands in the column headed label, class or target (the first of
 * these that is there, in any case), else in the last. */
typedef struct {
    const char *format;       /* "libsvm", "csv" or NULL: decided by content */
    const char *label_column; /* CSV: its name, or its number from 1; NULL: see above */
    int64_t skip_lines;       /* CSV: lines before the data, heading included */
} DatasetFormat;

Dataset *dataset_read(const char *path, const DatasetFormat *format);

/* MNIST's pair of files (magic 0x803 and 0x801). */
Dataset *dataset_read_idx(const char *images, const char *labels);

void dataset_free(Dataset *dataset);

#endif
