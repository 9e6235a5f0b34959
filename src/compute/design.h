/* A design matrix: the rows a_i = y_i x_i of a linear classifier, label absorbed.
 *
 * Features are kept in the narrowest type that holds them exactly (bytes,
 * float32, float64; sparse rows) and widened in registers: a gradient reads
 * every feature once, so its cost is the memory they take. Row i of the matrix
 * is factor[i] * features[i, :], where factor is label times a common scale;
 * it stands for weight[i] equal rows. */
#ifndef COMPUTE_DESIGN_H
#define COMPUTE_DESIGN_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { DESIGN_FLOAT64, DESIGN_FLOAT32, DESIGN_BYTES, DESIGN_SPARSE } DesignStorage;

typedef struct RowResident RowResident; /* compute/rowdevice.h */

typedef struct {
    int64_t rows, cols;
    DesignStorage storage;
    /* Dense: elements from one row to the next; rows are 32-byte aligned, and padded with
     * zeros to a multiple of 8. */
    int64_t stride;
    void *features;     /* double *, float * or uint8_t *; sparse: double * of the stored values */
    int64_t *row_start; /* sparse only: rows + 1 */
    int32_t *column;    /* sparse only */
    double *factor;     /* rows */
    double *weight;     /* rows; NULL: each row once */
    double total;       /* sum of the weights: the n of (1/n) sum */
    /* A copy on a device, where passes then run (rowpass_place; NULL: none). Nothing of the
     * design may change any more. */
    RowResident *resident;
} Design;

/* A matrix of zeros, dense float64, factors 1; the caller fills features (design_row) and frees. */
Design *design_create(int64_t rows, int64_t cols);
double *design_row(Design *design, int64_t row); /* float64 storage only */

/* The same for features that are bytes already, and for sparse rows of so many stored values in
 * all (the caller fills row_start, column and features). */
Design *design_create_bytes(int64_t rows, int64_t cols);
uint8_t *design_row_bytes(Design *design, int64_t row);
Design *design_create_sparse(int64_t rows, int64_t cols, int64_t stored);

void design_set_weight(Design *design, int64_t row, double weight);
void design_free(Design *design);

/* Repacks a float64 design into the narrowest exact type (bytes, then float32); the
 * same numbers, to the bit, in less memory. Sparse and narrow designs are left alone. */
void design_narrow(Design *design);

/* Multiplies all factors by one number so that the longest row has the length given. */
void design_scale_rows(Design *design, double longest);

/* out (cols) = row i of the matrix, factor included. */
void design_get_row(const Design *design, int64_t row, double *out);
double design_row_norm(const Design *design, int64_t row);
double design_longest_row(const Design *design); /* its norm */
int64_t design_bytes(const Design *design);      /* read by one pass */
const char *
design_storage_name(DesignStorage storage); /* "float64", "float32", "uint8", "sparse" */

#endif
