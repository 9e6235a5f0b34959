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
};

/* From the margins z of some rows to their coefficients c in g; returns their share of the value.
 * Called from several threads, for different rows. */
typedef double Stage(void *context, int64_t first, int64_t count, const double *z, double *c);

typedef struct {
    const Design *design;
    const RowKernel *kernel;
    int64_t width, blocks, group;
    Stage *stage;
    void *context;
    const double *w; /* padded; NULL: the stage needs no margins */
    double *g;       /* blocks x width; NULL: not wanted */
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

static double run_block(const Pass *pass, int64_t block)
{
    int64_t rows = pass->design->rows;
    int64_t first = rows * block / pass->blocks, last = rows * (block + 1) / pass->blocks;
    double *g = pass->g ? pass->g + block * pass->width : NULL;
    double z[GROUP] = {0.0}, c[GROUP], sum = 0.0; /* without w the margins are 0 */
    for (int64_t i = first; i < last; i += pass->group) {
        int64_t count = last - i < pass->group ? last - i : pass->group;
        if (pass->w) pass->kernel->margins(pass->design, i, count, pass->w, z);
        sum += pass->stage(pass->context, i, count, z, c);
        if (g) pass->kernel->combine(pass->design, i, count, c, g);
    }
    return sum;
}

static double run_blocks(const Pass *pass)
{
    if (pass->blocks == 1) return run_block(pass, 0);
    double part[BLOCKS], sum = 0.0;
#pragma omp parallel for schedule(dynamic, 1)
    for (int64_t b = 0; b < pass->blocks; b++) part[b] = run_block(pass, b);
    for (int64_t b = 0; b < pass->blocks; b++) sum += part[b];
    return sum;
}

/* One pass: the sum of what the stages return; g (cols) = sum c_i a_i. w or g may be NULL. */
static double run_pass(const Design *design, const double *w, Stage *stage, void *context,
                       double *g)
{
    _Alignas(KERNEL_ALIGNMENT) double small[SMALL];
    int64_t width = width_of(design), blocks = block_count(design);
    int64_t size = (w ? width : 0) + (g ? blocks * width : 0);
    double *memory = small;
    if (size > SMALL) memory = aligned_alloc(KERNEL_ALIGNMENT, (size_t)size * sizeof *memory);
    if (!memory) die("out of memory: %lld doubles for a pass over the rows", (long long)size);
    memset(memory, 0, (size_t)size * sizeof *memory);

    double *padded = w ? memory : NULL, *parts = g ? memory + (w ? width : 0) : NULL;
    for (int64_t j = 0; w && j < design->cols; j++) padded[j] = w[j];
    double sum = run_blocks(&(Pass){design, rowpass_kernel(design->storage), width, blocks,
                                    group_rows(design), stage, context, padded, parts});
    for (int64_t j = 0; g && j < design->cols; j++) {
        g[j] = parts[j];
        for (int64_t b = 1; b < blocks; b++) g[j] += parts[b * width + j];
    }
    if (memory != small) free(memory);
    return sum;
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

static double host_gradient(const Design *design, const RowLoss *loss, const double *w, double *g)
{
    LossContext context = {loss, design->weight};
    double scale = 1.0 / design->total;
    double sum = run_pass(design, w, stage_loss, &context, g);
    for (int64_t j = 0; g && j < design->cols; j++) g[j] *= scale;
    return sum * scale;
}

void rowpass_gradients(const Design *design, const RowLoss *loss, int64_t count, const double *W,
                       double *G, double *values)
{
    RowResident *resident = design->resident;
    if (resident) {
        resident->device->gradients(resident, loss->kind, count, W, G, values);
        return;
    }
    for (int64_t k = 0; k < count; k++)
        values[k] =
            host_gradient(design, loss, W + k * design->cols, G ? G + k * design->cols : NULL);
}

double rowpass_gradient(const Design *design, const RowLoss *loss, const double *w, double *g)
{
    if (!design->resident) return host_gradient(design, loss, w, g);
    double value;
    rowpass_gradients(design, loss, 1, w, g, &value);
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
        run_pass(design, w, stage_margins, z, NULL);
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
        run_pass(design, NULL, stage_combine, &c, g);
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
        run_pass(design, v, stage_curvature, &c, out);
}
