#include "compute/rowpass_kernel.h"

#include "compute/rowpass_lanes.h"

enum { LINE = 64 }; /* bytes that come from the memory at a time */

INLINE int64_t width_of(const Design *design)
{
    return (design->cols + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
}

/* Four rows share each load of w; a row's sum does not know its neighbours. The rows of the
 * next call are fetched meanwhile, so that the memory does not wait while these rows are
 * combined (behind the last row a prefetch does no harm). */
INLINE void dense_margins(Load *load, int64_t size, const Design *design, int64_t first,
                          int64_t count, const double *w, double *z)
{
    const void *features = design->features;
    const int64_t width = width_of(design), stride = design->stride;
    const double *factor = design->factor + first;
    int64_t k = 0;
    for (; k + 4 <= count; k += 4) {
        Lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, a0, a1, a2, a3;
        int64_t at = (first + k) * stride;
        const char *next = (const char *)features + (at + count * stride) * size;
        for (int64_t j = 0; j < width; j += KERNEL_LANES, at += KERNEL_LANES) {
            for (int row = 0; row < 4 && j * size % LINE == 0; row++)
                __builtin_prefetch(next + (row * stride + j) * size, 0, 2);
            const Lanes v = *(const Lanes *)(w + j);
            load(features, at, &a0);
            load(features, at + stride, &a1);
            load(features, at + 2 * stride, &a2);
            load(features, at + 3 * stride, &a3);
            s0 += a0 * v, s1 += a1 * v, s2 += a2 * v, s3 += a3 * v;
        }
        z[k] = factor[k] * sum_of(&s0), z[k + 1] = factor[k + 1] * sum_of(&s1);
        z[k + 2] = factor[k + 2] * sum_of(&s2), z[k + 3] = factor[k + 3] * sum_of(&s3);
    }
    for (; k < count; k++) {
        Lanes s = {0}, a;
        int64_t at = (first + k) * stride;
        for (int64_t j = 0; j < width; j += KERNEL_LANES) {
            load(features, at + j, &a);
            s += a * *(const Lanes *)(w + j);
        }
        z[k] = factor[k] * sum_of(&s);
    }
}

INLINE void dense_combine(Load *load, const Design *design, int64_t first, int64_t count,
                          const double *c, double *g)
{
    const void *features = design->features;
    const int64_t width = width_of(design), stride = design->stride;
    const double *factor = design->factor + first;
    int64_t k = 0;
    for (; k + 4 <= count; k += 4) {
        const double c0 = c[k] * factor[k], c1 = c[k + 1] * factor[k + 1];
        const double c2 = c[k + 2] * factor[k + 2], c3 = c[k + 3] * factor[k + 3];
        int64_t at = (first + k) * stride;
        Lanes a0, a1, a2, a3;
        for (int64_t j = 0; j < width; j += KERNEL_LANES, at += KERNEL_LANES) {
            load(features, at, &a0);
            load(features, at + stride, &a1);
            load(features, at + 2 * stride, &a2);
            load(features, at + 3 * stride, &a3);
            Lanes *sum = (Lanes *)(g + j);
            *sum = (((*sum + c0 * a0) + c1 * a1) + c2 * a2) + c3 * a3;
        }
    }
    for (; k < count; k++) {
        const double ck = c[k] * factor[k];
        Lanes a;
        for (int64_t j = 0; j < width; j += KERNEL_LANES) {
            load(features, (first + k) * stride + j, &a);
            *(Lanes *)(g + j) += ck * a;
        }
    }
}

static void margins_float64(const Design *design, int64_t first, int64_t count, const double *w,
                            double *z)
{
    dense_margins(load_float64, sizeof(double), design, first, count, w, z);
}

static void margins_float32(const Design *design, int64_t first, int64_t count, const double *w,
                            double *z)
{
    dense_margins(load_float32, sizeof(float), design, first, count, w, z);
}

static void margins_bytes(const Design *design, int64_t first, int64_t count, const double *w,
                          double *z)
{
    dense_margins(load_bytes, sizeof(uint8_t), design, first, count, w, z);
}

static void combine_float64(const Design *design, int64_t first, int64_t count, const double *c,
                            double *g)
{
    dense_combine(load_float64, design, first, count, c, g);
}

static void combine_float32(const Design *design, int64_t first, int64_t count, const double *c,
                            double *g)
{
    dense_combine(load_float32, design, first, count, c, g);
}

static void combine_bytes(const Design *design, int64_t first, int64_t count, const double *c,
                          double *g)
{
    dense_combine(load_bytes, design, first, count, c, g);
}

static void margins_sparse(const Design *design, int64_t first, int64_t count, const double *w,
                           double *z)
{
    const double *value = design->features;
    for (int64_t i = first; i < first + count; i++) {
        double sum = 0.0;
        for (int64_t k = design->row_start[i]; k < design->row_start[i + 1]; k++)
            sum += value[k] * w[design->column[k]];
        z[i - first] = design->factor[i] * sum;
    }
}

static void combine_sparse(const Design *design, int64_t first, int64_t count, const double *c,
                           double *g)
{
    const double *value = design->features;
    for (int64_t i = first; i < first + count; i++) {
        const double ci = c[i - first] * design->factor[i];
        for (int64_t k = design->row_start[i]; k < design->row_start[i + 1]; k++)
            g[design->column[k]] += ci * value[k];
    }
}

static const RowKernel kernels[] = {
    [DESIGN_FLOAT64] = {margins_float64, combine_float64},
    [DESIGN_FLOAT32] = {margins_float32, combine_float32},
    [DESIGN_BYTES] = {margins_bytes, combine_bytes},
    [DESIGN_SPARSE] = {margins_sparse, combine_sparse},
};

const RowKernel *rowpass_kernel(DesignStorage storage) { return &kernels[storage]; }
