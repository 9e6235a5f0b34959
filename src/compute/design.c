#include "compute/design.h"

#include "base/die.h"
#include "compute/rowdevice.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    LINE = 64,           /* bytes: rows start where a vector register may be loaded aligned */
    HUGE_PAGE = 1 << 21, /* a large design in pages of this size reads a fourth faster */
};

static const struct {
    const char *name;
    size_t size;      /* bytes of an element */
    int64_t multiple; /* a stride is a multiple of so many elements */
} storages[] = {
    [DESIGN_FLOAT64] = {"float64", sizeof(double), 8},
    [DESIGN_FLOAT32] = {"float32", sizeof(float), 8},
    [DESIGN_BYTES] = {"uint8", sizeof(uint8_t), 32},
    [DESIGN_SPARSE] = {"sparse", sizeof(double), 1},
};

const char *design_storage_name(DesignStorage storage) { return storages[storage].name; }

static void *aligned_zeroed(size_t bytes)
{
    size_t unit = bytes < HUGE_PAGE ? LINE : HUGE_PAGE, rounded = (bytes + unit) / unit * unit;
    void *memory = aligned_alloc(unit, rounded);
    if (!memory) die("out of memory: a design of %zu bytes does not fit", bytes);
    if (unit == HUGE_PAGE) madvise(memory, rounded, MADV_HUGEPAGE); /* or not: a wish */
    return memset(memory, 0, rounded);
}

static Design *create(int64_t rows, int64_t cols, DesignStorage storage)
{
    assert(rows > 0 && cols > 0);
    Design *design = alloc_zeroed(1, sizeof *design);
    int64_t multiple = storages[storage].multiple;
    *design = (Design){.rows = rows, .cols = cols, .storage = storage, .total = (double)rows};
    design->stride = (cols + multiple - 1) / multiple * multiple;
    design->factor = alloc_zeroed((size_t)rows, sizeof *design->factor);
    for (int64_t i = 0; i < rows; i++) design->factor[i] = 1.0;
    return design;
}

static Design *create_dense(int64_t rows, int64_t cols, DesignStorage storage)
{
    Design *design = create(rows, cols, storage);
    design->features = aligned_zeroed((size_t)(rows * design->stride) * storages[storage].size);
    return design;
}

Design *design_create(int64_t rows, int64_t cols)
{
    return create_dense(rows, cols, DESIGN_FLOAT64);
}

Design *design_create_bytes(int64_t rows, int64_t cols)
{
    return create_dense(rows, cols, DESIGN_BYTES);
}

Design *design_create_sparse(int64_t rows, int64_t cols, int64_t stored)
{
    Design *design = create(rows, cols, DESIGN_SPARSE);
    design->row_start = alloc_zeroed((size_t)rows + 1, sizeof *design->row_start);
    design->column = alloc_zeroed((size_t)stored + 1, sizeof *design->column);
    design->features = alloc_zeroed((size_t)stored + 1, sizeof(double));
    return design;
}

double *design_row(Design *design, int64_t row)
{
    assert(design->storage == DESIGN_FLOAT64 && row >= 0 && row < design->rows);
    return (double *)design->features + row * design->stride;
}

uint8_t *design_row_bytes(Design *design, int64_t row)
{
    assert(design->storage == DESIGN_BYTES && row >= 0 && row < design->rows);
    return (uint8_t *)design->features + row * design->stride;
}

void design_set_weight(Design *design, int64_t row, double weight)
{
    assert(!design->resident && weight >= 0.0 && row >= 0 && row < design->rows);
    if (!design->weight) {
        design->weight = alloc_zeroed((size_t)design->rows, sizeof *design->weight);
        for (int64_t i = 0; i < design->rows; i++) design->weight[i] = 1.0;
    }
    design->weight[row] = weight;
    design->total = 0.0;
    for (int64_t i = 0; i < design->rows; i++) design->total += design->weight[i];
}

void design_free(Design *design)
{
    if (!design) return;
    if (design->resident) design->resident->device->release(design->resident);
    free(design->features);
    free(design->row_start);
    free(design->column);
    free(design->factor);
    free(design->weight);
    free(design);
}

