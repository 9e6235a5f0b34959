#include "compute/cuda_rowpass.cuh"

extern "C" {
#include "compute/rowdevice.h"
}

#include <stdlib.h>

enum {
    SHARED_BYTES = 96 << 10, /* of a block: consumer cards have 99 KB */
    SUMS_BYTES = 60 << 10,   /* of them for sums, at most */
    STRIP_ROWS = 32,         /* fewer rows cost less than their partial sums */
    LINE_THREADS = 8,        /* of 16 bytes each: a line of the cache is read whole */
    BATCHES = 3
};
static const int64_t tile_bytes = 56 << 10; /* a group's: three blocks on an H100's processor */
static const int64_t most_strips = 132 * 8; /* whole waves on an H100, few partial sums */
static const int64_t most_rows = ROWPASS_GROUP;

static const int batches[BATCHES] = {1, 4, 8};

typedef void Kernel(RowTask);

/* By dense storage: float64, float32, bytes. */
static Kernel *const kernels[][BATCHES] = {
    {row_kernel<double, 1>, row_kernel<double, 4>, row_kernel<double, 8>},
    {row_kernel<float, 1>, row_kernel<float, 4>, row_kernel<float, 8>},
    {row_kernel<uint8_t, 1>, row_kernel<uint8_t, 4>, row_kernel<uint8_t, 8>},
};
static const int64_t element_bytes[] = {sizeof(double), sizeof(float), sizeof(uint8_t)};

typedef struct {
    RowResident base; /* first, so that a RowResident * is one of these */
    Backend *backend;
    DesignStorage storage;
    RowTask task;    /* all that does not change from pass to pass */
    RowIndex *index; /* of sparse rows; else NULL */
    double total;
    double *host; /* what goes up or comes down: at most 8 x width and 8 more */
    void *features;
    double *factor, *weight;
} Resident;

static int64_t row_bytes(const Resident *r) { return r->task.width * element_bytes[r->storage]; }

/* ---- the shape of a pass, which decides the order of its sums */

/* As few threads as read whole lines, so that a warp has many rows; more where the rows of all
 * warps at once would not fit the tile. */
static int choose_team(int64_t bytes, int share)
{
    int64_t pieces = bytes / ROWPASS_PIECE;
    int team = 1;
    while (team < LINE_THREADS && team < pieces) team *= 2;
    while (team < CUDA_WARP && ROWPASS_WARPS * share * CUDA_WARP / team * bytes > tile_bytes)
        team *= 2;
    return team;
}

static void choose_shape(Resident *r)
{
    RowTask *task = &r->task;
    int columns = r->storage == DESIGN_FLOAT64 ? 2 : 4; /* of a thread, as in row_combine() */
    int64_t chunks = task->width / columns, strips = task->rows / STRIP_ROWS;
    task->strips = strips < 1 ? 1 : strips > most_strips ? most_strips : strips;
    task->slices = chunks < CUDA_BLOCK ? (int)(CUDA_BLOCK / chunks) : 1;
    task->team = choose_team(row_bytes(r), r->storage == DESIGN_BYTES ? 2 : 1);
}

static int64_t sums_bytes(const RowTask *task, int points)
{
    return task->slices * points * task->width * (int64_t)sizeof(double);
}

/* Which of the batches: enough for so many points, or the largest whose sums fit. */
static int choose_batch(const Resident *r, int64_t count)
{
    int batch = 0;
    while (batch + 1 < BATCHES && batches[batch] < count &&
           (r->index || sums_bytes(&r->task, batches[batch + 1]) <= SUMS_BYTES))
        batch++;
    return batch;
}

/* The room that a number of points leaves to the tile decides the group; no sum knows of it. */
static size_t choose_group(const Resident *r, RowTask *task, int points)
{
    task->sums_shared = sums_bytes(task, points) <= SUMS_BYTES;
    int64_t fixed = 2 * ROWPASS_GROUP * points * (int64_t)sizeof(double) +
                    (task->sums_shared ? sums_bytes(task, points) : 0);
    int64_t room = SHARED_BYTES - fixed;
    int64_t fit = (room < tile_bytes ? room : tile_bytes) / row_bytes(r);
    task->tiled = fit >= ROWPASS_WARPS / 2; /* else rows are read again, from the cache */
    if (!task->tiled) fit = 2 * ROWPASS_WARPS;
    task->group = (int)(fit < most_rows ? fit : most_rows);
    return (size_t)(fixed + (task->tiled ? task->group * row_bytes(r) : 0));
}

/* ---- one pass */

/* Where the kernels look for column j of w_k. */
static int64_t point_place(const Resident *r, int points, int64_t k, int64_t j)
{
    if (r->index) return j * points + k;
    return k * r->task.width + row_turned(r->task.width, element_bytes[r->storage], j);
}

/* Points that are missing are zero. */
static void send_points(Resident *r, int points, int64_t count, const double *W, double *w)
{
    int64_t width = r->task.width, cols = r->task.cols;
    memset(r->host, 0, (size_t)(points * width) * sizeof *r->host);
    for (int64_t k = 0; k < count; k++)
        for (int64_t j = 0; j < cols; j++) r->host[point_place(r, points, k, j)] = W[k * cols + j];
    r->backend->upload(r->backend, (size_t)(points * width) * sizeof *r->host, r->host, w);
}

