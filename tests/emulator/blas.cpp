/* cuBLAS and cuSOLVER by plain loops and LAPACK, queued on the handle's stream. */
#include "numbers.h"

#include <cusolverDn.h>

#include <cmath>
#include <vector>

struct EmulatorBlas {
    cudaStream_t stream;
};
struct EmulatorSolver {
    cudaStream_t stream;
};

const char *cublasGetStatusString(cublasStatus_t status)
{
    return status == CUBLAS_STATUS_SUCCESS         ? "success"
           : status == CUBLAS_STATUS_NOT_SUPPORTED ? "types that no product has"
                                                   : "an invalid argument";
}

cublasStatus_t cublasCreate(cublasHandle_t *handle)
{
    *handle = new EmulatorBlas();
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle)
{
    delete handle;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream)
{
    handle->stream = stream;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace(cublasHandle_t, void *, size_t) { return CUBLAS_STATUS_SUCCESS; }
cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t) { return CUBLAS_STATUS_SUCCESS; }

/* ---- products */

/* The tables of types in cuBLAS's manual, as far as they are used. */
static bool is_supported(cudaDataType A, cudaDataType B, cudaDataType C,
                         cublasComputeType_t compute)
{
    if (A != B) return false;
    if (compute == CUBLAS_COMPUTE_64F) return A == CUDA_R_64F && C == CUDA_R_64F;
    if (A == CUDA_R_16BF) return compute == CUBLAS_COMPUTE_32F && C != CUDA_R_64F;
    return A == CUDA_R_32F && C == CUDA_R_32F;
}

/* lines x length, a line for each row or column of the factor, in double. */
static std::vector<double> gathered(const void *data, cudaDataType type, int ld, bool along,
                                    int lines, int length, cublasComputeType_t compute)
{
    int bits = compute == CUBLAS_COMPUTE_32F_FAST_TF32   ? 13
               : compute == CUBLAS_COMPUTE_32F_FAST_16BF ? 16
                                                         : 0;
    std::vector<double> out((size_t)lines * (size_t)length);
    for (size_t i = 0; i < (size_t)lines; i++)
        for (size_t p = 0; p < (size_t)length; p++) {
            size_t index = along ? i * (size_t)ld + p : p * (size_t)ld + i;
            double x = emulator_number(data, type, index);
            out[i * (size_t)length + p] =
                bits && x == x ? (double)emulator_rounded((float)x, bits) : x;
        }
    return out;
}

typedef struct {
    cublasOperation_t a, b;
    int m, n, k;
    double alpha, beta;
    cudaDataType A_type, B_type, C_type;
    int lda, ldb, ldc;
    cublasComputeType_t compute;
} Product;

/* As a card's threads do, in the precision of the result's sums and from the other end: what lies
 * between two right answers is there too. */
template <typename T> static double summed(size_t length, const double *x, const double *y)
{
    T sum = 0;
    for (size_t q = length; q-- > 0;) sum = std::fma((T)x[q], (T)y[q], sum);
    return (double)sum;
}

static void multiply(const Product &p, const void *A, const void *B, void *C)
{
    std::vector<double> rows =
        gathered(A, p.A_type, p.lda, p.a == CUBLAS_OP_T, p.m, p.k, p.compute);
    std::vector<double> cols =
        gathered(B, p.B_type, p.ldb, p.b == CUBLAS_OP_N, p.n, p.k, p.compute);
    size_t length = (size_t)p.k;
    for (size_t j = 0; j < (size_t)p.n; j++)
        for (size_t i = 0; i < (size_t)p.m; i++) {
            const double *row = &rows[i * length], *col = &cols[j * length];
            double sum = p.compute == CUBLAS_COMPUTE_64F ? summed<double>(length, row, col)
                                                         : summed<float>(length, row, col);
            size_t index = j * (size_t)p.ldc + i;
            double old = p.beta == 0.0 ? 0.0 : p.beta * emulator_number(C, p.C_type, index);
            emulator_put(C, p.C_type, index, p.alpha * sum + old);
        }
}

static size_t bytes_of(cudaDataType type)
{
    return type == CUDA_R_64F ? 8 : type == CUDA_R_32F ? 4 : 2;
}

cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t a,
                                          cublasOperation_t b, int m, int n, int k,
                                          const void *alpha, const void *A, cudaDataType A_type,
                                          int lda, long long A_stride, const void *B,
                                          cudaDataType B_type, int ldb, long long B_stride,
                                          const void *beta, void *C, cudaDataType C_type, int ldc,
                                          long long C_stride, int count,
                                          cublasComputeType_t compute, cublasGemmAlgo_t)
{
    bool fits = m >= 0 && n >= 0 && k >= 0 && count >= 0 && lda >= (a == CUBLAS_OP_N ? m : k) &&
                ldb >= (b == CUBLAS_OP_N ? k : n) && ldc >= m;
    if (!fits || lda < 1 || ldb < 1 || ldc < 1) return CUBLAS_STATUS_INVALID_VALUE;
    if (!is_supported(A_type, B_type, C_type, compute)) return CUBLAS_STATUS_NOT_SUPPORTED;
    cudaDataType scalar = compute == CUBLAS_COMPUTE_64F ? CUDA_R_64F : CUDA_R_32F;
    Product product = {a,
                       b,
                       m,
                       n,
                       k,
                       emulator_number(alpha, scalar, 0),
                       emulator_number(beta, scalar, 0),
                       A_type,
                       B_type,
                       C_type,
                       lda,
                       ldb,
                       ldc,
                       compute};
    emulator_queue(handle->stream, [=] {
        for (long long i = 0; i < count; i++)
            multiply(product, (const char *)A + i * A_stride * (long long)bytes_of(A_type),
                     (const char *)B + i * B_stride * (long long)bytes_of(B_type),
                     (char *)C + i * C_stride * (long long)bytes_of(C_type));
    });
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t a, cublasOperation_t b, int m,
                            int n, int k, const void *alpha, const void *A, cudaDataType A_type,
                            int lda, const void *B, cudaDataType B_type, int ldb, const void *beta,
                            void *C, cudaDataType C_type, int ldc, cublasComputeType_t compute,
                            cublasGemmAlgo_t algorithm)
{
    return cublasGemmStridedBatchedEx(handle, a, b, m, n, k, alpha, A, A_type, lda, 0, B, B_type,
                                      ldb, 0, beta, C, C_type, ldc, 0, 1, compute, algorithm);
}

cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t a, cublasOperation_t b, int m,
                           int n, int k, const float *alpha, const float *A, int lda,
                           const float *B, int ldb, const float *beta, float *C, int ldc)
{
    return cublasGemmEx(handle, a, b, m, n, k, alpha, A, CUDA_R_32F, lda, B, CUDA_R_32F, ldb, beta,
                        C, CUDA_R_32F, ldc, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
}

cublasStatus_t cublasDgemm(cublasHandle_t handle, cublasOperation_t a, cublasOperation_t b, int m,
                           int n, int k, const double *alpha, const double *A, int lda,
                           const double *B, int ldb, const double *beta, double *C, int ldc)
{
    return cublasGemmEx(handle, a, b, m, n, k, alpha, A, CUDA_R_64F, lda, B, CUDA_R_64F, ldb, beta,
                        C, CUDA_R_64F, ldc, CUBLAS_COMPUTE_64F, CUBLAS_GEMM_DEFAULT);
}

cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t a,
                                         cublasOperation_t b, int m, int n, int k,
                                         const float *alpha, const float *A, int lda,
                                         long long A_stride, const float *B, int ldb,
                                         long long B_stride, const float *beta, float *C, int ldc,
                                         long long C_stride, int count)
{
    return cublasGemmStridedBatchedEx(handle, a, b, m, n, k, alpha, A, CUDA_R_32F, lda, A_stride, B,
                                      CUDA_R_32F, ldb, B_stride, beta, C, CUDA_R_32F, ldc, C_stride,
                                      count, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
}

/* ---- eigenvalues */

extern "C" void ssyevd_(const char *mode, const char *side, const int *n, float *A, const int *lda,
                        float *values, float *work, const int *numbers, int *whole,
                        const int *wholes, int *info);

cusolverStatus_t cusolverDnCreate(cusolverDnHandle_t *handle)
{
    *handle = new EmulatorSolver();
    return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnDestroy(cusolverDnHandle_t handle)
{
    delete handle;
    return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnSetStream(cusolverDnHandle_t handle, cudaStream_t stream)
{
    handle->stream = stream;
    return CUSOLVER_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnSsyevd_bufferSize(cusolverDnHandle_t, cusolverEigMode_t,
                                             cublasFillMode_t, int n, const float *, int,
                                             const float *, int *numbers)
{
    *numbers = 1 + 6 * n + 2 * n * n; /* as LAPACK's page on ssyevd() says */
    return CUSOLVER_STATUS_SUCCESS;
}

/* Another solver rounds in its own way: its answer is exact for a matrix that is about a rounding
 * of the largest entry away in each entry. */
static void blur(int n, float *A, int lda)
{
    float largest = 0.0f;
    for (int j = 0; j < n; j++)
        for (int i = 0; i < n; i++) largest = std::fmax(largest, std::fabs(A[i + (size_t)j * lda]));
    for (int j = 0; j < n; j++)
        for (int i = 0; i < n; i++) {
            int least = i < j ? i : j, turn = (i + j + least * 7) % 3 - 1;
            A[i + (size_t)j * lda] += (float)turn * 0x1p-24f * largest;
        }
}

cusolverStatus_t cusolverDnSsyevd(cusolverDnHandle_t handle, cusolverEigMode_t mode,
                                  cublasFillMode_t side, int n, float *A, int lda, float *values,
                                  float *work, int numbers, int *info)
{
    if (n < 1 || lda < n || ((uintptr_t)A | (uintptr_t)work) % 16)
        return CUSOLVER_STATUS_INVALID_VALUE;
    emulator_queue(handle->stream, [=] {
        int wholes = 3 + 5 * n;
        std::vector<int> whole((size_t)wholes);
        blur(n, A, lda);
        ssyevd_(mode == CUSOLVER_EIG_MODE_VECTOR ? "V" : "N",
                side == CUBLAS_FILL_MODE_LOWER ? "L" : "U", &n, A, &lda, values, work, &numbers,
                whole.data(), &wholes, info);
    });
    return CUSOLVER_STATUS_SUCCESS;
}
