/* Activations and their slopes in kernels: one branch that a whole grid takes alike. */
#ifndef COMPUTE_CUDA_ACTIVATION_CUH
#define COMPUTE_CUDA_ACTIVATION_CUH

#include "compute/cuda.cuh"

static __device__ inline float cuda_phi(Activation phi, float x)
{
    switch (phi) {
    case ACT_RELU:
        return rule_relu(x);
    case ACT_RELU2:
        return rule_relu2(x);
    case ACT_GELU:
        return rule_gelu(x);
    case ACT_SILU:
        return rule_silu(x);
    default:
        return x;
    }
}

static __device__ inline float cuda_phi_slope(Activation phi, float x)
{
    switch (phi) {
    case ACT_RELU:
        return rule_relu_slope(x);
    case ACT_RELU2:
        return rule_relu2_slope(x);
    case ACT_GELU:
        return rule_gelu_slope(x);
    case ACT_SILU:
        return rule_silu_slope(x);
    default:
        return 1.0f;
    }
}

#endif
