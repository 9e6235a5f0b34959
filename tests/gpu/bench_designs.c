#include "bench_gpu.h"
#include "compute/rowdevice.h"

#include <string.h>

enum { CALLS = 10, POINTS = 8 };

typedef struct {
    const char *name;
    int64_t rows, cols;
    DesignStorage storage;
    double goal;
    int64_t stored; /* of a sparse row */
} Shape;

/* Images of 28 x 28, and a tall table of few columns; texts by their words, many and as many as in
 * RCV1's training set, which the second-level cache holds. Sparse ones have no goal: most of their
 * time is that of numbers fetched one by one (cuda_rowsparse.cuh). Of eight points at once they are
 * expected to measure the host, which lays 8 x 50000 numbers side by side, sends 3 MB and takes as
 * much back, a millisecond or more, where the card reads 18 or 600 MB of such rows. */
static const Shape shapes[] = {
    {"784 columns float64", 200000, 785, DESIGN_FLOAT64, 0.9, 0},
    {"784 columns float32", 400000, 785, DESIGN_FLOAT32, 0.9, 0},
    {"784 columns uint8", 1000000, 785, DESIGN_BYTES, 0.9, 0},
    {"28 columns float32", 10000000, 28, DESIGN_FLOAT32, 0.9, 0},
    {"50000 columns sparse 50", 1000000, 50000, DESIGN_SPARSE, 0.0, 50},
    {"47236 columns sparse 74", 20242, 47236, DESIGN_SPARSE, 0.0, 74},
};

typedef struct {
    Design *design;
    double *W, *G, values[POINTS]; /* POINTS x cols */
    int64_t points;                /* at once */
    int calls;
} Passes;

/* All gradients of POINTS points, `points` at a time: seconds of one. */
static double time_passes(void *context)
{
    Passes *p = context;
    int64_t cols = p->design->cols;
    double start = clock_s();
    for (int call = 0; call < p->calls; call++)
        for (int64_t k = 0; k < POINTS; k += p->points)
            rowpass_gradients(p->design, &rowloss_logistic, p->points, p->W + k * cols,
                              p->G + k * cols, p->values);
    return (clock_s() - start) / (p->calls * POINTS);
}

/* A row's places are spread over all columns, anew in each row; ascending. */
static Design *sparse_make(const Shape *shape)
{
    int64_t stored = shape->stored, part = shape->cols / stored;
    Design *design = design_create_sparse(shape->rows, shape->cols, shape->rows * stored);
    for (int64_t i = 0; i < shape->rows; i++) {
        design->row_start[i + 1] = (i + 1) * stored;
        design->factor[i] = i % 2 ? 1e-2 : -1e-2;
        for (int64_t e = 0; e < stored; e++) {
            design->column[i * stored + e] = (int32_t)(e * part + (i * 7919 + e * 31) % part);
            ((double *)design->features)[i * stored + e] = (double)((i + e) % 5) + 0.1;
        }
    }
    return design;
}

/* What one pass reads: sparse values a second time, column by column. */
static double pass_bytes(const Design *design, const Shape *shape)
{
    return (double)(design_bytes(design) + 12 * shape->rows * shape->stored);
}

/* Features of small whole numbers, in the storage asked for from the start: the numbers do not
 * matter to the time, and a wide copy of them would not fit. */
static Design *design_make(const Shape *shape)
{
    if (shape->storage == DESIGN_SPARSE) return sparse_make(shape);
    Design *design = shape->storage == DESIGN_BYTES ? design_create_bytes(shape->rows, shape->cols)
                                                    : design_create(shape->rows, shape->cols);
    for (int64_t i = 0; i < shape->rows; i++)
        for (int64_t j = 0; j < shape->cols; j++) {
            int64_t number = (i * 7 + j * 13) % 251;
            if (shape->storage == DESIGN_BYTES)
                design_row_bytes(design, i)[j] = (uint8_t)number;
            else
                design_row(design, i)[j] = (double)number + (i + j == 0 ? 0.5 : 0.0);
        }
    if (shape->storage == DESIGN_FLOAT32) design_narrow(design);
    for (int64_t i = 0; i < shape->rows; i++) design->factor[i] = i % 2 ? 1e-4 : -1e-4;
    return design;
}

static Matrix bytes_on(Backend *backend, int64_t bytes)
{
    int64_t rows = bytes / 4 / 1024;
    if (rows < 1) rows = 1;
    return matrix_of(backend->alloc(backend, (size_t)(rows * 1024) * sizeof(real)), rows, 1024);
}

static void compare(const GpuBench *bench, const Shape *shape)
{
    Passes p = {.design = design_make(shape), .points = 1, .calls = bench->tiny ? 1 : CALLS};
    Backend *backend = backend_open("cuda"), *other = backend_open("cuda");
    p.design->resident = backend->rows->place(backend, p.design);
    p.W = alloc_zeroed((size_t)(2 * POINTS * shape->cols), sizeof *p.W);
    p.G = p.W + POINTS * shape->cols;
    for (int64_t j = 0; j < POINTS * shape->cols; j++) p.W[j] = 0.01 * (double)(j % 17 - 8);

    double bytes = pass_bytes(p.design, shape);
    int64_t side = bench->tiny ? 4096 : (int64_t)1 << 29; /* 512 MB: past every cache */
    GpuCopy copy = {other, bytes_on(other, side), bytes_on(other, side), bytes};
    char *what = format_text("gradient %s", shape->name);
    Pairs pairs = pairs_measure(gpu_pairs(bench), time_passes, &p, gpu_time_copy, &copy);
    pairs_report(bench->csv, what, "copying its bytes", pairs, gpu_goal(bench, shape->goal));
    free(what);

    Passes together = p;
    together.points = POINTS;
    what = format_text("gradient of eight at once %s", shape->name);
    pairs = pairs_measure(gpu_pairs(bench), time_passes, &together, time_passes, &p);
    pairs_report(bench->csv, what, "one at a time", pairs, 0.0);
    free(what);
    free(p.W);
    design_free(p.design);
    other->close(other);
}

void gpu_designs(const GpuBench *bench)
{
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        Shape shape = shapes[k];
        if (bench->tiny) shape.rows = 100;
        compare(bench, &shape);
    }
}
