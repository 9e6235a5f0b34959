/* Eigenvectors of symmetric matrices by cuSOLVER's divide and conquer, which waits for the device
 * while it works. Its cost, about 9 n³, hides the passes before and behind it. */
#include "compute/cuda.cuh"

/* Memory of a call. */
typedef struct {
    real *vectors, *work; /* n x n, then as much as cuSOLVER asks for */
    int count;            /* … that */
    int *failed, *info;   /* 1 where A is not finite; cuSOLVER's own word */
} EigenWork;

/* Up to whole lines of 256 bytes: cuSOLVER is given addresses as good as cudaMalloc()'s. */
static size_t whole_lines(size_t reals)
{
    const size_t line = 256 / sizeof(real);
    return (reals + line - 1) / line * line;
}

static EigenWork work_of(Backend *backend, int n, real *values)
{
    EigenWork work = {};
    cuda_solver_check(cusolverDnSsyevd_bufferSize(cuda_solver(backend), CUSOLVER_EIG_MODE_VECTOR,
                                                  CUBLAS_FILL_MODE_LOWER, n, NULL, n, values,
                                                  &work.count));
    size_t vectors = whole_lines((size_t)n * n), numbers = whole_lines((size_t)work.count);
    size_t bytes = (vectors + numbers) * sizeof(real) + 2 * sizeof(int);
    work.vectors = (real *)cuda_scratch(backend, CUDA_SCRATCH_EIGEN, bytes);
    work.work = work.vectors + vectors;
    work.failed = (int *)(work.work + numbers);
    work.info = work.failed + 1;
    return work;
}

/* A without gaps; 0 in the place of what is not finite. All threads that say so say the same. */
static __global__ void take_kernel(Matrix A, real *to, int *failed)
{
    for (int64_t i = cuda_thread(); i < A.rows * A.cols; i += cuda_threads()) {
        real x = ((const real *)A.data)[i / A.cols * A.stride + i % A.cols];
        bool is_finite = x - x == 0;
        to[i] = is_finite ? x : 0;
        if (!is_finite) *failed = 1;
    }
}

/* The first entry of the largest size, by all threads of the block. */
static __device__ real largest_entry(int n, const real *vector)
{
    real size = -1;
    int at = 0;
    for (int i = (int)threadIdx.x; i < n; i += CUDA_BLOCK)
        if (fabsf(vector[i]) > size) size = fabsf(vector[i]), at = i;
    bool is_largest = size == cuda_block_max(size);
    int first = -cuda_block_max(is_largest ? -at : -n);
    return first < n ? vector[first] : 0; /* 0: there is NaN among them */
}

/* A block per vector: cuSOLVER leaves it as a row, it becomes a column. Reads are of whole lines,
 * writes are not; both are n² numbers against n³ products. */
static __global__ void put_kernel(const real *vectors, const int *failed, const int *info, Matrix Q,
                                  real *values)
{
    int n = (int)Q.rows, k = (int)blockIdx.x;
    const real *vector = vectors + (int64_t)k * n;
    real sign = largest_entry(n, vector) < 0 ? -1 : 1;
    bool is_lost = *failed || *info;
    for (int i = (int)threadIdx.x; i < n; i += CUDA_BLOCK)
        ((real *)Q.data)[i * Q.stride + k] = is_lost ? NAN : sign * vector[i];
    if (threadIdx.x == 0 && is_lost) values[k] = NAN;
}

void cuda_eigen(Backend *backend, Matrix A, Matrix Q, Matrix w)
{
    int n = (int)A.rows;
    assert(A.cols == n && Q.rows == n && Q.cols == n && matrix_count(w) == n);
    real *values = matrix_reals(w);
    EigenWork work = work_of(backend, n, values);
    cuda_check(cudaMemsetAsync(work.failed, 0, 2 * sizeof(int), cuda_stream(backend)));
    CUDA_LAUNCH(backend, take_kernel, cuda_grid((int64_t)n * n), CUDA_BLOCK, 0, A, work.vectors,
                work.failed);
    cuda_solver_check(cusolverDnSsyevd(cuda_solver(backend), CUSOLVER_EIG_MODE_VECTOR,
                                       CUBLAS_FILL_MODE_LOWER, n, work.vectors, n, values,
                                       work.work, work.count, work.info));
    CUDA_LAUNCH(backend, put_kernel, (unsigned)n, CUDA_BLOCK, 0, work.vectors, work.failed,
                work.info, Q, values);
}
