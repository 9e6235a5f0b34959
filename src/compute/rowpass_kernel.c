#include "compute/rowpass_kernel.h"

#include "compute/rowpass_lanes.h"

#include <assert.h>

enum { LINE = 64 }; /* bytes that come from the memory at a time */

/* Points whose sums over four rows fit the registers together. */
#ifdef __AVX512F__
enum { TILE = 4 };
#else
enum { TILE = 2 };
#endif

/* The loops over a storage; what is the same for all calls is a constant where they are inlined. */
typedef struct {
    Load *load;
    int64_t size; /* bytes of a feature */
    const void *features;
    const double *factor;
    int64_t width, stride;
} Dense;

INLINE Dense dense_of(Load *load, int64_t size, const Design *design)
{
    int64_t width = (design->cols + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
    return (Dense){load, size, design->features, design->factor, width, design->stride};
}

/* z (points x count) of some rows: each load serves them all, and a sum does not know its
 * neighbours. The rows `ahead` are fetched meanwhile, so that the memory does not wait while these
 * are combined (behind the last row a prefetch does no harm); 0: none. */
INLINE void margins_tile(const Dense *d, int rows, int points, int64_t first, int64_t ahead,
                         const double *w, int64_t count, double *z)
{
    Lanes s[TILE][4] = {0}, a[4];
    int64_t at = first * d->stride;
    for (int64_t j = 0; j < d->width; j += KERNEL_LANES, at += KERNEL_LANES) {
        const char *next = (const char *)d->features + (at + ahead * d->stride) * d->size;
        for (int row = 0; ahead > 0 && row < rows && j * d->size % LINE == 0; row++)
            __builtin_prefetch(next + row * d->stride * d->size, 0, 2);
        for (int row = 0; row < rows; row++) d->load(d->features, at + row * d->stride, &a[row]);
        for (int p = 0; p < points; p++) {
            Lanes v;
            load_float64(w + p * d->width, j, &v);
            for (int row = 0; row < rows; row++) add_product(&s[p][row], &a[row], &v);
        }
    }
    for (int p = 0; p < points; p++)
        for (int row = 0; row < rows; row++)
            z[p * count + row] = d->factor[first + row] * sum_of(&s[p][row]);
}

INLINE void dense_margins(Dense d, int64_t first, int64_t count, int64_t points, const double *w,
                          double *z)
{
    int64_t k = 0;
    for (; k + 4 <= count; k += 4) {
        int64_t p = 0;
        for (; p + TILE <= points; p += TILE)
            margins_tile(&d, 4, TILE, first + k, p ? 0 : count, w + p * d.width, count,
                         z + p * count + k);
        for (; p < points; p++)
            margins_tile(&d, 4, 1, first + k, p ? 0 : count, w + p * d.width, count,
                         z + p * count + k);
    }
    for (; k < count; k++)
        for (int64_t p = 0; p < points; p++)
            margins_tile(&d, 1, 1, first + k, 0, w + p * d.width, count, z + p * count + k);
}

/* g += sum c a over some rows, one after the other. */
INLINE void combine_tile(const Dense *d, int rows, int points, int64_t first, int64_t count,
                         const double *c, double *g)
{
    double by[TILE][4];
    Lanes a[4];
    int64_t at = first * d->stride;
    for (int p = 0; p < points; p++)
        for (int row = 0; row < rows; row++)
            by[p][row] = c[p * count + row] * d->factor[first + row];
    for (int64_t j = 0; j < d->width; j += KERNEL_LANES, at += KERNEL_LANES) {
        for (int row = 0; row < rows; row++) d->load(d->features, at + row * d->stride, &a[row]);
        for (int p = 0; p < points; p++) {
            Lanes sum;
            load_float64(g + p * d->width, j, &sum);
            for (int row = 0; row < rows; row++) add_multiple(&sum, by[p][row], &a[row]);
            store_float64(&sum, g + p * d->width + j);
        }
    }
}

INLINE void dense_combine(Dense d, int64_t first, int64_t count, int64_t points, const double *c,
                          double *g)
{
    int64_t k = 0;
    for (; k + 4 <= count; k += 4) {
        int64_t p = 0;
        for (; p + TILE <= points; p += TILE)
            combine_tile(&d, 4, TILE, first + k, count, c + p * count + k, g + p * d.width);
        for (; p < points; p++)
            combine_tile(&d, 4, 1, first + k, count, c + p * count + k, g + p * d.width);
    }
    for (; k < count; k++)
        for (int64_t p = 0; p < points; p++)
            combine_tile(&d, 1, 1, first + k, count, c + p * count + k, g + p * d.width);
}

static void margins_float64(const Design *design, int64_t first, int64_t count, int64_t points,
                            const double *w, double *z)
{
    dense_margins(dense_of(load_float64, sizeof(double), design), first, count, points, w, z);
}

static void margins_float32(const Design *design, int64_t first, int64_t count, int64_t points,
                            const double *w, double *z)
{
    dense_margins(dense_of(load_float32, sizeof(float), design), first, count, points, w, z);
}

static void margins_bytes(const Design *design, int64_t first, int64_t count, int64_t points,
                          const double *w, double *z)
{
    dense_margins(dense_of(load_bytes, sizeof(uint8_t), design), first, count, points, w, z);
}

static void combine_float64(const Design *design, int64_t first, int64_t count, int64_t points,
                            const double *c, double *g)
{
    dense_combine(dense_of(load_float64, sizeof(double), design), first, count, points, c, g);
}

static void combine_float32(const Design *design, int64_t first, int64_t count, int64_t points,
                            const double *c, double *g)
{
    dense_combine(dense_of(load_float32, sizeof(float), design), first, count, points, c, g);
}

static void combine_bytes(const Design *design, int64_t first, int64_t count, int64_t points,
                          const double *c, double *g)
{
    dense_combine(dense_of(load_bytes, sizeof(uint8_t), design), first, count, points, c, g);
}

static void margins_sparse(const Design *design, int64_t first, int64_t count, int64_t points,
                           const double *w, double *z)
{
    assert(points == 1);
    const double *value = design->features;
    for (int64_t i = first; i < first + count; i++) {
        double sum = 0.0;
        for (int64_t k = design->row_start[i]; k < design->row_start[i + 1]; k++)
            sum += value[k] * w[design->column[k]];
        z[i - first] = design->factor[i] * sum;
    }
}

static void combine_sparse(const Design *design, int64_t first, int64_t count, int64_t points,
                           const double *c, double *g)
{
    assert(points == 1);
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
