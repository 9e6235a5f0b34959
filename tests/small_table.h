/* A parameter table made by hand: the shapes of tests/golden/optimizers.py, with gaps. */
#ifndef TESTS_SMALL_TABLE_H
#define TESTS_SMALL_TABLE_H

#include "base/die.h"
#include "compute/backend.h"
#include "compute/parameters.h"

#include <stdlib.h>

enum { SMALL_TABLE = 5, SMALL_COUNT = 35, SMALL_STATE = 3, SMALL_APART = 16 };

typedef struct {
    Backend *backend;
    ParameterTable table;
    Parameter item[SMALL_TABLE];
} SmallTable;

/* Each parameter begins at a multiple of 16 numbers. small_table_free() frees. */
static inline SmallTable *small_table(Backend *backend)
{
    static const struct {
        const char *name;
        ParameterGroup group;
        int64_t rows, cols;
    } shape[SMALL_TABLE] = {
        {"wide", GROUP_MATRIX, 3, 5},
        {"tall", GROUP_MATRIX, 5, 2},
        {"table", GROUP_EMBEDDING, 3, 2},
        {"bias", GROUP_VECTOR, 1, 4},
        {"running", GROUP_STATE, 1, SMALL_STATE},
    };
    SmallTable *small = alloc_zeroed(1, sizeof *small);
    small->backend = backend;
    small->table = (ParameterTable){.count = SMALL_TABLE,
                                    .item = small->item,
                                    .size = 3 * SMALL_APART + 4,
                                    .state_size = SMALL_APART};
    size_t bytes = SMALL_TABLE * SMALL_APART * sizeof(real);
    small->table.values = backend->alloc(backend, bytes);
    small->table.gradients = backend->alloc(backend, bytes);
    for (int p = 0; p < SMALL_TABLE; p++) {
        real *g = small->table.gradients + p * SMALL_APART;
        small->item[p] = (Parameter){
            .name = shape[p].name,
            .group = shape[p].group,
            .value = matrix_of(small->table.values + p * SMALL_APART, shape[p].rows, shape[p].cols),
            .gradient =
                matrix_of(shape[p].group == GROUP_STATE ? NULL : g, shape[p].rows, shape[p].cols)};
    }
    return small;
}

static inline void small_table_free(SmallTable *small)
{
    small->backend->release(small->backend, small->table.values);
    small->backend->release(small->backend, small->table.gradients);
    free(small);
}

/* Where trained number k stands among the values (on the CPU). */
static inline int64_t small_table_place(const SmallTable *small, int64_t k)
{
    int p = 0;
    for (; k >= matrix_count(small->item[p].value); p++) k -= matrix_count(small->item[p].value);
    return p * SMALL_APART + k;
}

static inline real *small_value(SmallTable *small, int64_t k)
{
    return small->table.values + small_table_place(small, k);
}

static inline real *small_gradient(SmallTable *small, int64_t k)
{
    return small->table.gradients + small_table_place(small, k);
}

#endif
