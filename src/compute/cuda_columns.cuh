/* Sums over the rows, for each column: a block sums a strip of rows, then the strips are summed in
 * their order. Strips depend on the shape alone; everything is in double.
 *
 * A job is a plain structure. column_terms(job, row, col, term) gives what (row, col) adds to each
 * of SUMS sums; column_finish(job, col, sum) takes a column's totals. Both are overloads per job.
 */
#ifndef COMPUTE_CUDA_COLUMNS_CUH
#define COMPUTE_CUDA_COLUMNS_CUH

#include "compute/cuda.cuh"

/* `stripes` blocks lie side by side across the columns. Few stripes need many strips: 512 are four
 * blocks for each processor of an H100. Many stripes need few: a longer strip spends less on its
 * end, and the strips' sums stay small beside the matrix. */
enum { CUDA_STRIPS = 512, CUDA_STRIP_ROWS = 32, CUDA_STRIP_BLOCKS = 4096 };

typedef struct {
    int64_t rows, size, count; /* rows of a strip, number of strips */
} CudaStrips;

static inline CudaStrips cuda_strips(int64_t rows, int64_t stripes)
{
    int64_t most = CUDA_STRIP_BLOCKS / stripes;
    if (most > CUDA_STRIPS) most = CUDA_STRIPS;
    int64_t size = cuda_ceil(rows, most < 1 ? 1 : most);
    if (size < CUDA_STRIP_ROWS) size = CUDA_STRIP_ROWS;
    return CudaStrips{rows, size, cuda_ceil(rows, size)};
}

/* Strip b's sum s of column j is part[(b * SUMS + s) * cols + j]. Blocks lie along the columns in
 * x, strips in y; threads along the columns in x, rows in y. */
template <int SUMS, typename Job>
static __global__ void cuda_strip_kernel(CudaStrips strips, int64_t cols, Job job, double *part)
{
    __shared__ double sum[SUMS][CUDA_BLOCK];
    int64_t col = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    int64_t first = blockIdx.y * strips.size;
    int64_t end = first + strips.size < strips.rows ? first + strips.size : strips.rows;
    int across = (int)blockDim.x, self = (int)(threadIdx.y * blockDim.x + threadIdx.x);
    double own[SUMS] = {0.0};
    if (col < cols) {
#pragma unroll 4
        for (int64_t row = first + threadIdx.y; row < end; row += blockDim.y) {
            double term[SUMS];
            column_terms(job, row, col, term);
            for (int s = 0; s < SUMS; s++) own[s] += term[s];
        }
    }
    for (int s = 0; s < SUMS; s++) sum[s][self] = own[s];
    for (int half = CUDA_BLOCK / 2; half >= across; half /= 2) {
        __syncthreads();
        if (self < half)
            for (int s = 0; s < SUMS; s++) sum[s][self] += sum[s][self + half];
    }
    if (self < across && col < cols)
        for (int s = 0; s < SUMS; s++)
            part[((int64_t)blockIdx.y * SUMS + s) * cols + col] = sum[s][self];
}

/* Columns of a block, and strips that are summed side by side for each. */
enum { CUDA_FINISH_COLS = 8, CUDA_FINISH_STRIPS = CUDA_BLOCK / CUDA_FINISH_COLS };

template <int SUMS, typename Job>
static __global__ void cuda_finish_kernel(int64_t strips, int64_t cols, Job job, const double *part)
{
    __shared__ double sum[SUMS][CUDA_FINISH_STRIPS][CUDA_FINISH_COLS];
    int64_t col = (int64_t)blockIdx.x * CUDA_FINISH_COLS + threadIdx.x;
    double own[SUMS] = {0.0};
    if (col < cols)
        for (int64_t b = threadIdx.y; b < strips; b += CUDA_FINISH_STRIPS)
            for (int s = 0; s < SUMS; s++) own[s] += part[(b * SUMS + s) * cols + col];
    for (int s = 0; s < SUMS; s++) sum[s][threadIdx.y][threadIdx.x] = own[s];
    __syncthreads();
    if (threadIdx.y > 0 || col >= cols) return;
    for (int k = 1; k < CUDA_FINISH_STRIPS; k++)
        for (int s = 0; s < SUMS; s++) own[s] += sum[s][k][threadIdx.x];
    column_finish(job, col, own);
}

template <int SUMS, typename Job>
static inline void cuda_columns_finish(Backend *backend, int64_t strips, int64_t cols, Job job,
                                       const double *part)
{
    CUDA_LAUNCH(backend, (cuda_finish_kernel<SUMS, Job>),
                dim3((unsigned)cuda_ceil(cols, CUDA_FINISH_COLS)),
                dim3(CUDA_FINISH_COLS, CUDA_FINISH_STRIPS), 0, strips, cols, job, part);
}

/* A warp reads 32 neighbouring columns of a row, or whole short rows. */
template <int SUMS, typename Job>
static inline void cuda_columns(Backend *backend, int64_t rows, int64_t cols, Job job)
{
    if (cols == 0) return;
    unsigned across = 1;
    while (across < CUDA_WARP && (int64_t)across < cols) across *= 2;
    int64_t stripes = cuda_ceil(cols, across);
    CudaStrips strips = cuda_strips(rows, stripes);
    size_t bytes = (size_t)(strips.count * SUMS * cols) * sizeof(double);
    double *part = (double *)cuda_scratch(backend, CUDA_SCRATCH_SUMS, bytes);
    if (rows > 0)
        CUDA_LAUNCH(backend, (cuda_strip_kernel<SUMS, Job>),
                    dim3((unsigned)stripes, (unsigned)strips.count),
                    dim3(across, CUDA_BLOCK / across), 0, strips, cols, job, part);
    cuda_columns_finish<SUMS>(backend, strips.count, cols, job, part);
}

#endif
