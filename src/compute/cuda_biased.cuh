/* Products that cuBLASLt finishes itself. */
#ifndef COMPUTE_CUDA_BIASED_CUH
#define COMPUTE_CUDA_BIASED_CUH

#include "compute/cuda_factor.cuh"

/* y = x Wᵀ + bias + skip; bias and skip may be absent, skip may be y. x and W are of one dtype,
 * skip of y's. False where cuBLASLt has no algorithm for these sizes and addresses: then nothing is
 * done. */
bool cuda_biased(Backend *backend, Matrix x, Matrix W, Matrix bias, Matrix skip, Matrix y);

#endif
