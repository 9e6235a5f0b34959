/* The CUDA backend's operations, file by file, and what their kernels share.
 *
 * A call launches on the backend's one stream and returns; nothing waits for the device
 * but download(). Sums run in an order that shapes alone decide, and there are no
 * float atomics: the same card gives the same bytes twice. The files are compiled with
 * -fmad=false: a product and a sum are one instruction only where fmaf() says so, as
 * on the CPU, so that the rules give the CPU's very bits.
 *
 * The kernels keep to what tests/emulator/ understands, which runs them on the CPU.
 * Only the cuda*.cu files include this. */
#ifndef COMPUTE_CUDA_CUH
#define COMPUTE_CUDA_CUH

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <cusolverDn.h>

#define _Noreturn [[noreturn]] /* C's word in C++ */
extern "C" {
#include "base/die.h"
#include "base/rng.h"
#include "compute/backend.h"
#include "compute/rules.h"
#include "compute/rules_update.h"
}

/* ---- launching */

#ifndef CUDA_LAUNCH /* the emulator has its own */
/* kernel<<<grid, block, shared bytes, the backend's stream>>>(arguments…); grid and block are
 * dim3 or numbers. A template with commas goes in brackets: (kernel<A, B>). */
#define CUDA_LAUNCH(backend, kernel, grid, block, shared_bytes, ...)                               \
    do {                                                                                           \
        (kernel)<<<(grid), (block), (shared_bytes), cuda_stream(backend)>>>(__VA_ARGS__);          \
        cuda_launched(cudaGetLastError(), #kernel, __PRETTY_FUNCTION__);                           \
    } while (0)

/* The shared memory that the launch asked for, as an array of `type`. */
#define CUDA_SHARED(type, name)                                                                    \
    extern __shared__ __align__(16) unsigned char cuda_shared_bytes[];                             \
    type *name = (type *)cuda_shared_bytes
#endif

/* Ends the program with the name of the call and CUDA's own sentence. */
#define cuda_check(call) cuda_checked((call), #call)
#define cuda_blas_check(call) cuda_blas_checked((call), #call)
#define cuda_solver_check(call) cuda_solver_checked((call), #call)
void cuda_checked(cudaError_t error, const char *call);
/* Likewise with the kernel's name. Where that is an array's or has a template's parameters in it,
 * the function that launches it, `within`, tells which kernel it was. */
void cuda_launched(cudaError_t error, const char *kernel, const char *within);
void cuda_blas_checked(cublasStatus_t status, const char *call);
void cuda_solver_checked(cusolverStatus_t status, const char *call);

/* ---- the context of an open backend */

cudaStream_t cuda_stream(Backend *backend);
cublasHandle_t cuda_blas(Backend *backend); /* on that stream; scalars on the host */

cusolverDnHandle_t cuda_solver(Backend *backend); /* likewise; made by the first call */

/* How products of float32 are computed: in full, or with factors rounded to TF32 or bfloat16. */
cublasComputeType_t cuda_compute_type(Backend *backend);

/* Scratch that lives as long as the backend: `slot` picks one of a few, grown on first use. It
 * holds no numbers from call to call. It cannot grow while a graph is captured: the step before
 * has reached the sizes. */
void *cuda_scratch(Backend *backend, int slot, size_t bytes);

enum {
    CUDA_SCRATCH_SUMS,
    CUDA_SCRATCH_ROWS,
    CUDA_SCRATCH_EMBED,
    CUDA_SCRATCH_LEFT, /* the three: rounded for a product */
    CUDA_SCRATCH_RIGHT,
    CUDA_SCRATCH_BIAS,
    CUDA_SCRATCH_LINEAR,
    CUDA_SCRATCH_LINEAR_LT,
    CUDA_SCRATCH_ATTENTION,
    CUDA_SCRATCH_HEAD,
    CUDA_SCRATCH_CONV,
    CUDA_SCRATCH_BATCHNORM,
    CUDA_SCRATCH_EIGEN,
    CUDA_SCRATCH_ROWPASS,
    CUDA_SCRATCHES
};

/* ---- for kernels */

enum { CUDA_WARP = 32, CUDA_BLOCK = 256 };

/* ⌈n / d⌉ */
static __host__ __device__ inline int64_t cuda_ceil(int64_t n, int64_t d)
{
    return (n + d - 1) / d;
}

/* Blocks for n elements, CUDA_BLOCK each, where a thread strides over the rest. 132 processors
 * (H100) hold 8 blocks of 256 threads each: more than that many only wait. */
static inline unsigned cuda_grid(int64_t n)
{
    int64_t blocks = cuda_ceil(n, CUDA_BLOCK);
    return (unsigned)(blocks < 1 ? 1 : blocks > 132 * 8 ? 132 * 8 : blocks);
}

/* This thread's number in a one-dimensional grid, and how many there are. */
static __device__ inline int64_t cuda_thread(void)
{
    return (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
}
static __device__ inline int64_t cuda_threads(void) { return (int64_t)gridDim.x * blockDim.x; }

/* Sum or maximum over the 32 threads of a warp, in a butterfly: every thread gets the result.
 * All 32 threads call it. fmax-like: a NaN in x is kept by the comparison's form. */
template <typename T> static __device__ inline T cuda_warp_sum(T x)
{
    for (int far = CUDA_WARP / 2; far > 0; far /= 2) x += __shfl_xor_sync(0xffffffffu, x, far);
    return x;
}

template <typename T> static __device__ inline T cuda_warp_max(T x)
{
    for (int far = CUDA_WARP / 2; far > 0; far /= 2) {
        T other = __shfl_xor_sync(0xffffffffu, x, far);
        x = other > x || other != other ? other : x;
    }
    return x;
}

/* The same over a block of at most 1024 threads in whole warps: the warps' results in order of the
 * warps. Every thread of the block calls it and gets the result; it begins with the block's own
 * partial results and ends in a barrier. */
template <typename T> static __device__ inline T cuda_block_sum(T x)
{
    __shared__ T part[CUDA_WARP];
    x = cuda_warp_sum(x);
    if (threadIdx.x % CUDA_WARP == 0) part[threadIdx.x / CUDA_WARP] = x;
    __syncthreads();
    T sum = part[0];
    for (unsigned w = 1; w < blockDim.x / CUDA_WARP; w++) sum += part[w];
    __syncthreads();
    return sum;
}

template <typename T> static __device__ inline T cuda_block_max(T x)
{
    __shared__ T part[CUDA_WARP];
    x = cuda_warp_max(x);
    if (threadIdx.x % CUDA_WARP == 0) part[threadIdx.x / CUDA_WARP] = x;
    __syncthreads();
    T largest = part[0];
    for (unsigned w = 1; w < blockDim.x / CUDA_WARP; w++)
        largest = part[w] > largest || part[w] != part[w] ? part[w] : largest;
    __syncthreads();
    return largest;
}

/* ---- the operations, file by file: the contracts are in backend.h */

/* cuda_gather.cu */
void cuda_gather_windows(Backend *, const uint8_t *, int64_t, int64_t, const int64_t *, int32_t *,
                         int32_t *);
void cuda_gather_images(Backend *, const ByteImages *, int64_t, const int64_t *, Matrix, int32_t *);

/* cuda_copy.cu */
void cuda_fill(Backend *, Matrix, real);
void cuda_copy(Backend *, Matrix, Matrix);
void cuda_axpy(Backend *, real, Matrix, Matrix);

/* cuda_products.cu */
void cuda_gemm(Backend *, Transpose, Transpose, real, Matrix, Matrix, real, Matrix);
void cuda_gram(Backend *, Transpose, real, Matrix, real, Matrix);
void cuda_linear(Backend *, Matrix, Matrix, Matrix, Activation, Matrix, Matrix, Matrix);

/* cuda_eigen.cu */
void cuda_eigen(Backend *, Matrix, Matrix, Matrix);

/* cuda_elements.cu */
void cuda_activate(Backend *, Activation, Matrix, Matrix);
void cuda_activate_backward(Backend *, Activation, Matrix, Matrix, Matrix, bool);
void cuda_gate(Backend *, Matrix, Matrix);
void cuda_gate_backward(Backend *, Matrix, Matrix, Matrix);
void cuda_dropout(Backend *, Rng, const int64_t *, real, Matrix, Matrix);
void cuda_add_rows(Backend *, Matrix, Matrix, Matrix);
void cuda_add_rows_backward(Backend *, Matrix, Matrix);

/* cuda_reduce.cu */
void cuda_sum_columns(Backend *, Matrix, Matrix);
void cuda_sum_squares(Backend *, Matrix, double *);
void cuda_clip(Backend *, const double *, real, StepConstants *);
void cuda_normalise(Backend *, const double *, Matrix, Matrix);
void cuda_scale_by_norm(Backend *, const double *, Matrix, Matrix);
void cuda_scale_columns(Backend *, Matrix, Matrix, real, real, Matrix);

/* cuda_rows.cu, cuda_embed.cu, cuda_rotate.cu */
void cuda_norm(Backend *, NormKind, Matrix, Matrix, Matrix, Matrix, Matrix);
void cuda_norm_backward(Backend *, NormKind, Matrix, Matrix, Matrix, Matrix, Matrix, bool, Matrix,
                        Matrix);
void cuda_embed(Backend *, const int32_t *, Matrix, Matrix);
void cuda_embed_backward(Backend *, const int32_t *, Matrix, Matrix);
void cuda_rotate(Backend *, const AttentionShape *, Matrix, int);

/* cuda_attention.cu, cuda_attention_backward.cu */
void cuda_attention(Backend *, const AttentionShape *, Matrix, Matrix, Matrix);
void cuda_attention_backward(Backend *, const AttentionShape *, Matrix, Matrix, Matrix, Matrix,
                             Matrix);

/* cuda_conv.cu */
void cuda_convolve(Backend *, const ConvShape *, Matrix, Matrix, Matrix, Matrix);
void cuda_convolve_backward(Backend *, const ConvShape *, Matrix, Matrix, Matrix, bool);
void cuda_convolve_weights(Backend *, const ConvShape *, Matrix, Matrix, Matrix);

/* cuda_batchnorm.cu */
void cuda_batchnorm(Backend *, const BatchNorm *, Matrix, Matrix, Matrix);
void cuda_batchnorm_eval(Backend *, const BatchNorm *, Matrix, Matrix, Matrix);
void cuda_batchnorm_backward(Backend *, const BatchNorm *, Matrix, Matrix, Matrix, Matrix, bool,
                             Matrix, Matrix);

/* cuda_pool.cu */
void cuda_pool(Backend *, const PoolShape *, Matrix, Matrix);
void cuda_pool_backward(Backend *, const PoolShape *, Matrix, Matrix, Matrix, Matrix, bool);

/* cuda_head.cu */
int64_t cuda_head_work(Backend *, int64_t, int64_t, int64_t);
void cuda_head(Backend *, const Head *, real *);

/* cuda_rowpass.cu */
extern const RowDevice cuda_rowpass;

/* cuda_update.cu */
void cuda_update(Backend *, UpdateKind, const StepConstants *, real, int64_t, const real *, real *,
                 real *[UPDATE_SLOTS]);

#endif
