/* cuBLASLt by way of cuBLAS. */
#include "numbers.h"

#include <cublasLt.h>

#include <memory>
#include <stdlib.h>
#include <vector>

struct EmulatorMatmul {
    cublasComputeType_t compute;
    cublasOperation_t a, b;
    cublasLtEpilogue_t epilogue;
    const void *bias;
};
struct EmulatorLayout {
    cudaDataType type;
    uint64_t rows, cols;
    int64_t ld;
};
struct EmulatorPreference {
    size_t work_bytes;
};

template <typename T> static cublasStatus_t ended(T *object)
{
    delete object;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t *desc, cublasComputeType_t compute,
                                        cudaDataType)
{
    *desc =
        new EmulatorMatmul{compute, CUBLAS_OP_N, CUBLAS_OP_N, CUBLASLT_EPILOGUE_DEFAULT, nullptr};
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t desc) { return ended(desc); }

template <typename T> static cublasStatus_t set(T *to, const void *value, size_t bytes)
{
    if (bytes != sizeof *to) return CUBLAS_STATUS_INVALID_VALUE;
    memcpy(to, value, bytes);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t desc,
                                              cublasLtMatmulDescAttributes_t attribute,
                                              const void *value, size_t bytes)
{
    switch (attribute) {
    case CUBLASLT_MATMUL_DESC_TRANSA:
        return set(&desc->a, value, bytes);
    case CUBLASLT_MATMUL_DESC_TRANSB:
        return set(&desc->b, value, bytes);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
        return set(&desc->epilogue, value, bytes);
    default:
        return set(&desc->bias, value, bytes);
    }
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t *layout, cudaDataType type,
                                          uint64_t rows, uint64_t cols, int64_t ld)
{
    if (ld < (int64_t)rows) return CUBLAS_STATUS_INVALID_VALUE;
    *layout = new EmulatorLayout{type, rows, cols, ld};
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) { return ended(layout); }

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t *preference)
{
    *preference = new EmulatorPreference{0};
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference)
{
    return ended(preference);
}
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference,
                                                    cublasLtMatmulPreferenceAttributes_t attribute,
                                                    const void *value, size_t bytes)
{
    uint32_t ignored = 0;
    if (attribute == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES)
        return set(&preference->work_bytes, value, bytes);
    return set(&ignored, value, bytes);
}

static bool refuses(const char *what)
{
    const char *asked = getenv("EMULATOR_LT");
    return asked && !strcmp(asked, what);
}

static size_t bytes_of(cudaDataType type) { return type == CUDA_R_16BF ? 2 : 4; }

/* C and D are of one type, and the bias is read in it; what else there is cuBLAS says. */
cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t,
                                              cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                              cublasLtMatrixLayout_t C, cublasLtMatrixLayout_t D,
                                              cublasLtMatmulPreference_t, int,
                                              cublasLtMatmulHeuristicResult_t *results, int *found)
{
    *found = C->type == D->type && (size_t)D->ld * bytes_of(D->type) % 16 == 0;
    if (!*found) return CUBLAS_STATUS_NOT_SUPPORTED;
    *results = {{1}, 0, CUBLAS_STATUS_SUCCESS};
    if (refuses("state")) *results = {{0}, 0, CUBLAS_STATUS_NOT_SUPPORTED};
    return CUBLAS_STATUS_SUCCESS;
}

typedef std::shared_ptr<std::vector<float>> Sums; /* until the stream is through with them */

/* C in float32, the product onto it, then the bias: rounded to the type of D once. */
cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t desc, const void *alpha,
                              const void *A, cublasLtMatrixLayout_t A_layout, const void *B,
                              cublasLtMatrixLayout_t B_layout, const void *beta, const void *C,
                              cublasLtMatrixLayout_t C_layout, void *D,
                              cublasLtMatrixLayout_t D_layout,
                              const cublasLtMatmulAlgo_t *algorithm, void *, size_t,
                              cudaStream_t stream)
{
    size_t rows = D_layout->rows, cols = D_layout->cols, ld = (size_t)D_layout->ld;
    size_t C_ld = (size_t)C_layout->ld;
    cudaDataType type = D_layout->type;
    const void *bias = desc->epilogue == CUBLASLT_EPILOGUE_BIAS ? desc->bias : nullptr;
    if (!algorithm->number) return CUBLAS_STATUS_INVALID_VALUE;
    if (refuses("product")) return CUBLAS_STATUS_NOT_SUPPORTED;
    if ((uintptr_t)bias % 16) return CUBLAS_STATUS_INVALID_VALUE; /* read by 16 bytes */
    if (C_layout->type != type) return CUBLAS_STATUS_NOT_SUPPORTED;
    Sums sums(new std::vector<float>(rows * cols));
    if (*(const float *)beta != 0)
        emulator_queue(stream, [=] {
            for (size_t j = 0; j < cols; j++)
                for (size_t i = 0; i < rows; i++)
                    (*sums)[j * rows + i] = (float)emulator_number(C, type, j * C_ld + i);
        });
    cublasHandle_t handle;
    cublasCreate(&handle);
    cublasSetStream(handle, stream);
    int inner = (int)(desc->a == CUBLAS_OP_T ? A_layout->rows : A_layout->cols);
    cublasStatus_t status =
        cublasGemmEx(handle, desc->a, desc->b, (int)rows, (int)cols, inner, alpha, A,
                     A_layout->type, (int)A_layout->ld, B, B_layout->type, (int)B_layout->ld, beta,
                     sums->data(), CUDA_R_32F, (int)rows, desc->compute, CUBLAS_GEMM_DEFAULT);
    cublasDestroy(handle);
    if (status != CUBLAS_STATUS_SUCCESS) return status;
    emulator_queue(stream, [=] {
        for (size_t j = 0; j < cols; j++)
            for (size_t i = 0; i < rows; i++) {
                float sum = (*sums)[j * rows + i];
                if (bias) sum += (float)emulator_number(bias, type, i);
                emulator_put(D, type, j * ld + i, (double)sum);
            }
    });
    return status;
}
