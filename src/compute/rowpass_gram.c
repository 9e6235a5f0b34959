#include "compute/rowpass.h"

#include "base/die.h"
#include "compute/blas.h"
#include "compute/rowpass_kernel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PANEL = 256,         /* rows widened to double at a time */
    PARTS = 4,           /* each has its own H */
    PART_WORK = 1 << 27, /* multiplications; below this a part costs more than it brings */
};

static int64_t part_count(const Design *design)
{
    double work = (double)design->rows * (double)design->cols * (double)design->cols;
    int64_t wanted = (int64_t)fmin(work / PART_WORK, PARTS), most = design->rows / PANEL;
    if (wanted > most) wanted = most;
    return wanted < 1 ? 1 : wanted;
}

static double *aligned_doubles(int64_t count)
{
    size_t lanes = (size_t)(count + KERNEL_LANES - 1) / KERNEL_LANES;
    double *memory = aligned_alloc(KERNEL_ALIGNMENT, lanes * KERNEL_LANES * sizeof *memory);
    if (!memory) die("out of memory: %lld doubles for a Gram matrix", (long long)count);
    return memory;
}

/* The lower triangle of H (zeroed) += sum c_i a_i a_iᵀ over some rows: with √c_i a_i as the rows
 * of X it is XᵀX. */
static void add_rows(const Design *design, const double *c, int64_t first, int64_t last, double *H)
{
    const RowKernel *kernel = rowpass_kernel(design->storage);
    int64_t stride = (design->cols + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
    double *X = aligned_doubles(PANEL * stride);
    for (int64_t i = first; i < last; i += PANEL) {
        int64_t count = last - i < PANEL ? last - i : PANEL;
        memset(X, 0, (size_t)(count * stride) * sizeof *X);
        for (int64_t k = 0; k < count; k++) {
            double root = sqrt(c[i + k]);
            kernel->combine(design, i + k, 1, 1, &root, X + k * stride);
        }
        blas_add_gram(count, design->cols, stride, X, H);
    }
    free(X);
}

/* Parts of the rows, with borders that depend on the shape alone, added in order. */
void rowpass_gram(const Design *design, const double *c, double *H)
{
    int64_t parts = part_count(design), size = design->cols * design->cols;
    double *others = parts > 1 ? alloc_zeroed((size_t)((parts - 1) * size), sizeof *H) : NULL;
    memset(H, 0, (size_t)size * sizeof *H);
#pragma omp parallel for schedule(dynamic, 1) if (parts > 1)
    for (int64_t p = 0; p < parts; p++)
        add_rows(design, c, design->rows * p / parts, design->rows * (p + 1) / parts,
                 p == 0 ? H : others + (p - 1) * size);
    for (int64_t p = 1; p < parts; p++)
        for (int64_t k = 0; k < size; k++) H[k] += others[(p - 1) * size + k];
    free(others);
    blas_mirror(design->cols, H);
}
