/* The parts of bench_gpu: each times the CUDA backend against a peer on the same device, pair by
 * pair (bench_pairs.h). With `tiny` every part runs on the smallest shapes: to see that it
 * runs, on the emulator too; its numbers mean nothing. */
#ifndef TESTS_GPU_BENCH_GPU_H
#define TESTS_GPU_BENCH_GPU_H

#include "bench_pairs.h"
#include "compute/backend.h"

#include <stdbool.h>

typedef struct {
    FILE *csv; /* may be NULL */
    bool tiny;
    const char *worker; /* the program bench_gpu_step */
    const char *peer;   /* the command of torch_peer.py; "": no PyTorch with CUDA here */
} GpuBench;

void gpu_memory(const GpuBench *bench);   /* kernels bound by memory, against copying */
void gpu_products(const GpuBench *bench); /* products, against plain cuBLAS */
void gpu_head(const GpuBench *bench);     /* the head with its loss, against its products */
void gpu_designs(const GpuBench *bench);  /* passes over designs in double, against copying */
void gpu_training(const GpuBench *bench); /* whole steps, against PyTorch; workers side by side */

static inline int64_t gpu_pairs(const GpuBench *bench) { return bench->tiny ? 1 : 9; }

/* A goal is no matter of tiny shapes. */
static inline double gpu_goal(const GpuBench *bench, double goal)
{
    return bench->tiny ? 0.0 : goal;
}

/* Returns when the device has done all it was given. */
static inline void gpu_wait(Backend *backend, const void *memory)
{
    char byte;
    backend->download(backend, sizeof byte, memory, &byte);
}

/* Of the backend's memory, 0. */
static inline Matrix gpu_matrix(Backend *backend, int64_t rows, int64_t cols, Dtype dtype)
{
    void *memory = backend->alloc(backend, (size_t)(rows * cols) * dtype_size(dtype));
    return (Matrix){memory, rows, cols, cols, dtype};
}

/* Normal numbers, of the stream `trial`, about 2^20 of them again and again: products of zeros
 * take less power, and may be faster. */
Matrix gpu_numbers(Backend *backend, int64_t rows, int64_t cols, Dtype dtype, uint32_t trial);

/* Copying, as a measure of the memory: the seconds of moving so many bytes, where reading and
 * writing both count. from, to: large and apart, so that no cache holds them. */
typedef struct {
    Backend *backend;
    Matrix from, to;
    double bytes;
} GpuCopy;
double gpu_time_copy(void *copy);

/* tests/gpu/peer_blas.cu: C = op(A) op(B) by one call of cublasGemmEx, of the matrices' own dtypes
 * (A's is B's); float32 as the backend's precision says. */
void peer_gemm(Backend *backend, Transpose a, Transpose b, Matrix A, Matrix B, Matrix C);

#endif
