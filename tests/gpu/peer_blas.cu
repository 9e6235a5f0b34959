#include "compute/cuda_factor.cuh"

extern "C" void peer_gemm(Backend *, Transpose, Transpose, Matrix, Matrix, Matrix);

/* Rows of ours are columns of cuBLAS's: Cᵀ = op(B)ᵀ op(A)ᵀ. */
void peer_gemm(Backend *backend, Transpose a, Transpose b, Matrix A, Matrix B, Matrix C)
{
    const float one = 1.0f, zero = 0.0f;
    int inner = (int)(a == TRANSPOSED ? A.rows : A.cols);
    cuda_blas_check(cublasGemmEx(cuda_blas(backend), b == TRANSPOSED ? CUBLAS_OP_T : CUBLAS_OP_N,
                                 a == TRANSPOSED ? CUBLAS_OP_T : CUBLAS_OP_N, (int)C.cols,
                                 (int)C.rows, inner, &one, B.data, cuda_number_type(B),
                                 cuda_leading(B), A.data, cuda_number_type(A), cuda_leading(A),
                                 &zero, C.data, cuda_number_type(C), cuda_leading(C),
                                 cuda_compute_type_of(backend, A), CUBLAS_GEMM_DEFAULT));
}
