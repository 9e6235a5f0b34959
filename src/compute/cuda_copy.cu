#include "compute/cuda_each.cuh"

/* ---- fill, axpy */

typedef struct {
    Matrix x;
    float value;
} FillJob;

static __device__ void each_piece(const FillJob &job, CudaPiece piece)
{
    cuda_store(job.x, piece, CudaFour{{job.value, job.value, job.value, job.value}});
}

void cuda_fill(Backend *backend, Matrix x, real value)
{
    if (matrix_is_contiguous(x)) x = cuda_flat(x);
    cuda_each(backend, x.rows, x.cols, cuda_is_wide(x), FillJob{x, value});
}

typedef struct {
    float a;
    Matrix x, y;
} AxpyJob;

static __device__ void each_piece(const AxpyJob &job, CudaPiece piece)
{
    CudaFour x = cuda_load(job.x, piece), y = cuda_load(job.y, piece);
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) y.at[k] = fmaf(job.a, x.at[k], y.at[k]);
    cuda_store(job.y, piece, y);
}

void cuda_axpy(Backend *backend, real a, Matrix x, Matrix y)
{
    assert(matrix_same_shape(x, y));
    if (matrix_is_contiguous(x) && matrix_is_contiguous(y)) x = cuda_flat(x), y = cuda_flat(y);
    cuda_each(backend, x.rows, x.cols, cuda_is_wide(x) && cuda_is_wide(y), AxpyJob{a, x, y});
}

/* ---- between dtypes */

typedef struct {
    Matrix from, to;
} CopyJob;

static __device__ void each_piece(const CopyJob &job, CudaPiece piece)
{
    cuda_store(job.to, piece, cuda_load(job.from, piece));
}

/* float32 and bfloat16: what products and states are rounded by, so at the speed of memory. */
static void convert_pieces(Backend *backend, Matrix from, Matrix to)
{
    cuda_each(backend, from.rows, from.cols, cuda_is_wide(from) && cuda_is_wide(to),
              CopyJob{from, to});
}

/* Through double, which holds every number of the others. So a double becomes a bfloat16 by way of
 * float, as on the CPU. */

static __device__ double load(float x) { return (double)x; }
static __device__ double load(double x) { return x; }
static __device__ double load(uint16_t x) { return (double)rule_bfloat16_unpack(x); }
static __device__ void store(double x, float *y) { *y = (float)x; }
static __device__ void store(double x, double *y) { *y = x; }
static __device__ void store(double x, uint16_t *y) { *y = rule_bfloat16_pack((float)x); }

template <typename From, typename To>
static __global__ void copy_kernel(const From *x, To *y, int64_t cols, int64_t x_stride,
                                   int64_t y_stride, int64_t count)
{
    for (int64_t i = cuda_thread(); i < count; i += cuda_threads()) {
        int64_t row = i < cols ? 0 : i / cols, col = i - row * cols; /* often there is one row */
        store(load(x[row * x_stride + col]), y + row * y_stride + col);
    }
}

template <typename From, typename To> static void convert(Backend *backend, Matrix from, Matrix to)
{
    int64_t count = matrix_count(from);
    CUDA_LAUNCH(backend, (copy_kernel<From, To>), cuda_grid(count), CUDA_BLOCK, 0,
                (const From *)from.data, (To *)to.data, from.cols, from.stride, to.stride, count);
}

typedef void Convert(Backend *, Matrix, Matrix);

/* By dtype: float32, bfloat16, float64. */
static Convert *const converts[3][3] = {
    {NULL, convert_pieces, convert<float, double>},
    {convert_pieces, NULL, convert<uint16_t, double>},
    {convert<double, float>, convert<double, uint16_t>, NULL},
};

void cuda_copy(Backend *backend, Matrix from, Matrix to)
{
    assert(matrix_same_shape(from, to));
    if (matrix_count(from) == 0) return;
    if (matrix_is_contiguous(from) && matrix_is_contiguous(to)) {
        from = cuda_flat(from);
        to = cuda_flat(to);
    }
    size_t size = dtype_size(from.dtype);
    if (from.dtype != to.dtype)
        converts[from.dtype][to.dtype](backend, from, to);
    else if (from.rows == 1) /* bytes as they are, a NaN's too; a line of a 2D copy is < 2 GiB */
        cuda_check(cudaMemcpyAsync(to.data, from.data, (size_t)from.cols * size,
                                   cudaMemcpyDeviceToDevice, cuda_stream(backend)));
    else
        cuda_check(cudaMemcpy2DAsync(to.data, (size_t)to.stride * size, from.data,
                                     (size_t)from.stride * size, (size_t)from.cols * size,
                                     (size_t)from.rows, cudaMemcpyDeviceToDevice,
                                     cuda_stream(backend)));
}
