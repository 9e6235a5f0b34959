#include "compute/cuda_context.cuh"

#include <stdlib.h>

/* cuBLAS gets its workspace here: without one of the caller's it would allocate by itself, which a
 * captured step forbids. 32 MiB is what it recommends for Hopper. */
enum { BLAS_WORK_BYTES = 32 << 20 };

/* Of the context closed last, empty, unless it is open again: handles and page-locked memory cost
 * more than a short trial. More than one is open at once where designs are placed: those are few,
 * and large. A child that is forked cannot open a device that its parent has used, nor this. */
static Context *kept;

static void give_blas_work(Context *context)
{
    context->blas_work = arena_take(&context->arena, BLAS_WORK_BYTES);
    cuda_blas_check(cublasSetWorkspace(context->blas, context->blas_work, BLAS_WORK_BYTES));
}

static Context *context_new(void)
{
    Context *context = (Context *)alloc_zeroed(1, sizeof *context);
    cuda_check(cudaStreamCreateWithFlags(&context->stream, cudaStreamNonBlocking));
    cuda_blas_check(cublasCreate(&context->blas));
    cuda_blas_check(cublasSetStream(context->blas, context->stream));
    /* a product that is written in bfloat16 is summed in float32 all the same, in parts or not */
    cuda_blas_check(
        cublasSetMathMode(context->blas, CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION));
    give_blas_work(context);
    for (int s = 0; s < STAGES; s++) {
        cuda_check(cudaMallocHost((void **)&context->stage[s].memory, STAGE_BYTES));
        cuda_check(cudaEventCreateWithFlags(&context->stage[s].read, cudaEventDisableTiming));
    }
    return context;
}

static void context_free(Context *context)
{
    cuda_blas_check(cublasDestroy(context->blas));
    if (context->solver) cuda_solver_check(cusolverDnDestroy(context->solver));
    arena_free(&context->arena);
    for (int s = 0; s < STAGES; s++) {
        cuda_check(cudaEventDestroy(context->stage[s].read));
        cuda_check(cudaFreeHost(context->stage[s].memory));
    }
    cuda_check(cudaStreamDestroy(context->stream));
    free(context);
}

/* What a new one has, and nothing of what was in this one. */
static void context_empty(Context *context)
{
    arena_empty(&context->arena);
    memset(context->scratch, 0, sizeof context->scratch);
    memset(context->scratch_bytes, 0, sizeof context->scratch_bytes);
    for (int s = 0; s < STAGES; s++) context->stage[s].used = 0;
    context->turn = 0;
    give_blas_work(context);
}

Context *context_open(void)
{
    Context *context = kept ? kept : context_new();
    kept = NULL;
    return context;
}

void context_close(Context *context)
{
    assert(context->recordings == 0);
    cuda_check(cudaStreamSynchronize(context->stream));
    if (kept) {
        context_free(context);
        return;
    }
    context_empty(context);
    kept = context;
}
