/* Designs for the tests of passes, objectives and margins. */
#ifndef TESTS_DESIGNS_H
#define TESTS_DESIGNS_H

#include "base/rng.h"
#include "compute/design.h"

#include <string.h>

/* Numbers that need the storage given and no wider one; labels of both signs, scaled. */
static inline Design *design_of(int64_t rows, int64_t cols, DesignStorage storage)
{
    Rng rng = rng_stream(1000, 0, RNG_DATA);
    Design *design = design_create(rows, cols);
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++) {
            double x = rng_normal(&rng);
            if (storage == DESIGN_BYTES) x = (double)rng_below(&rng, 256);
            if (storage == DESIGN_FLOAT32) x = (double)(float)x;
            design_row(design, i)[j] = x;
        }
        design->factor[i] = i % 3 ? 1.0 : -1.0;
    }
    design_scale_rows(design, 1.0);
    return design;
}

static inline Design *design_copy(const Design *from)
{
    Design *design = design_create(from->rows, from->cols);
    for (int64_t i = 0; i < from->rows; i++) {
        memcpy(design_row(design, i), (const double *)from->features + i * from->stride,
               (size_t)from->cols * sizeof(double));
        design->factor[i] = from->factor[i];
    }
    return design;
}

/* The same numbers as sparse rows, zeros left out. */
static inline Design *design_sparse(const Design *from)
{
    Design *design = design_create_sparse(from->rows, from->cols, from->rows * from->cols);
    int64_t at = 0;
    for (int64_t i = 0; i < from->rows; i++) {
        const double *row = (const double *)from->features + i * from->stride;
        for (int64_t j = 0; j < from->cols; j++) {
            if (row[j] == 0.0) continue;
            design->column[at] = (int32_t)j;
            ((double *)design->features)[at++] = row[j];
        }
        design->row_start[i + 1] = at;
        design->factor[i] = from->factor[i];
    }
    return design;
}

/* The rows of golden/logistic.py: whole numbers over 23. */
static inline Design *design_golden(int64_t rows, int64_t cols, double lift)
{
    Design *design = design_create(rows, cols);
    for (int64_t i = 0; i < rows; i++) {
        double *row = design_row(design, i);
        for (int64_t j = 0; j < cols; j++)
            row[j] = (double)((7 * i * i + 3 * i * j + 5 * j * j + j + 1) % 23 - 11) / 23.0;
        row[0] += lift;
    }
    return design;
}

#endif
