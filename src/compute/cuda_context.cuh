/* What an open CUDA backend keeps, and the operations that are about it instead of about numbers:
 * of cuda.cu, cuda_context.cu, cuda_memory.cu and cuda_recordings.cu only. */
#ifndef COMPUTE_CUDA_CONTEXT_CUH
#define COMPUTE_CUDA_CONTEXT_CUH

#include "compute/cuda.cuh"
#include "compute/cuda_arena.h"

/* Uploads are copied to page-locked memory first: the caller's bytes may change at once, and the
 * copy to the device runs beside the program. Two buffers in turn; one is written again when
 * the device has read all of it. */
enum { STAGES = 2, STAGE_BYTES = 4 << 20 };

typedef struct {
    char *memory;
    size_t used;
    cudaEvent_t read;
} Stage;

typedef struct {
    cudaStream_t stream;
    cublasHandle_t blas;
    cublasComputeType_t compute_type;
    void *blas_work;
    cusolverDnHandle_t solver; /* NULL until it is asked for: few runs need one */
    CudaArena arena;
    Stage stage[STAGES];
    int turn; /* which stage is being filled */
    void *scratch[CUDA_SCRATCHES];
    size_t scratch_bytes[CUDA_SCRATCHES];
    int recordings; /* that are kept */
} Context;

static inline Context *context_of(Backend *backend) { return (Context *)backend->context; }

/* cuda_context.cu. Nothing of one open context is left for the next; but a process keeps one that
 * is closed, with the least of memory, for whoever opens the next: a worker opens a backend for
 * each of its trials and pays for one. It is freed with the process. */
Context *context_open(void);
void context_close(Context *context); /* waits for its work; no recording is left */

/* cuda_memory.cu: as backend.h says of the functions without "cuda_". */
void *cuda_alloc(Backend *backend, size_t bytes);
void cuda_release(Backend *backend, void *memory);
void cuda_upload(Backend *backend, size_t bytes, const void *host, void *memory);
void cuda_download(Backend *backend, size_t bytes, const void *memory, void *host);

/* cuda_recordings.cu: likewise */
void cuda_record(Backend *backend);
void *cuda_recorded(Backend *backend);
void cuda_replay(Backend *backend, void *recording);
void cuda_forget(Backend *backend, void *recording);

#endif
