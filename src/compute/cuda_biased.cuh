/* Products that cuBLASLt finishes itself. */
#ifndef COMPUTE_CUDA_BIASED_CUH
#define COMPUTE_CUDA_BIASED_CUH

#include "compute/cuda.cuh"

/* y = x Wᵀ + bias + skip; bias and skip may be absent, skip may be y. False where cuBLASLt has no
 * algorithm for these sizes and addresses: then nothing is done. */
bool cuda_biased(Backend *backend, Matrix x, Matrix W, Matrix bias, Matrix skip, Matrix y);

/* What cuBLAS, which counts by columns, takes for the distance between columns. */
static inline int cuda_leading(Matrix A)
{
    int64_t least = A.rows > 1 ? A.stride : A.cols;
    return (int)(least > 1 ? least : 1);
}

#endif
