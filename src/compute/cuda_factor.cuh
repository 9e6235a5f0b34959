/* Matrices as cuBLAS takes them.
 *
 * The factors of a product are of one type: where one of float32 meets bfloat16 it is rounded in
 * scratch before. Mostly that is a weight, 6 bytes a number, once for y and once for dx: by count
 * 1.0 GB in a step of 12 blocks of width 768 (85 million weights), 0.3 ms at an H100's 3.35 TB/s,
 * where the products of 16 x 1024 tokens alone take 8 ms at 989 TFLOP/s. So no second copy
 * of the weights is kept, which every optimizer would have to hold up to date. */
#ifndef COMPUTE_CUDA_FACTOR_CUH
#define COMPUTE_CUDA_FACTOR_CUH

#include "compute/cuda.cuh"

/* What cuBLAS, which counts by columns, takes for the distance between columns. */
static inline int cuda_leading(Matrix A)
{
    int64_t least = A.rows > 1 ? A.stride : A.cols;
    return (int)(least > 1 ? least : 1);
}

static inline cudaDataType_t cuda_number_type(Matrix A)
{
    return A.dtype == DTYPE_BFLOAT16 ? CUDA_R_16BF : CUDA_R_32F;
}

/* Sums are in float32; factors of bfloat16 need no rounding. */
static inline cublasComputeType_t cuda_compute_type_of(Backend *backend, Matrix factor)
{
    return factor.dtype == DTYPE_BFLOAT16 ? CUBLAS_COMPUTE_32F : cuda_compute_type(backend);
}

/* A in bfloat16: A itself, or rounded to nearest in the scratch `slot`, where it stays until that
 * is asked for again. Its rows begin at multiples of 16 bytes, as tensor cores want them. */
static inline Matrix cuda_half(Backend *backend, int slot, Matrix A)
{
    if (A.dtype == DTYPE_BFLOAT16) return A;
    Matrix half = {NULL, A.rows, A.cols, cuda_ceil(A.cols, 8) * 8, DTYPE_BFLOAT16};
    half.data = cuda_scratch(backend, slot, (size_t)(half.rows * half.stride) * sizeof(uint16_t));
    cuda_copy(backend, A, half);
    return half;
}

#endif
