/* Rows of a data set and which node holds which: the step between files and local functions. */
#ifndef NETWORK_LOCAL_ROWS_H
#define NETWORK_LOCAL_ROWS_H

#include "network/local_kinds.h"

/* Rows ordered by node: node i has rows first[i] … first[i + 1] − 1, at least one. */
typedef struct {
    int64_t nodes, rows, cols;
    double *x;      /* rows x cols */
    double *label;  /* rows */
    int64_t *first; /* nodes + 1 */
} Rows;
void rows_free(Rows *rows);

/* The named set `text` of objective/sets.h, its labels as ±1, split over the nodes as the keys
 * split and mixing say. One sentence and exit 1 where its files are missing. */
Rows rows_of_set(const char *text, const char *data_folder, int64_t nodes, const Spec *spec,
                 uint64_t seed);

/* A file's rows split likewise, or a folder's files, one for each node, in the order of their
 * names (node2 before node10). A wrong file ends the program (exit 1). */
Rows rows_of_path(const char *path, int64_t nodes, const Spec *spec, uint64_t seed);

/* Over all rows: columns to mean 0 and deviation 1, constant ones to 0. */
void rows_standardise(Rows *rows);

/* A last column of ones. */
void rows_add_bias(Rows *rows);

/* The larger of exactly two labels becomes 1, the other −1; exit 1 where there are not two. The
 * longest row gets length 1. */
void rows_make_classes(Rows *rows, const char *name);

/* Puts the forms on the rows: they are copied. */
void local_make_logistic_of(LocalProblem *problem, const Rows *rows, double lambda);
void local_make_squares_of(LocalProblem *problem, const Rows *rows, double lambda);

#endif
