/* A pass over y costs half as much again as the product itself at widths of some hundred: it is
 * bound by memory, 8 bytes a number against 2 · 768 operations. So bias and residual are added
 * while the product still stands in registers. What the descriptions below cost on the host
 * (some 20 microseconds) is paid once where a step is replayed as a graph. */
#include "compute/cuda_biased.cuh"

#include <cublasLt.h>

enum { WORK_BYTES = 32 << 20 }; /* what cuBLASLt recommends for Hopper */

/* Column by column the factors and the result are transposed: yᵀ = W xᵀ. */
typedef struct {
    cublasLtMatmulDesc_t desc;
    cublasLtMatrixLayout_t W, x, skip, y;
    cublasLtMatmulPreference_t preference;
} Plan;

static cublasLtMatrixLayout_t layout_of(Matrix A)
{
    cublasLtMatrixLayout_t layout;
    cuda_blas_check(cublasLtMatrixLayoutCreate(&layout, cuda_number_type(A), (uint64_t)A.cols,
                                               (uint64_t)A.rows, cuda_leading(A)));
    return layout;
}

static void describe(Plan *plan, cublasLtMatmulDescAttributes_t attribute, const void *value,
                     size_t bytes)
{
    cuda_blas_check(cublasLtMatmulDescSetAttribute(plan->desc, attribute, value, bytes));
}

/* 256 bytes are assumed where nothing is said. */
static void prefer_alignment(Plan *plan, cublasLtMatmulPreferenceAttributes_t attribute, Matrix A)
{
    uint32_t bytes = 256;
    while ((uintptr_t)A.data % bytes) bytes /= 2;
    cuda_blas_check(
        cublasLtMatmulPreferenceSetAttribute(plan->preference, attribute, &bytes, sizeof bytes));
}

static Plan plan_create(Backend *backend, Matrix x, Matrix W, Matrix bias, Matrix skip, Matrix y)
{
    Plan plan = {};
    cublasOperation_t turned = CUBLAS_OP_T;
    cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_BIAS;
    uint32_t schemes = CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE;
    size_t work = WORK_BYTES;
    cuda_blas_check(
        cublasLtMatmulDescCreate(&plan.desc, cuda_compute_type_of(backend, x), CUDA_R_32F));
    describe(&plan, CUBLASLT_MATMUL_DESC_TRANSA, &turned, sizeof turned);
    if (matrix_exists(bias)) {
        describe(&plan, CUBLASLT_MATMUL_DESC_EPILOGUE, &epilogue, sizeof epilogue);
        describe(&plan, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias.data, sizeof bias.data);
    }
    plan.W = layout_of(W), plan.x = layout_of(x), plan.skip = layout_of(skip);
    plan.y = layout_of(y);
    cuda_blas_check(cublasLtMatmulPreferenceCreate(&plan.preference));
    cuda_blas_check(cublasLtMatmulPreferenceSetAttribute(
        plan.preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &work, sizeof work));
    if (y.dtype == DTYPE_BFLOAT16) /* parts of a sum meet in float32, never in y */
        cuda_blas_check(cublasLtMatmulPreferenceSetAttribute(
            plan.preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, &schemes, sizeof schemes));
    prefer_alignment(&plan, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, W);
    prefer_alignment(&plan, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, x);
    prefer_alignment(&plan, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, skip);
    prefer_alignment(&plan, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, y);
    return plan;
}

static void plan_free(Plan *plan)
{
    cuda_blas_check(cublasLtMatmulPreferenceDestroy(plan->preference));
    cuda_blas_check(cublasLtMatrixLayoutDestroy(plan->W));
    cuda_blas_check(cublasLtMatrixLayoutDestroy(plan->x));
    cuda_blas_check(cublasLtMatrixLayoutDestroy(plan->skip));
    cuda_blas_check(cublasLtMatrixLayoutDestroy(plan->y));
    cuda_blas_check(cublasLtMatmulDescDestroy(plan->desc));
}

bool cuda_biased(Backend *backend, Matrix x, Matrix W, Matrix bias, Matrix skip, Matrix y)
{
    float one = 1, beta = matrix_exists(skip) ? 1 : 0;
    if (matrix_exists(bias) && y.dtype == DTYPE_BFLOAT16) /* a bias is read in the type of y */
        bias = cuda_half(backend, CUDA_SCRATCH_BIAS, bias);
    if ((uintptr_t)bias.data % 16) return false; /* no preference tells cuBLASLt of such a bias */
    if (!matrix_exists(skip)) skip = y;
    if (matrix_count(y) == 0) return true;
    Plan plan = plan_create(backend, x, W, bias, skip, y);
    cublasLtHandle_t lt = (cublasLtHandle_t)cuda_blas(backend); /* one is within the other */
    cublasLtMatmulHeuristicResult_t found;
    int count = 0;
    cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(
        lt, plan.desc, plan.W, plan.x, plan.skip, plan.y, plan.preference, 1, &found, &count);
    bool is_found =
        status == CUBLAS_STATUS_SUCCESS && count > 0 && found.state == CUBLAS_STATUS_SUCCESS;
    if (is_found)
        status = cublasLtMatmul(lt, plan.desc, &one, W.data, plan.W, x.data, plan.x, &beta,
                                skip.data, plan.skip, y.data, plan.y, &found.algo,
                                cuda_scratch(backend, CUDA_SCRATCH_LINEAR_LT, WORK_BYTES),
                                WORK_BYTES, cuda_stream(backend));
    plan_free(&plan);
    if (!is_found || status == CUBLAS_STATUS_NOT_SUPPORTED) return false;
    cuda_blas_checked(status, "cublasLtMatmul");
    return true;
}
