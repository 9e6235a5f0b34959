#include "compute/rowpass.h"

#include "base/die.h"
#include "compute/rowdevice.h"
#include "compute/rowpass_kernel.h"

#include <assert.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum {
    GROUP = 64,            /* rows between their margin and their share of g, at most */
    GROUP_BYTES = 1 << 15, /* … so that they are still in the first-level cache then */
    BLOCKS = 32,
    BLOCK_ELEMENTS = 1 << 16, /* below this a thread costs more than it brings */
    SPARSE_BLOCKS = 8,        /* each has its own g, which is long where rows are sparse */
    SMALL = 128,              /* doubles of workspace on the stack: no malloc in tiny problems */
    POINTS = 8,               /* that one reading of the rows serves, at most */
    POINTS_BYTES = 1 << 18,   /* … while their w and g stay in the second-level cache */
};
static const int64_t cache_bytes = 1 << 20; /* of one core: a design below is never waited for */

/* From the margins z of some rows to their coefficients c in g; returns their share of the value.
 * Called from several threads, for different rows. */
typedef double Stage(void *context, int64_t first, int64_t count, const double *z, double *c);

typedef struct {
    const Design *design;
    const RowKernel *kernel;
    int64_t width, blocks, group, points;
    Stage *stage;
    void *context;
    const double *w; /* points x width, padded; NULL: the stage needs no margins */
    double *g;       /* blocks x points x width; NULL: not wanted */
} Pass;

