#include "compute/cuda_context.cuh"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- errors */

void cuda_checked(cudaError_t error, const char *call)
{
    if (error != cudaSuccess)
        die("%.*s: %s", (int)strcspn(call, "("), call, cudaGetErrorString(error));
}

void cuda_launched(cudaError_t error, const char *kernel, const char *within)
{
    size_t brackets = *kernel == '(', length = strlen(kernel) - 2 * brackets;
    if (error != cudaSuccess)
        die("%.*s, launched by %s: %s", (int)length, kernel + brackets, within,
            cudaGetErrorString(error));
}

void cuda_blas_checked(cublasStatus_t status, const char *call)
{
    if (status != CUBLAS_STATUS_SUCCESS)
        die("%.*s: %s", (int)strcspn(call, "("), call, cublasGetStatusString(status));
}

/* cuSOLVER has no sentences of its own. */
void cuda_solver_checked(cusolverStatus_t status, const char *call)
{
    if (status != CUSOLVER_STATUS_SUCCESS)
        die("%.*s: status %d", (int)strcspn(call, "("), call, (int)status);
}

/* ---- the context */

cudaStream_t cuda_stream(Backend *backend) { return context_of(backend)->stream; }
cublasHandle_t cuda_blas(Backend *backend) { return context_of(backend)->blas; }

cublasComputeType_t cuda_compute_type(Backend *backend)
{
    return context_of(backend)->compute_type;
}

cusolverDnHandle_t cuda_solver(Backend *backend)
{
    Context *context = context_of(backend);
    if (!context->solver) {
        cuda_solver_check(cusolverDnCreate(&context->solver));
        cuda_solver_check(cusolverDnSetStream(context->solver, context->stream));
    }
    return context->solver;
}

/* ---- is there a device? */

/* What backend.c finds where these files are linked in. */
extern "C" const char *backend_cuda_missing(void);
extern "C" Backend *backend_cuda(Precision precision);

/* What a device says when it is asked: an error, or its compute capability's first number. */
typedef struct {
    cudaError_t error;
    int major;
} Answer;

static Answer device_answer(void)
{
    int devices = 0;
    Answer answer = {cudaGetDeviceCount(&devices), 0};
    if (answer.error) return answer;
    if (devices == 0) return {cudaErrorNoDevice, 0};
    answer.error = cudaDeviceGetAttribute(&answer.major, cudaDevAttrComputeCapabilityMajor, 0);
    return answer;
}

/* NULL: it can be used. */
static const char *refusal(Answer answer)
{
    if (answer.error) return cudaGetErrorString(answer.error);
    if (answer.major >= 8) return NULL;
    return "this GPU's compute capability is below 8.0, that of the oldest GPUs that can be used "
           "(Ampere, of 2020): choose another one by CUDA_VISIBLE_DEVICES, or --device cpu";
}

/* What CUDA begins in a process is lost in the children it forks: they get an error. So a device
 * that has answered once, here or before this process was forked, is not asked again. */
static bool has_answered;

/* A child asks, since a process that has called CUDA cannot fork() workers that call it. */
const char *backend_cuda_missing(void)
{
    int ends[2];
    if (has_answered) return NULL;
    if (pipe(ends)) die("pipe: %s", strerror(errno));
    pid_t child = fork();
    if (child < 0) die("fork: %s", strerror(errno));
    if (child == 0) {
        Answer answer = device_answer();
        _exit(write(ends[1], &answer, sizeof answer) == sizeof answer ? 0 : 1);
    }
    Answer answer;
    close(ends[1]);
    if (read(ends[0], &answer, sizeof answer) != sizeof answer) /* also where the child crashes */
        answer.error = cudaErrorUnknown;
    close(ends[0]);
    waitpid(child, NULL, 0);
    const char *missing = refusal(answer);
    has_answered = !missing;
    return missing;
}

/* ---- opening and closing */

static void cuda_close(Backend *backend)
{
    context_close(context_of(backend));
    free(backend);
}

static void set_operations(Backend *b)
{
    b->name = "cuda";
    b->activations = (Dtype)DTYPE_REAL;
    b->close = cuda_close;
    b->alloc = cuda_alloc;
    b->release = cuda_release;
    b->upload = cuda_upload;
    b->download = cuda_download;
    b->record = cuda_record;
    b->recorded = cuda_recorded;
    b->replay = cuda_replay;
    b->forget = cuda_forget;
    b->gather_windows = cuda_gather_windows;
    b->gather_images = cuda_gather_images;
    b->fill = cuda_fill;
    b->copy = cuda_copy;
    b->gemm = cuda_gemm;
    b->gram = cuda_gram;
    b->linear = cuda_linear;
    b->eigen = cuda_eigen;
    b->axpy = cuda_axpy;
    b->activate = cuda_activate;
    b->activate_backward = cuda_activate_backward;
    b->gate = cuda_gate;
    b->gate_backward = cuda_gate_backward;
    b->dropout = cuda_dropout;
    b->add_rows = cuda_add_rows;
    b->add_rows_backward = cuda_add_rows_backward;
    b->sum_columns = cuda_sum_columns;
    b->sum_squares = cuda_sum_squares;
    b->clip = cuda_clip;
    b->normalise = cuda_normalise;
    b->scale_by_norm = cuda_scale_by_norm;
    b->scale_columns = cuda_scale_columns;
    b->norm = cuda_norm;
    b->norm_backward = cuda_norm_backward;
    b->embed = cuda_embed;
    b->embed_backward = cuda_embed_backward;
    b->rotate = cuda_rotate;
    b->attention = cuda_attention;
    b->attention_backward = cuda_attention_backward;
    b->convolve = cuda_convolve;
    b->convolve_backward = cuda_convolve_backward;
    b->convolve_weights = cuda_convolve_weights;
    b->batchnorm = cuda_batchnorm;
    b->batchnorm_eval = cuda_batchnorm_eval;
    b->batchnorm_backward = cuda_batchnorm_backward;
    b->pool = cuda_pool;
    b->pool_backward = cuda_pool_backward;
    b->head_work = cuda_head_work;
    b->head = cuda_head;
    b->update = cuda_update;
    b->rows = &cuda_rowpass;
}

/* By Precision. */
static const cublasComputeType_t compute_types[] = {
    CUBLAS_COMPUTE_32F, CUBLAS_COMPUTE_32F_FAST_TF32, CUBLAS_COMPUTE_32F_FAST_16BF};

Backend *backend_cuda(Precision precision)
{
    const char *missing = refusal(device_answer());
    if (missing) die_usage("--device cuda: %s", missing);
    has_answered = true;
    Backend *backend = (Backend *)alloc_zeroed(1, sizeof *backend);
    set_operations(backend);
    if (precision == PRECISION_BFLOAT16) backend->activations = DTYPE_BFLOAT16;
    backend->context = context_open();
    context_of(backend)->compute_type = compute_types[precision];
    return backend;
}
