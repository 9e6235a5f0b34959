/* Products by cuBLAS, and what a linear layer does with them. */
#include "compute/cuda_activation.cuh"
#include "compute/cuda_biased.cuh"
#include "compute/cuda_each.cuh"

/* One type for both; bfloat16 where any of three is. */
static void agree(Backend *backend, Matrix *left, Matrix *right, Matrix product)
{
    if (left->dtype != DTYPE_BFLOAT16 && right->dtype != DTYPE_BFLOAT16 &&
        product.dtype != DTYPE_BFLOAT16)
        return;
    *left = cuda_half(backend, CUDA_SCRATCH_LEFT, *left);
    *right = cuda_half(backend, CUDA_SCRATCH_RIGHT, *right);
}

/* Row by row, a matrix is what its transpose is column by column: Cᵀ = op(B)ᵀ op(A)ᵀ is asked for,
 * with the factors in the other order and the same letters. */
void cuda_gemm(Backend *backend, Transpose a, Transpose b, real alpha, Matrix A, Matrix B,
               real beta, Matrix C)
{
    int64_t inner = a == TRANSPOSED ? A.rows : A.cols;
    assert(inner == (b == TRANSPOSED ? B.cols : B.rows));
    assert(C.rows == (a == TRANSPOSED ? A.cols : A.rows));
    assert(C.cols == (b == TRANSPOSED ? B.rows : B.cols));
    if (matrix_count(C) == 0) return;
    agree(backend, &A, &B, C);
    cuda_blas_check(cublasGemmEx(cuda_blas(backend), b == TRANSPOSED ? CUBLAS_OP_T : CUBLAS_OP_N,
                                 a == TRANSPOSED ? CUBLAS_OP_T : CUBLAS_OP_N, (int)C.cols,
                                 (int)C.rows, (int)inner, &alpha, B.data, cuda_number_type(B),
                                 cuda_leading(B), A.data, cuda_number_type(A), cuda_leading(A),
                                 &beta, C.data, cuda_number_type(C), cuda_leading(C),
                                 cuda_compute_type_of(backend, A), CUBLAS_GEMM_DEFAULT));
}

/* A whole product: cuBLAS has no half of one on the tensor cores. */
void cuda_gram(Backend *backend, Transpose a, real alpha, Matrix A, real beta, Matrix C)
{
    cuda_gemm(backend, a, a == PLAIN ? TRANSPOSED : PLAIN, alpha, A, A, beta, C);
}

/* ---- linear */

/* What is left after the product; bias, pre, skip may be absent, pre may be the product. */
typedef struct {
    Activation phi;
    Matrix product, bias, pre, skip, y;
} EpilogueJob;

/* skip may be y, so it is read before y is written. */
static __device__ void each_piece(const EpilogueJob &job, CudaPiece piece)
{
    CudaPiece in_bias = piece;
    in_bias.row = 0;
    CudaFour x = cuda_load(job.product, piece), y;
    if (job.bias.data) {
        CudaFour bias = cuda_load(job.bias, in_bias);
#pragma unroll
        for (int k = 0; k < CUDA_FOUR; k++) x.at[k] += bias.at[k];
    }
    if (job.pre.data) cuda_store(job.pre, piece, x);
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) y.at[k] = cuda_phi(job.phi, x.at[k]);
    if (job.skip.data) {
        CudaFour skip = cuda_load(job.skip, piece);
#pragma unroll
        for (int k = 0; k < CUDA_FOUR; k++) y.at[k] += skip.at[k];
    }
    cuda_store(job.y, piece, y);
}

static void run_epilogue(Backend *backend, EpilogueJob job)
{
    bool plain = !matrix_exists(job.bias);
    if (plain && job.pre.data == job.product.data) job.pre.data = NULL; /* it stands there */
    if (plain && job.phi == ACT_NONE && !matrix_exists(job.skip) && job.y.data == job.product.data)
        return;
    bool wide = cuda_is_wide(job.product) && cuda_is_wide(job.bias) && cuda_is_wide(job.pre) &&
                cuda_is_wide(job.skip) && cuda_is_wide(job.y);
    cuda_each(backend, job.y.rows, job.y.cols, wide, job);
}

/* x Wᵀ to `into`, with bias and skip where cuBLASLt does that; what was added becomes absent. */
static void multiply(Backend *backend, Matrix x, Matrix W, Matrix *bias, Matrix *skip, Matrix into)
{
    Matrix none = {};
    bool onto = skip->data == into.data; /* into has data */
    bool adds = matrix_exists(*bias) || (matrix_exists(*skip) && !onto);
    agree(backend, &x, &W, into);
    if (adds && cuda_biased(backend, x, W, *bias, *skip, into)) {
        *bias = *skip = none;
        return;
    }
    cuda_gemm(backend, PLAIN, TRANSPOSED, 1, x, W, onto ? 1 : 0, into);
    if (onto) *skip = none;
}

/* The product goes to pre if that is wanted, else to y; where skip stands there and an activation
 * comes between, to scratch. It adds skip only if nothing comes between. A pass over memory
 * follows for what is left, and none where nothing is. */
void cuda_linear(Backend *backend, Matrix x, Matrix W, Matrix bias, Activation phi, Matrix pre,
                 Matrix skip, Matrix y)
{
    assert(x.cols == W.cols && y.rows == x.rows && y.cols == W.rows);
    bool is_direct = phi == ACT_NONE && !matrix_exists(pre);
    Matrix into = matrix_exists(pre) ? pre : y, none = {};
    if (!is_direct && skip.data == into.data) {
        size_t size = (size_t)matrix_count(y) * dtype_size(y.dtype);
        void *memory = cuda_scratch(backend, CUDA_SCRATCH_LINEAR, size);
        into = Matrix{memory, y.rows, y.cols, y.cols, y.dtype};
    }
    multiply(backend, x, W, &bias, is_direct ? &skip : &none, into);
    run_epilogue(backend, EpilogueJob{phi, into, bias, pre, skip, y});
}
