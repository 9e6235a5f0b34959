#include "compute/cuda_mma.cuh"

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

/* PTX ISA 8.7, "Matrix Fragments for mma.m16n8k16 with floating point type": element i of a lane's
 * eight of A, four of B and four of C. */
static __global__ void multiply_kernel(const uint16_t *A, const uint16_t *B, float *C)
{
    int group = (int)threadIdx.x >> 2, in_group = (int)threadIdx.x % 4;
    uint32_t a[4] = {}, b[2] = {};
    for (int i = 0; i < 8; i++) {
        int row = i < 2 || (4 <= i && i < 6) ? group : group + 8;
        int col = i < 4 ? in_group * 2 + (i & 1) : in_group * 2 + (i & 1) + 8;
        a[i / 2] |= (uint32_t)A[row * 16 + col] << (i & 1) * 16;
    }
    for (int i = 0; i < 4; i++) {
        int row = i < 2 ? in_group * 2 + (i & 1) : in_group * 2 + (i & 1) + 8;
        b[i / 2] |= (uint32_t)B[row * 8 + group] << (i & 1) * 16;
    }
    float sum[4], *c[4];
    for (int i = 0; i < 4; i++) c[i] = C + (i < 2 ? group : group + 8) * 8 + in_group * 2 + (i & 1);
    for (int i = 0; i < 4; i++) sum[i] = *c[i];
    cuda_mma(a, b[0], b[1], sum);
    for (int i = 0; i < 4; i++) *c[i] = sum[i];
}

void probe_multiply(Backend *backend, const uint16_t *A, const uint16_t *B, float *C)
{
    CUDA_LAUNCH(backend, multiply_kernel, 1, CUDA_WARP, 0, A, B, C);
}

static __global__ void matrices_kernel(bool turned, const uint16_t *matrices, uint32_t *words)
{
    CUDA_SHARED(uint16_t, here);
    int lane = (int)threadIdx.x;
    for (int i = lane; i < 256; i += CUDA_WARP) here[i] = matrices[i];
    __syncthreads();
    uint32_t own[4];
    if (turned)
        cuda_matrices_turned(here + 8 * lane, own);
    else
        cuda_matrices(here + 8 * lane, own);
    for (int m = 0; m < 4; m++) words[4 * lane + m] = own[m];
}

void probe_matrices(Backend *backend, bool turned, const uint16_t *matrices, uint32_t *words)
{
    CUDA_LAUNCH(backend, matrices_kernel, 1, CUDA_WARP, 512, turned, matrices, words);
}

static __global__ void late_kernel(const float *from, float *to)
{
    CUDA_SHARED(float, here);
    cuda_copy_late<4>(here, from, true);
    cuda_copy_late<16>(here + 4, from, false);
    to[0] = here[0];
    cuda_copies_wait();
    to[1] = here[0];
    to[2] = here[7];
}

void probe_copy_waits(Backend *backend, const float *from, float *to)
{
    CUDA_LAUNCH(backend, late_kernel, 1, 1, 32, from, to);
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

static __global__ void calling_kernel(ProbeCall all, ProbeCall one)
{
    CUDA_SHARED(uint16_t, here);
    uint32_t a[4] = {};
    float sum[4] = {};
    ProbeCall call = threadIdx.x == 7 ? one : all;
    if (call == PROBE_MMA) cuda_mma(a, 0, 0, sum);
    if (call == PROBE_MATRICES) cuda_matrices(here, a);
    if (call == PROBE_MATRICES_TURNED) cuda_matrices_turned(here, a);
    if (call == PROBE_SYNCWARP) __syncwarp();
}

void probe_calls(Backend *backend, ProbeCall all, ProbeCall one)
{
    CUDA_LAUNCH(backend, calling_kernel, 1, CUDA_WARP, 16, all, one);
    cuda_check(cudaStreamSynchronize(cuda_stream(backend)));
}

static __global__ void hasty_kernel(const float *from)
{
    CUDA_SHARED(float, here);
    cuda_copy_late<4>(here + threadIdx.x, from, threadIdx.x == 3);
    if (threadIdx.x != 3) cuda_copies_wait();
}

void probe_never_waits(Backend *backend, const float *from)
{
    CUDA_LAUNCH(backend, hasty_kernel, 1, PROBE_THREADS, PROBE_THREADS * sizeof *from, from);
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

size_t probe_memory_in_use(void)
{
    size_t free_bytes, total;
    cuda_check(cudaMemGetInfo(&free_bytes, &total));
    return total - free_bytes;
}