static double get_float64(const void *features, int64_t at)
{
    return ((const double *)features)[at];
}
static double get_float32(const void *features, int64_t at)
{
    return ((const float *)features)[at];
}
static double get_byte(const void *features, int64_t at) { return ((const uint8_t *)features)[at]; }

static double (*const get[])(const void *features, int64_t at) = {
    [DESIGN_FLOAT64] = get_float64,
    [DESIGN_FLOAT32] = get_float32,
    [DESIGN_BYTES] = get_byte,
    [DESIGN_SPARSE] = get_float64,
};

void design_get_row(const Design *design, int64_t row, double *out)
{
    assert(row >= 0 && row < design->rows);
    double factor = design->factor[row];
    if (design->storage == DESIGN_SPARSE) {
        const double *value = design->features;
        memset(out, 0, (size_t)design->cols * sizeof *out);
        for (int64_t k = design->row_start[row]; k < design->row_start[row + 1]; k++)
            out[design->column[k]] = factor * value[k];
        return;
    }
    for (int64_t j = 0; j < design->cols; j++)
        out[j] = factor * get[design->storage](design->features, row * design->stride + j);
}

double design_row_norm(const Design *design, int64_t row)
{
    double sum = 0.0;
    bool sparse = design->storage == DESIGN_SPARSE;
    int64_t first = sparse ? design->row_start[row] : row * design->stride;
    int64_t last = sparse ? design->row_start[row + 1] : first + design->cols;
    for (int64_t k = first; k < last; k++) {
        double value = get[design->storage](design->features, k);
        sum += value * value;
    }
    return fabs(design->factor[row]) * sqrt(sum);
}

double design_longest_row(const Design *design)
{
    double longest = 0.0;
    for (int64_t i = 0; i < design->rows; i++) longest = fmax(longest, design_row_norm(design, i));
    return longest;
}

void design_scale_rows(Design *design, double longest)
{
    double norm = design_longest_row(design);
    assert(norm > 0.0 && !design->resident);
    for (int64_t i = 0; i < design->rows; i++) design->factor[i] *= longest / norm;
}

int64_t design_bytes(const Design *design)
{
    int64_t stored = design->rows * design->stride, other = design->rows * (int64_t)sizeof(double);
    if (design->weight) other *= 2;
    if (design->storage == DESIGN_SPARSE) {
        stored = design->row_start[design->rows];
        other += stored * (int64_t)sizeof(int32_t) + design->rows * (int64_t)sizeof(int64_t);
    }
    return stored * (int64_t)storages[design->storage].size + other;
}

static bool is_byte(double value)
{
    return value >= 0.0 && value <= 255.0 && value == trunc(value);
}
static bool is_float(double value) { return value == (double)(float)value; }

static bool all_are(const Design *design, bool (*fits)(double value))
{
    const double *features = design->features;
    for (int64_t k = 0; k < design->rows * design->stride; k++)
        if (!fits(features[k])) return false;
    return true;
}

static void repack(Design *design, DesignStorage storage)
{
    Design *narrow = create_dense(design->rows, design->cols, storage);
    for (int64_t i = 0; i < design->rows; i++)
        for (int64_t j = 0; j < design->cols; j++) {
            double value = design_row(design, i)[j];
            int64_t at = i * narrow->stride + j;
            if (storage == DESIGN_BYTES)
                ((uint8_t *)narrow->features)[at] = (uint8_t)value;
            else
                ((float *)narrow->features)[at] = (float)value;
        }
    free(design->features);
    design->features = narrow->features;
    design->stride = narrow->stride;
    design->storage = storage;
    narrow->features = NULL;
    design_free(narrow);
}

void design_narrow(Design *design)
{
    if (design->storage != DESIGN_FLOAT64) return;
    assert(!design->resident);
    if (all_are(design, is_byte))
        repack(design, DESIGN_BYTES);
    else if (all_are(design, is_float))
        repack(design, DESIGN_FLOAT32);
}
