#include "compute/cuda_activation.cuh"
#include "compute/cuda_each.cuh"

/* ---- activations */

typedef struct {
    Activation phi;
    Matrix x, y;
} ActivateJob;

static __device__ void each_piece(const ActivateJob &job, CudaPiece piece)
{
    CudaFour x = cuda_load(job.x, piece), y;
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) y.at[k] = cuda_phi(job.phi, x.at[k]);
    cuda_store(job.y, piece, y);
}

void cuda_activate(Backend *backend, Activation phi, Matrix x, Matrix y)
{
    assert(matrix_same_shape(x, y));
    if (matrix_is_contiguous(x) && matrix_is_contiguous(y)) x = cuda_flat(x), y = cuda_flat(y);
    cuda_each(backend, x.rows, x.cols, cuda_is_wide(x) && cuda_is_wide(y), ActivateJob{phi, x, y});
}

typedef struct {
    Activation phi;
    Matrix x, dy, dx;
    bool adds;
} SlopeJob;

static __device__ void each_piece(const SlopeJob &job, CudaPiece piece)
{
    CudaFour x = cuda_load(job.x, piece), dy = cuda_load(job.dy, piece), dx;
    if (job.adds) dx = cuda_load(job.dx, piece);
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) {
        float slope = cuda_phi_slope(job.phi, x.at[k]) * dy.at[k];
        dx.at[k] = job.adds ? dx.at[k] + slope : slope;
    }
    cuda_store(job.dx, piece, dx);
}

void cuda_activate_backward(Backend *backend, Activation phi, Matrix x, Matrix dy, Matrix dx,
                            bool adds)
{
    assert(matrix_same_shape(x, dy) && matrix_same_shape(x, dx));
    if (matrix_is_contiguous(x) && matrix_is_contiguous(dy) && matrix_is_contiguous(dx))
        x = cuda_flat(x), dy = cuda_flat(dy), dx = cuda_flat(dx);
    bool wide = cuda_is_wide(x) && cuda_is_wide(dy) && cuda_is_wide(dx);
    cuda_each(backend, x.rows, x.cols, wide, SlopeJob{phi, x, dy, dx, adds});
}

/* ---- columns by a power of their eigenvalues: 40 operations a number, less than its way here */

typedef struct {
    Matrix x, w, y;
    float shift, power;
} ColumnsJob;

static __device__ void each_piece(const ColumnsJob &job, CudaPiece piece)
{
    CudaFour x = cuda_load(job.x, piece), y;
    CudaFour w = cuda_load(job.w, CudaPiece{0, piece.first, piece.count, piece.wide});
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++)
        y.at[k] = x.at[k] * rule_spectral(w.at[k], job.shift, job.power);
    cuda_store(job.y, piece, y);
}

void cuda_scale_columns(Backend *backend, Matrix x, Matrix w, real shift, real power, Matrix y)
{
    assert(matrix_same_shape(x, y) && w.rows == 1 && w.cols == x.cols);
    bool wide = cuda_is_wide(x) && cuda_is_wide(w) && cuda_is_wide(y);
    cuda_each(backend, x.rows, x.cols, wide, ColumnsJob{x, w, y, shift, power});
}

/* ---- SwiGLU: the halves of a row of x are gate and up */

typedef struct {
    Matrix gate, up, y;
} GateJob;

static __device__ void each_piece(const GateJob &job, CudaPiece piece)
{
    CudaFour gate = cuda_load(job.gate, piece), up = cuda_load(job.up, piece), y;
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) y.at[k] = rule_gate(gate.at[k], up.at[k]);
    cuda_store(job.y, piece, y);
}

void cuda_gate(Backend *backend, Matrix x, Matrix y)
{
    assert(x.rows == y.rows && x.cols == 2 * y.cols);
    GateJob job = {matrix_columns(x, 0, y.cols), matrix_columns(x, y.cols, y.cols), y};
    bool wide = cuda_is_wide(job.gate) && cuda_is_wide(job.up) && cuda_is_wide(y);
    cuda_each(backend, y.rows, y.cols, wide, job);
}

typedef struct {
    Matrix gate, up, dy, dgate, dup;
} GateSlopeJob;

static __device__ void each_piece(const GateSlopeJob &job, CudaPiece piece)
{
    CudaFour gate = cuda_load(job.gate, piece), up = cuda_load(job.up, piece);
    CudaFour dy = cuda_load(job.dy, piece), dgate, dup;
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) {
        dgate.at[k] = rule_silu_slope(gate.at[k]) * up.at[k] * dy.at[k];
        dup.at[k] = rule_silu(gate.at[k]) * dy.at[k];
    }
    cuda_store(job.dgate, piece, dgate);
    cuda_store(job.dup, piece, dup);
}

void cuda_gate_backward(Backend *backend, Matrix x, Matrix dy, Matrix dx)
{
    assert(x.rows == dy.rows && x.cols == 2 * dy.cols && matrix_same_shape(x, dx));
    int64_t cols = dy.cols;
    GateSlopeJob job = {matrix_columns(x, 0, cols), matrix_columns(x, cols, cols), dy,
                        matrix_columns(dx, 0, cols), matrix_columns(dx, cols, cols)};
    bool wide = cuda_is_wide(job.gate) && cuda_is_wide(job.up) && cuda_is_wide(dy) &&
                cuda_is_wide(job.dgate) && cuda_is_wide(job.dup);
    cuda_each(backend, dy.rows, cols, wide, job);
}

/* ---- a table of rows, repeated */

typedef struct {
    Matrix x, table, y;
} RowsJob;

static __device__ void each_piece(const RowsJob &job, CudaPiece piece)
{
    CudaPiece in_table = piece;
    in_table.row = piece.row % job.table.rows;
    CudaFour x = cuda_load(job.x, piece), row = cuda_load(job.table, in_table), y;
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) y.at[k] = x.at[k] + row.at[k];
    cuda_store(job.y, piece, y);
}

void cuda_add_rows(Backend *backend, Matrix x, Matrix table, Matrix y)
{
    assert(matrix_same_shape(x, y) && table.cols == x.cols);
    bool wide = cuda_is_wide(x) && cuda_is_wide(table) && cuda_is_wide(y);
    cuda_each(backend, x.rows, x.cols, wide, RowsJob{x, table, y});
}

/* Row t of the table gets rows t, t + rows, t + 2 rows … of dy, in that order: as on the CPU. */
typedef struct {
    Matrix dy, dtable;
} RowsSlopeJob;

static __device__ void each_piece(const RowsSlopeJob &job, CudaPiece piece)
{
    CudaFour sum = cuda_load(job.dtable, piece);
    CudaPiece from = piece;
#pragma unroll 4
    for (; from.row < job.dy.rows; from.row += job.dtable.rows) {
        CudaFour dy = cuda_load(job.dy, from);
#pragma unroll
        for (int k = 0; k < CUDA_FOUR; k++) sum.at[k] += dy.at[k];
    }
    cuda_store(job.dtable, piece, sum);
}

void cuda_add_rows_backward(Backend *backend, Matrix dy, Matrix dtable)
{
    assert(dy.cols == dtable.cols);
    cuda_each(backend, dtable.rows, dtable.cols, cuda_is_wide(dy) && cuda_is_wide(dtable),
              RowsSlopeJob{dy, dtable});
}
