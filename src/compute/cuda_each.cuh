/* Element-wise work on one or more matrices of one shape.
 *
 * A job is a plain structure of matrices and numbers; its each_piece(job, piece), an overload
 * per job, does four neighbouring elements of a row. Such work is bound by memory: a thread
 * moves 16 bytes of each operand at once where all of them lie that way, neighbouring threads
 * neighbouring bytes, and every operand passes once. Where no operand has gaps the elements
 * are one long row, so that rows need not divide by four. An operand may be of bfloat16, each
 * for itself: it is widened when it is read and rounded to nearest when it is written. */
#ifndef COMPUTE_CUDA_EACH_CUH
#define COMPUTE_CUDA_EACH_CUH

#include "compute/cuda.cuh"

enum { CUDA_FOUR = 4 };

typedef struct {
    float at[CUDA_FOUR];
} CudaFour;

/* Elements first … first + count − 1 of a row; count is 4 but at a row's end. wide: all four of
 * every operand may be moved at once there. */
typedef struct {
    int64_t row, first;
    int count;
    bool wide;
} CudaPiece;

static __device__ inline float *cuda_row(Matrix A, int64_t row)
{
    return (float *)A.data + row * A.stride;
}

static __device__ inline CudaFour cuda_load_at(const float *from, CudaPiece piece)
{
    CudaFour x = {{0.0f, 0.0f, 0.0f, 0.0f}};
    if (piece.wide) {
        float4 all = *(const float4 *)from;
        x.at[0] = all.x, x.at[1] = all.y, x.at[2] = all.z, x.at[3] = all.w;
        return x;
    }
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++)
        if (k < piece.count) x.at[k] = from[k];
    return x;
}

static __device__ inline void cuda_store_at(float *to, CudaPiece piece, CudaFour x)
{
    if (piece.wide) {
        *(float4 *)to = make_float4(x.at[0], x.at[1], x.at[2], x.at[3]);
        return;
    }
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++)
        if (k < piece.count) to[k] = x.at[k];
}

/* The same for numbers of bfloat16. */
static __device__ inline CudaFour cuda_load_at(const uint16_t *from, CudaPiece piece)
{
    CudaFour x = {{0.0f, 0.0f, 0.0f, 0.0f}};
    if (piece.wide) {
        ushort4 all = *(const ushort4 *)from;
        x.at[0] = rule_bfloat16_unpack(all.x), x.at[1] = rule_bfloat16_unpack(all.y);
        x.at[2] = rule_bfloat16_unpack(all.z), x.at[3] = rule_bfloat16_unpack(all.w);
        return x;
    }
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++)
        if (k < piece.count) x.at[k] = rule_bfloat16_unpack(from[k]);
    return x;
}

static __device__ inline void cuda_store_at(uint16_t *to, CudaPiece piece, CudaFour x)
{
    uint16_t half[CUDA_FOUR];
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) half[k] = rule_bfloat16_pack(x.at[k]);
    if (piece.wide) {
        *(ushort4 *)to = ushort4{half[0], half[1], half[2], half[3]};
        return;
    }
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++)
        if (k < piece.count) to[k] = half[k];
}

static __device__ inline uint16_t *cuda_half_row(Matrix A, int64_t row)
{
    return (uint16_t *)A.data + row * A.stride;
}

/* All threads of a launch take the same branch. */
static __device__ inline CudaFour cuda_load(Matrix A, CudaPiece piece)
{
    if (A.dtype == DTYPE_BFLOAT16)
        return cuda_load_at(cuda_half_row(A, piece.row) + piece.first, piece);
    return cuda_load_at(cuda_row(A, piece.row) + piece.first, piece);
}

static __device__ inline void cuda_store(Matrix A, CudaPiece piece, CudaFour x)
{
    if (A.dtype == DTYPE_BFLOAT16)
        cuda_store_at(cuda_half_row(A, piece.row) + piece.first, piece, x);
    else
        cuda_store_at(cuda_row(A, piece.row) + piece.first, piece, x);
}

/* One number, in kernels that are templates of its type: a loop that asked for the dtype each time
 * would wait for one load before the next. */
static __device__ inline float cuda_get(const float *from) { return *from; }
static __device__ inline float cuda_get(const uint16_t *from)
{
    return rule_bfloat16_unpack(*from);
}
static __device__ inline void cuda_put(float *to, float x) { *to = x; }
static __device__ inline void cuda_put(uint16_t *to, float x) { *to = rule_bfloat16_pack(x); }

/* Element (row, col) of a matrix of Numbers. */
template <typename Number>
static __device__ inline float cuda_at(Matrix A, int64_t row, int64_t col)
{
    return cuda_get((const Number *)A.data + row * A.stride + col);
}

/* Blocks lie along the rows in x; in y a block goes on by the grid's height. */
template <typename Job>
static __global__ void cuda_each_kernel(int64_t rows, int64_t cols, bool wide, Job job)
{
    int64_t first = CUDA_FOUR * ((int64_t)blockIdx.x * blockDim.x + threadIdx.x);
    if (first >= cols) return;
    int count = cols - first < CUDA_FOUR ? (int)(cols - first) : (int)CUDA_FOUR;
    int64_t row = (int64_t)blockIdx.y * blockDim.y + threadIdx.y;
    for (; row < rows; row += (int64_t)gridDim.y * blockDim.y)
        each_piece(job, CudaPiece{row, first, count, wide && count == CUDA_FOUR});
}

/* Rows of A begin at multiples of four numbers. An absent matrix hinders nothing. */
static inline bool cuda_is_wide(Matrix A)
{
    return (uintptr_t)A.data % (CUDA_FOUR * dtype_size(A.dtype)) == 0 &&
           (A.rows == 1 || A.stride % CUDA_FOUR == 0);
}

/* Powers of two. A warp along a row (512 bytes) is enough, so that few threads stand beyond its
 * end; more where rows are few, fewer where they are short. */
static inline dim3 cuda_each_block(int64_t rows, int64_t cols)
{
    unsigned along = 1, across = 1;
    while (along < CUDA_BLOCK / CUDA_WARP && (int64_t)along < rows) along *= 2;
    while (across < CUDA_BLOCK / along && CUDA_FOUR * (int64_t)across < cols) across *= 2;
    return dim3(across, CUDA_BLOCK / across);
}

/* wide: cuda_is_wide() for every operand. */
template <typename Job>
static inline void cuda_each(Backend *backend, int64_t rows, int64_t cols, bool wide, Job job)
{
    if (rows == 0 || cols == 0) return;
    dim3 block = cuda_each_block(rows, cols);
    int64_t high = cuda_ceil(rows, block.y), highest = 65535; /* CUDA's limit */
    dim3 grid((unsigned)cuda_ceil(cols, CUDA_FOUR * (int64_t)block.x),
              (unsigned)(high < highest ? high : highest));
    CUDA_LAUNCH(backend, cuda_each_kernel<Job>, grid, block, 0, rows, cols, wide, job);
}

/* The same numbers as one row, where there are no gaps. */
static inline Matrix cuda_flat(Matrix A)
{
    return matrix_exists(A) ? matrix_reshaped(A, 1, matrix_count(A)) : A;
}

#endif
