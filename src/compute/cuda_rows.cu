/* LayerNorm and RMSNorm. A warp takes a row: its sums need no barrier, and the second and third
 * look at a row (some KiB) find it in the first-level cache, so that memory sees one pass. */
#include "compute/cuda_columns.cuh"
#include "compute/cuda_each.cuh"

static const float norm_epsilon = 1e-5f;

enum { WARPS = CUDA_BLOCK / CUDA_WARP, STEP = CUDA_WARP * CUDA_FOUR };

/* This lane's piece of a row that begins with column `base`; none where count is not positive. */
static __device__ CudaPiece piece_at(int64_t row, int64_t base, int64_t cols, bool wide)
{
    int64_t first = base + CUDA_FOUR * (int64_t)(threadIdx.x % CUDA_WARP), left = cols - first;
    int count = left >= CUDA_FOUR ? (int)CUDA_FOUR : left > 0 ? (int)left : 0;
    return CudaPiece{row, count ? first : 0, count, wide && count == CUDA_FOUR};
}

/* A row's piece of a vector of `cols` numbers. */
static __device__ CudaFour load_vector(const float *vector, CudaPiece piece)
{
    return cuda_load_at(vector + piece.first, piece);
}

typedef struct {
    NormKind kind;
    float epsilon;
    bool wide;
    Matrix x, y, stats;
    const float *weight, *bias; /* bias: NULL in RMSNorm */
} NormJob;

/* Two passes: the variance of numbers far from 0 keeps its digits. */
static __device__ void measure(const NormJob &job, int64_t row, float *mean, float *unscale)
{
    int64_t n = job.x.cols;
    float sum = 0.0f, square = 0.0f;
    if (job.kind == NORM_LAYER)
        for (int64_t base = 0; base < n; base += STEP) {
            CudaFour x = cuda_load(job.x, piece_at(row, base, n, job.wide));
            sum += (x.at[0] + x.at[1]) + (x.at[2] + x.at[3]);
        }
    float centre = cuda_warp_sum(sum) / (float)n;
    for (int64_t base = 0; base < n; base += STEP) {
        CudaPiece piece = piece_at(row, base, n, job.wide);
        CudaFour x = cuda_load(job.x, piece);
        for (int k = 0; k < CUDA_FOUR; k++)
            if (k < piece.count) square = fmaf(x.at[k] - centre, x.at[k] - centre, square);
    }
    *mean = centre;
    *unscale = rule_unscale(cuda_warp_sum(square) / (float)n, job.epsilon);
}

static __global__ void norm_kernel(NormJob job)
{
    int64_t row = (int64_t)blockIdx.x * WARPS + threadIdx.x / CUDA_WARP, n = job.x.cols;
    if (row >= job.x.rows) return;
    float mean, unscale;
    measure(job, row, &mean, &unscale);
    for (int64_t base = 0; base < n; base += STEP) {
        CudaPiece piece = piece_at(row, base, n, job.wide);
        CudaFour x = cuda_load(job.x, piece), weight = load_vector(job.weight, piece), bias, y;
        if (job.bias) bias = load_vector(job.bias, piece);
        for (int k = 0; k < CUDA_FOUR; k++) {
            float normed = rule_normed(x.at[k], mean, unscale);
            y.at[k] = job.bias ? fmaf(normed, weight.at[k], bias.at[k]) : normed * weight.at[k];
        }
        cuda_store(job.y, piece, y);
    }
    if (threadIdx.x % CUDA_WARP == 0) {
        cuda_row(job.stats, row)[0] = mean;
        cuda_row(job.stats, row)[1] = unscale;
    }
}

void cuda_norm(Backend *backend, NormKind kind, Matrix x, Matrix weight, Matrix bias, Matrix y,
               Matrix stats)
{
    assert(matrix_same_shape(x, y) && stats.rows == x.rows && stats.cols == 2);
    assert(weight.cols == x.cols && (!matrix_exists(bias) || bias.cols == x.cols));
    if (x.rows == 0) return;
    bool wide = cuda_is_wide(x) && cuda_is_wide(y) && cuda_is_wide(weight) && cuda_is_wide(bias);
    NormJob job = {kind,
                   norm_epsilon,
                   wide,
                   x,
                   y,
                   stats,
                   matrix_reals(weight),
                   matrix_exists(bias) ? matrix_reals(bias) : NULL};
    CUDA_LAUNCH(backend, norm_kernel, (unsigned)cuda_ceil(x.rows, WARPS), CUDA_BLOCK, 0, job);
}

/* ---- backward: a block takes a strip of rows, first row by row for dx, then column by column for
 * dweight and dbias; the second look at x and dy (a strip: some 100 KiB) is in the caches. */

typedef struct {
    NormKind kind;
    bool wide, adds;
    Matrix x, stats, dy, dx;
    const float *weight;
} SlopeJob;

