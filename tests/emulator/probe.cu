#include "compute/cuda.cuh"

extern "C" {
#include "probe.h"
}

template <bool waits> static __global__ void neighbours_kernel(int *to)
{
    CUDA_SHARED(int, written);
    int i = (int)threadIdx.x;
    written[i] = i + 1;
    if (waits) __syncthreads();
    to[i] = written[(i + 1) % PROBE_THREADS];
}

void probe_neighbours(Backend *backend, int *to)
{
    CUDA_LAUNCH(backend, neighbours_kernel<true>, 1, PROBE_THREADS, PROBE_THREADS * sizeof *to, to);
}

void probe_neighbours_racing(Backend *backend, int *to)
{
    CUDA_LAUNCH(backend, neighbours_kernel<false>, 1, PROBE_THREADS, PROBE_THREADS * sizeof *to,
                to);
}

static __global__ void shared_kernel(int *to)
{
    CUDA_SHARED(int, asked);
    __shared__ int own[PROBE_THREADS];
    int i = (int)threadIdx.x;
    int *at = to + (int)blockIdx.x * 2 * PROBE_THREADS + i;
    at[0] = asked[i];
    at[PROBE_THREADS] = own[i];
    asked[i] = own[i] = 7;
}

void probe_shared_before_written(Backend *backend, int blocks, int *to)
{
    CUDA_LAUNCH(backend, shared_kernel, (unsigned)blocks, PROBE_THREADS, PROBE_THREADS * sizeof *to,
                to);
}

static __global__ void step_kernel(int *x) { x[threadIdx.x] = 3 * x[threadIdx.x] + 1; }

void probe_step(Backend *backend, int *x)
{
    CUDA_LAUNCH(backend, step_kernel, 1, PROBE_THREADS, 0, x);
}

static __global__ void leaving_kernel(unsigned leaves)
{
    if (threadIdx.x == leaves) return;
    __syncthreads();
}

void probe_leaves_early(Backend *backend)
{
    CUDA_LAUNCH(backend, leaving_kernel, 1, PROBE_THREADS, 0, 5u);
    cuda_check(cudaStreamSynchronize(cuda_stream(backend)));
}

static __global__ void shuffling_kernel(int away)
{
    if ((int)threadIdx.x != away) cuda_warp_sum((int)threadIdx.x);
}

void probe_shuffles_alone(Backend *backend)
{
    CUDA_LAUNCH(backend, shuffling_kernel, 1, PROBE_THREADS, 0, 40);
    cuda_check(cudaStreamSynchronize(cuda_stream(backend)));
}

void probe_shares_too_much(Backend *backend)
{
    CUDA_LAUNCH(backend, step_kernel, 1, PROBE_THREADS, (48 << 10) + 1, (int *)NULL);
}

static __global__ void behind_kernel(int64_t count, int *to) { to[count] = 1; }

void probe_writes_behind(Backend *backend, int64_t count, int *to)
{
    CUDA_LAUNCH(backend, behind_kernel, 1, 1, 0, count, to);
    cuda_check(cudaStreamSynchronize(cuda_stream(backend)));
}

void probe_copy_late(Backend *backend, size_t bytes, const void *from, void *to)
{
    cuda_check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, cuda_stream(backend)));
}
