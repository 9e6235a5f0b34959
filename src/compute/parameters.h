/* The trained numbers of a model by name: what optimizers and checkpoints see.
 *
 * Values and gradients are each one contiguous stretch of backend memory in the
 * order of the table; between two parameters there may be a few zeros, which stay
 * zero. Groups come in the order of ParameterGroup, so what is treated alike lies
 * together. */
#ifndef COMPUTE_PARAMETERS_H
#define COMPUTE_PARAMETERS_H

#include "compute/view.h"

typedef enum {
    GROUP_MATRIX,    /* weights of products: decayed; Muon and Shampoo work on these */
    GROUP_EMBEDDING, /* look-up tables, positions and the head: decayed */
    GROUP_VECTOR,    /* biases and norm weights: not decayed */
    GROUP_STATE,     /* not trained: running statistics; no gradient */
} ParameterGroup;

/* The lengths of a tensor's axes, the fastest last, 0 behind them; all 0: a matrix's rows, cols. */
enum { PARAMETER_AXES = 6 };

typedef struct {
    int64_t length[PARAMETER_AXES];
} Axes;

typedef struct {
    const char *name; /* "block0.attention.qkv.weight" */
    ParameterGroup group;
    Matrix value, gradient; /* gradient.data is NULL in GROUP_STATE */
    Axes axes;              /* rows * cols numbers: what the matrix is of more than two axes */
} Parameter;

typedef struct {
    int count;
    Parameter *item;
    int64_t size;       /* numbers from the first trained one to the last, gaps included */
    int64_t state_size; /* numbers of GROUP_STATE behind them, gaps included */
    real *values;       /* size + state_size numbers */
    real *gradients;    /* size numbers */
} ParameterTable;

/* How many numbers are trained (without gaps). */
int64_t parameters_count(const ParameterTable *table);

/* The row called `name`, or NULL. */
const Parameter *parameters_find(const ParameterTable *table, const char *name);

#endif