/* g = dy weight: Σ g and Σ g x̂ over the row. */
static __device__ void measure_slopes(const SlopeJob &job, int64_t row, float *mean_g,
                                      float *mean_along)
{
    int64_t n = job.x.cols;
    float mean = cuda_row(job.stats, row)[0], unscale = cuda_row(job.stats, row)[1];
    float sum = 0.0f, along = 0.0f;
    for (int64_t base = 0; base < n; base += STEP) {
        CudaPiece piece = piece_at(row, base, n, job.wide);
        CudaFour x = cuda_load(job.x, piece), dy = cuda_load(job.dy, piece);
        CudaFour weight = load_vector(job.weight, piece);
        for (int k = 0; k < CUDA_FOUR; k++) {
            float g = dy.at[k] * weight.at[k]; /* 0 beyond the row */
            sum += g;
            along = fmaf(g, rule_normed(x.at[k], mean, unscale), along);
        }
    }
    sum = cuda_warp_sum(sum);
    *mean_g = job.kind == NORM_LAYER ? sum / (float)n : 0.0f;
    *mean_along = cuda_warp_sum(along) / (float)n;
}

static __device__ void backward_row(const SlopeJob &job, int64_t row)
{
    int64_t n = job.x.cols;
    float mean = cuda_row(job.stats, row)[0], unscale = cuda_row(job.stats, row)[1];
    float mean_g, mean_along;
    measure_slopes(job, row, &mean_g, &mean_along);
    for (int64_t base = 0; base < n; base += STEP) {
        CudaPiece piece = piece_at(row, base, n, job.wide);
        CudaFour x = cuda_load(job.x, piece), dy = cuda_load(job.dy, piece), dx;
        CudaFour weight = load_vector(job.weight, piece);
        if (job.adds) dx = cuda_load(job.dx, piece);
        for (int k = 0; k < CUDA_FOUR; k++) {
            float slope =
                rule_norm_slope(dy.at[k] * weight.at[k], rule_normed(x.at[k], mean, unscale),
                                unscale, mean_g, mean_along);
            dx.at[k] = job.adds ? dx.at[k] + slope : slope;
        }
        cuda_store(job.dx, piece, dx);
    }
}

/* part: as in cuda_columns.cuh, sums 0 of dweight and 1 of dbias. Number: of x and dy. */
template <typename Number>
static __device__ void backward_columns(const SlopeJob &job, int64_t first, int64_t end,
                                        double *part)
{
    int64_t n = job.x.cols;
    for (int64_t col = threadIdx.x; col < n; col += blockDim.x) {
        double dweight = 0.0, dbias = 0.0;
#pragma unroll 4
        for (int64_t row = first; row < end; row++) {
            const float *stats = cuda_row(job.stats, row);
            float normed = rule_normed(cuda_at<Number>(job.x, row, col), stats[0], stats[1]);
            float dy = cuda_at<Number>(job.dy, row, col);
            dweight += (double)(dy * normed);
            dbias += (double)dy;
        }
        part[col] = dweight;
        part[n + col] = dbias;
    }
}

template <typename Number>
static __global__ void backward_kernel(CudaStrips strips, SlopeJob job, double *part)
{
    int64_t first = blockIdx.x * strips.size;
    int64_t end = first + strips.size < strips.rows ? first + strips.size : strips.rows;
    for (int64_t row = first + threadIdx.x / CUDA_WARP; row < end; row += WARPS)
        backward_row(job, row);
    backward_columns<Number>(job, first, end, part + blockIdx.x * 2 * job.x.cols);
}

typedef struct {
    float *dweight, *dbias; /* dbias: NULL in RMSNorm */
} AddJob;

static __device__ void column_finish(const AddJob &job, int64_t col, const double sum[2])
{
    job.dweight[col] = (float)((double)job.dweight[col] + sum[0]);
    if (job.dbias) job.dbias[col] = (float)((double)job.dbias[col] + sum[1]);
}

void cuda_norm_backward(Backend *backend, NormKind kind, Matrix x, Matrix weight, Matrix stats,
                        Matrix dy, Matrix dx, bool adds, Matrix dweight, Matrix dbias)
{
    assert(matrix_same_shape(x, dy) && matrix_same_shape(x, dx) && stats.rows == x.rows);
    assert(x.dtype == dy.dtype);
    if (x.rows == 0) return;
    CudaStrips strips = cuda_strips(x.rows, 1);
    size_t bytes = (size_t)(strips.count * 2 * x.cols) * sizeof(double);
    double *part = (double *)cuda_scratch(backend, CUDA_SCRATCH_SUMS, bytes);
    bool wide = cuda_is_wide(x) && cuda_is_wide(dy) && cuda_is_wide(dx) && cuda_is_wide(weight);
    SlopeJob job = {kind, wide, adds, x, stats, dy, dx, matrix_reals(weight)};
    auto kernel = x.dtype == DTYPE_BFLOAT16 ? backward_kernel<uint16_t> : backward_kernel<float>;
    CUDA_LAUNCH(backend, kernel, (unsigned)strips.count, CUDA_BLOCK, 0, strips, job, part);
    AddJob add = {matrix_reals(dweight), matrix_exists(dbias) ? matrix_reals(dbias) : NULL};
    cuda_columns_finish<2>(backend, strips.count, x.cols, add, part);
}
