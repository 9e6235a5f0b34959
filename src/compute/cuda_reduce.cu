#include "compute/cuda_columns.cuh"
#include "compute/cuda_each.cuh"

#include <float.h>

/* ---- sums of columns */

template <typename Number> struct SumJob {
    Matrix x, sums;
};

template <typename Number>
static __device__ void column_terms(const SumJob<Number> &job, int64_t row, int64_t col,
                                    double term[1])
{
    term[0] = (double)cuda_at<Number>(job.x, row, col);
}

template <typename Number>
static __device__ void column_finish(const SumJob<Number> &job, int64_t col, const double sum[1])
{
    float *to = cuda_row(job.sums, 0) + col;
    *to = (float)((double)*to + sum[0]);
}

void cuda_sum_columns(Backend *backend, Matrix x, Matrix sums)
{
    assert(sums.rows == 1 && sums.cols == x.cols);
    if (x.dtype == DTYPE_BFLOAT16)
        cuda_columns<1>(backend, x.rows, x.cols, SumJob<uint16_t>{x, sums});
    else
        cuda_columns<1>(backend, x.rows, x.cols, SumJob<float>{x, sums});
}

/* ---- sum of squares: a part for each block of threads, then the parts by one block */

enum { SQUARE_BLOCKS = 132 * 8 }; /* what an H100 holds at once */

static __global__ void squares_kernel(Matrix x, bool wide, double *part)
{
    int64_t across = cuda_ceil(x.cols, CUDA_FOUR);
    double sum = 0.0;
    for (int64_t k = cuda_thread(); k < x.rows * across; k += cuda_threads()) {
        int64_t row = x.rows == 1 ? 0 : k / across; /* as dear as the squares themselves */
        int64_t first = (k - row * across) * CUDA_FOUR, left = x.cols - first;
        int count = left < CUDA_FOUR ? (int)left : (int)CUDA_FOUR;
        CudaFour at = cuda_load(x, CudaPiece{row, first, count, wide && count == CUDA_FOUR});
#pragma unroll
        for (int i = 0; i < CUDA_FOUR; i++) sum += (double)at.at[i] * (double)at.at[i];
    }
    sum = cuda_block_sum(sum);
    if (threadIdx.x == 0) part[blockIdx.x] = sum;
}

static __global__ void parts_kernel(int count, const double *part, double *sum)
{
    double own = 0.0;
    for (int k = (int)threadIdx.x; k < count; k += (int)blockDim.x) own += part[k];
    own = cuda_block_sum(own);
    if (threadIdx.x == 0) *sum += own;
}

void cuda_sum_squares(Backend *backend, Matrix x, double *sum)
{
    if (matrix_count(x) == 0) return;
    if (matrix_is_contiguous(x)) x = cuda_flat(x);
    double *part =
        (double *)cuda_scratch(backend, CUDA_SCRATCH_SUMS, SQUARE_BLOCKS * sizeof(double));
    int64_t needed = cuda_ceil(x.rows * cuda_ceil(x.cols, CUDA_FOUR), CUDA_BLOCK);
    int blocks = needed < SQUARE_BLOCKS ? (int)needed : (int)SQUARE_BLOCKS;
    CUDA_LAUNCH(backend, squares_kernel, blocks, CUDA_BLOCK, 0, x, cuda_is_wide(x), part);
    CUDA_LAUNCH(backend, parts_kernel, 1, CUDA_BLOCK, 0, blocks, part, sum);
}

/* ---- what follows from a sum of squares: no number of it comes to the host */

/* Not above the limit, off, or NaN: gradients stay as they are. */
static __global__ void clip_kernel(const double *sum_squares, float limit, StepConstants *k)
{
    double norm = sqrt(*sum_squares);
    bool clips = limit > 0.0f && norm > (double)limit;
    k->clip = clips ? (float)((double)limit / norm) : 1.0f;
}

void cuda_clip(Backend *backend, const double *sum_squares, real limit, StepConstants *k)
{
    CUDA_LAUNCH(backend, clip_kernel, 1, 1, 0, sum_squares, limit, k);
}

/* tiny: the smallest normal float, whose reciprocal is still finite. */
static __global__ void factor_kernel(const double *sum_squares, bool divides, float *factor)
{
    double norm = sqrt(*sum_squares), tiny = (double)FLT_MIN;
    *factor = (float)(divides ? 1.0 / (norm < tiny ? tiny : norm) : norm);
}

typedef struct {
    const float *factor;
    Matrix x, y;
} ScaleJob;

static __device__ void each_piece(const ScaleJob &job, CudaPiece piece)
{
    CudaFour x = cuda_load(job.x, piece), y;
    float factor = *job.factor;
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) y.at[k] = x.at[k] * factor;
    cuda_store(job.y, piece, y);
}

static void scale(Backend *backend, const double *sum_squares, bool divides, Matrix x, Matrix y)
{
    assert(matrix_same_shape(x, y));
    if (matrix_is_contiguous(x) && matrix_is_contiguous(y)) x = cuda_flat(x), y = cuda_flat(y);
    float *factor = (float *)cuda_scratch(backend, CUDA_SCRATCH_SUMS, sizeof *factor);
    CUDA_LAUNCH(backend, factor_kernel, 1, 1, 0, sum_squares, divides, factor);
    cuda_each(backend, x.rows, x.cols, cuda_is_wide(x) && cuda_is_wide(y), ScaleJob{factor, x, y});
}

void cuda_normalise(Backend *backend, const double *sum_squares, Matrix x, Matrix y)
{
    scale(backend, sum_squares, true, x, y);
}

void cuda_scale_by_norm(Backend *backend, const double *sum_squares, Matrix x, Matrix y)
{
    scale(backend, sum_squares, false, x, y);
}