static void run_dense(Resident *r, RowTask *task, int batch, double scale, double *out)
{
    int64_t size = batches[batch] * (task->width + 1);
    size_t shared = choose_group(r, task, batches[batch]);
    CUDA_LAUNCH(r->backend, kernels[r->storage][batch], (unsigned)task->strips, CUDA_BLOCK, shared,
                *task);
    CUDA_LAUNCH(r->backend, row_parts_kernel, (unsigned)cuda_ceil(size, CUDA_WARP), CUDA_BLOCK, 0,
                task->parts, task->strips, size, scale, out);
}

/* Leaves points x width sums (where they are wanted), then points losses in r->host. W may be
 * NULL: no margins are needed. */
static void run_pass(Resident *r, RowStage stage, double scale, bool sums, int64_t count,
                     const double *W, int batch)
{
    RowTask task = r->task;
    int points = batches[batch];
    int64_t w_size = points * task.width, size = w_size + points, from = sums ? 0 : w_size;
    int64_t room = r->index ? row_index_room(r->index, &task, points) : task.strips * size;
    double *w = (double *)cuda_scratch(r->backend, CUDA_SCRATCH_ROWPASS,
                                       (size_t)(w_size + size + room) * sizeof *w);
    double *out = w + w_size;
    task.stage = stage, task.sums = sums, task.w = w, task.parts = out + size;
    if (W) send_points(r, points, count, W, w);
    if (r->index)
        row_index_pass(r->backend, r->index, &task, points, scale, out);
    else
        run_dense(r, &task, batch, scale, out);
    r->backend->download(r->backend, (size_t)(size - from) * sizeof *out, out + from,
                         r->host + from);
}

static void gradients(RowResident *resident, RowLossKind loss, int64_t count, const double *W,
                      double *G, double *values)
{
    static const RowStage stages[] = {ROWPASS_LOGISTIC, ROWPASS_PERCEPTRON};
    Resident *r = (Resident *)resident;
    int64_t cols = r->task.cols, width = r->task.width;
    for (int64_t done = 0, these; done < count; done += these) {
        int batch = choose_batch(r, count - done);
        these = count - done < batches[batch] ? count - done : batches[batch];
        run_pass(r, stages[loss], 1.0 / r->total, G != NULL, these, W + done * cols, batch);
        for (int64_t k = 0; k < these; k++) {
            if (G) memcpy(G + (done + k) * cols, r->host + k * width, (size_t)cols * sizeof *G);
            values[done + k] = r->host[batches[batch] * width + k];
        }
    }
}

static void send_coefficients(Resident *r, const double *c)
{
    r->backend->upload(r->backend, (size_t)r->task.rows * sizeof *c, c, r->task.numbers);
}

static void margins(RowResident *resident, const double *w, double *z)
{
    Resident *r = (Resident *)resident;
    run_pass(r, ROWPASS_MARGINS, 1.0, false, 1, w, 0);
    r->backend->download(r->backend, (size_t)r->task.rows * sizeof *z, r->task.numbers, z);
}

static void combine(RowResident *resident, const double *c, double *g)
{
    Resident *r = (Resident *)resident;
    send_coefficients(r, c);
    run_pass(r, ROWPASS_COMBINE, 1.0, true, 1, NULL, 0);
    memcpy(g, r->host, (size_t)r->task.cols * sizeof *g);
}

static void curvature(RowResident *resident, const double *c, const double *v, double *out)
{
    Resident *r = (Resident *)resident;
    send_coefficients(r, c);
    run_pass(r, ROWPASS_CURVATURE, 1.0, true, 1, v, 0);
    memcpy(out, r->host, (size_t)r->task.cols * sizeof *out);
}

/* ---- placing */

static void *copy_of(Backend *backend, size_t bytes, const void *host)
{
    void *memory = backend->alloc(backend, bytes);
    backend->upload(backend, bytes, host, memory);
    return memory;
}

static void place_dense(Resident *r, const Design *design)
{
    r->features = copy_of(r->backend, (size_t)(design->rows * row_bytes(r)), design->features);
    r->task.features = r->features;
    choose_shape(r);
    for (int batch = 0; batch < BATCHES; batch++)
        cuda_check(cudaFuncSetAttribute((const void *)kernels[r->storage][batch],
                                        cudaFuncAttributeMaxDynamicSharedMemorySize, SHARED_BYTES));
}

static RowResident *place(Backend *backend, const Design *design)
{
    Resident *r = (Resident *)alloc_zeroed(1, sizeof *r);
    size_t rows = (size_t)design->rows * sizeof(double);
    r->base.device = backend->rows;
    r->backend = backend;
    r->storage = design->storage;
    r->total = design->total;
    r->task.rows = design->rows, r->task.cols = design->cols, r->task.width = design->stride;
    r->factor = (double *)copy_of(backend, rows, design->factor);
    if (design->weight) r->weight = (double *)copy_of(backend, rows, design->weight);
    r->task.factor = r->factor, r->task.weight = r->weight;
    r->task.numbers = (double *)backend->alloc(backend, rows);
    r->host = (double *)alloc_zeroed((size_t)(batches[BATCHES - 1] * (design->stride + 1)),
                                     sizeof *r->host);
    if (design->storage == DESIGN_SPARSE)
        r->index = row_index_new(backend, design, &r->task);
    else
        place_dense(r, design);
    return &r->base;
}

static void release(RowResident *resident)
{
    Resident *r = (Resident *)resident;
    Backend *backend = r->backend;
    row_index_free(backend, r->index);
    backend->release(backend, r->features);
    backend->release(backend, r->factor);
    backend->release(backend, r->weight);
    backend->release(backend, r->task.numbers);
    backend->close(backend);
    free(r->host);
    free(r);
}

const RowDevice cuda_rowpass = {place, release, gradients, margins, combine, curvature};