static int64_t width_of(const Design *design)
{
    return (design->cols + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
}

static int64_t block_count(const Design *design)
{
    bool sparse = design->storage == DESIGN_SPARSE;
    int64_t elements = sparse ? design->row_start[design->rows] : design->rows * design->cols;
    int64_t most = sparse ? SPARSE_BLOCKS : BLOCKS, wanted = elements / BLOCK_ELEMENTS;
    if (wanted > most) wanted = most;
    if (wanted > design->rows) wanted = design->rows;
    return wanted < 1 ? 1 : wanted;
}

static int64_t group_rows(const Design *design)
{
    if (design->rows <= 4) return 4;
    int64_t fit = GROUP_BYTES * design->rows / (design_bytes(design) + 1) / 4 * 4;
    return fit < 4 ? 4 : fit > GROUP ? GROUP : fit;
}

/* A group of rows comes from the memory once for all points; what a point gets does not depend on
 * the others. sums: points. */
static void run_block(const Pass *pass, int64_t block, double *sums)
{
    int64_t rows = pass->design->rows, width = pass->width, points = pass->points;
    int64_t first = rows * block / pass->blocks, last = rows * (block + 1) / pass->blocks;
    const double *w = pass->w;
    double *g = pass->g ? pass->g + block * points * width : NULL;
    double z[POINTS * GROUP], c[POINTS * GROUP];
    if (!w) memset(z, 0, sizeof z); /* the stage gets margins of 0 */
    for (int64_t p = 0; p < points; p++) sums[p] = 0.0;
    for (int64_t i = first; i < last; i += pass->group) {
        int64_t count = last - i < pass->group ? last - i : pass->group;
        if (w) pass->kernel->margins(pass->design, i, count, points, w, z);
        for (int64_t p = 0; p < points; p++)
            sums[p] += pass->stage(pass->context, i, count, z + p * count, c + p * count);
        if (g) pass->kernel->combine(pass->design, i, count, points, c, g);
    }
}

static void run_blocks(const Pass *pass, double *sums)
{
    double part[BLOCKS][POINTS];
    if (pass->blocks == 1) {
        run_block(pass, 0, sums);
        return;
    }
#pragma omp parallel for schedule(dynamic, 1)
    for (int64_t b = 0; b < pass->blocks; b++) run_block(pass, b, part[b]);
    for (int64_t p = 0; p < pass->points; p++) {
        sums[p] = 0.0;
        for (int64_t b = 0; b < pass->blocks; b++) sums[p] += part[b][p];
    }
}

/* One pass: the sums (points) of what the stages return; G (points x cols) = sum c_i a_i. W or G
 * may be NULL. */
static void run_pass(const Design *design, int64_t points, const double *W, Stage *stage,
                     void *context, double *G, double *sums)
{
    _Alignas(KERNEL_ALIGNMENT) double small[SMALL];
    int64_t cols = design->cols, width = width_of(design), blocks = block_count(design);
    int64_t size = points * ((W ? width : 0) + (G ? blocks * width : 0));
    double *memory = small;
    if (size > SMALL) memory = aligned_alloc(KERNEL_ALIGNMENT, (size_t)size * sizeof *memory);
    if (!memory) die("out of memory: %lld doubles for a pass over the rows", (long long)size);
    memset(memory, 0, (size_t)size * sizeof *memory);

    double *padded = W ? memory : NULL, *parts = G ? memory + (W ? points * width : 0) : NULL;
    for (int64_t p = 0; W && p < points; p++)
        memcpy(padded + p * width, W + p * cols, (size_t)cols * sizeof *W);
    run_blocks(&(Pass){design, rowpass_kernel(design->storage), width, blocks, group_rows(design),
                       points, stage, context, padded, parts},
               sums);
    for (int64_t p = 0; G && p < points; p++)
        for (int64_t j = 0; j < cols; j++) {
            double *g = &G[p * cols + j];
            *g = parts[p * width + j];
            for (int64_t b = 1; b < blocks; b++) *g += parts[(b * points + p) * width + j];
        }
    if (memory != small) free(memory);
}

static void run_one(const Design *design, const double *w, Stage *stage, void *context, double *g)
{
    double sum;
    run_pass(design, 1, w, stage, context, g, &sum);
}

typedef struct {
    const RowLoss *loss;
    const double *weight;
} LossContext;

static double stage_loss(void *context, int64_t first, int64_t count, const double *z, double *c)
{
    const LossContext *task = context;
    double loss[GROUP], sum = 0.0;
    task->loss->evaluate(count, z, loss, c);
    for (int64_t k = 0; k < count; k++) {
        double weight = task->weight ? task->weight[first + k] : 1.0;
        sum += weight * loss[k];
        c[k] *= weight;
    }
    return sum;
}

static void host_gradients(const Design *design, const RowLoss *loss, int64_t points,
                           const double *W, double *G, double *values)
{
    LossContext context = {loss, design->weight};
    double scale = 1.0 / design->total;
    run_pass(design, points, W, stage_loss, &context, G, values);
    for (int64_t k = 0; G && k < points * design->cols; k++) G[k] *= scale;
    for (int64_t p = 0; p < points; p++) values[p] *= scale;
}

int64_t rowpass_points(const Design *design)
{
    if (design->resident) return POINTS;
    if (design->storage == DESIGN_SPARSE || design_bytes(design) < cache_bytes) return 1;
    int64_t fit = POINTS_BYTES / (2 * width_of(design) * (int64_t)sizeof(double));
    return fit < 1 ? 1 : fit > POINTS ? POINTS : fit;
}

void rowpass_gradients(const Design *design, const RowLoss *loss, int64_t count, const double *W,
                       double *G, double *values)
{
    RowResident *resident = design->resident;
    if (resident) {
        resident->device->gradients(resident, loss->kind, count, W, G, values);
        return;
    }
    int64_t most = rowpass_points(design), cols = design->cols;
    for (int64_t k = 0; k < count; k += most)
        host_gradients(design, loss, count - k < most ? count - k : most, W + k * cols,
                       G ? G + k * cols : NULL, values + k);
}

double rowpass_gradient(const Design *design, const RowLoss *loss, const double *w, double *g)
{
    double value;
    if (design->resident)
        rowpass_gradients(design, loss, 1, w, g, &value);
    else
        host_gradients(design, loss, 1, w, g, &value);
    return value;
}

double rowpass_value(const Design *design, const RowLoss *loss, const double *w)
{
    return rowpass_gradient(design, loss, w, NULL);
}

static double stage_margins(void *context, int64_t first, int64_t count, const double *z, double *c)
{
    (void)c;
    memcpy((double *)context + first, z, (size_t)count * sizeof *z);
    return 0.0;
}

void rowpass_margins(const Design *design, const double *w, double *z)
{
    RowResident *resident = design->resident;
    if (resident)
        resident->device->margins(resident, w, z);
    else
        run_one(design, w, stage_margins, z, NULL);
}

static double stage_combine(void *context, int64_t first, int64_t count, const double *z, double *c)
{
    (void)z;
    memcpy(c, *(const double *const *)context + first, (size_t)count * sizeof *c);
    return 0.0;
}

void rowpass_combine(const Design *design, const double *c, double *g)
{
    RowResident *resident = design->resident;
    if (resident)
        resident->device->combine(resident, c, g);
    else
        run_one(design, NULL, stage_combine, &c, g);
}

static double stage_curvature(void *context, int64_t first, int64_t count, const double *z,
                              double *c)
{
    const double *curvature = *(const double *const *)context + first;
    for (int64_t k = 0; k < count; k++) c[k] = curvature[k] * z[k];
    return 0.0;
}

void rowpass_curvature(const Design *design, const double *c, const double *v, double *out)
{
    RowResident *resident = design->resident;
    if (resident)
        resident->device->curvature(resident, c, v, out);
    else
        run_one(design, v, stage_curvature, &c, out);
}
