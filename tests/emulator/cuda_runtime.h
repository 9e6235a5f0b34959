/* A GPU's words, for g++: the CUDA files of src/compute run on the CPU, to be tested.
 *
 * What it finds: wrong results; races of threads between two barriers, because their order there
 * is shuffled by EMULATOR_SEED; barriers that not all reach; reads of what was never written
 * (memory is NaN at first, shared memory again in each block); with the address sanitizer every
 * access out of bounds; host memory that changes before the device has read it, because a stream
 * runs only when somebody waits for it; a host that looks at the device's memory; a device used on
 * both sides of a fork(). What it cannot find: races within one thread's stretch of instructions,
 * the limits of registers, and everything about speed.
 *
 * Only what the project's files use is here; the names and meanings are CUDA's. */
#ifndef EMULATOR_CUDA_RUNTIME_H
#define EMULATOR_CUDA_RUNTIME_H

#include <functional>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define __CUDACC__
#define __global__
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __align__(n) alignas(n)
#define __launch_bounds__(...)
#define __restrict__ __restrict
#define __constant__
/* One copy, since blocks run one after another. In a section of its own, NaN at each block's
 * beginning (but for those of templates); under the address sanitizer plainly static, with its
 * guards around. */
#ifdef __SANITIZE_ADDRESS__
#define __shared__ static
#else
#define __shared__ static __attribute__((section("emulator_static_shared")))
#endif

/* ---- vectors */

struct uint3 {
    unsigned x, y, z;
};

struct dim3 {
    unsigned x, y, z;
    dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};

struct alignas(8) float2 {
    float x, y;
};
struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(16) double2 {
    double x, y;
};
struct alignas(8) int2 {
    int x, y;
};
struct alignas(16) int4 {
    int x, y, z, w;
};
struct alignas(8) uint2 {
    unsigned x, y;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};
struct alignas(8) ushort4 {
    unsigned short x, y, z, w;
};
struct alignas(4) uchar4 {
    unsigned char x, y, z, w;
};

static inline float2 make_float2(float x, float y) { return {x, y}; }
static inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static inline double2 make_double2(double x, double y) { return {x, y}; }
static inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w)
{
    return {x, y, z, w};
}

/* ---- where a thread is; set before it goes on */

extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;
enum { warpSize = 32 };

/* ---- threads waiting for one another (block.cpp) */

void __syncthreads(void);
void __syncwarp(unsigned mask = 0xffffffffu);
static inline void __threadfence(void) {}

/* Ends the program with a sentence about a kernel, NULL: the one that runs. */
[[noreturn]] __attribute__((format(printf, 2, 3))) void emulator_stop(const char *kernel,
                                                                      const char *format, ...);

/* Each of a warp's 32 threads gives 24 bytes and gets those of all; `call` is the same for all. */
struct EmulatorWord {
    unsigned char bytes[24];
};
const EmulatorWord *emulator_exchange(const char *call, unsigned mask, EmulatorWord mine);
unsigned emulator_lane(void);

template <typename T> static inline T emulator_shuffle(unsigned mask, T x, unsigned lane)
{
    static_assert(sizeof(T) <= 8, "a shuffle moves at most 8 bytes");
    EmulatorWord word = {};
    memcpy(word.bytes, &x, sizeof x);
    const EmulatorWord *all = emulator_exchange("a shuffle", mask, word);
    if (lane < 32) memcpy(&x, all[lane].bytes, sizeof x);
    return x;
}

template <typename T> static inline T __shfl_sync(unsigned mask, T x, int lane)
{
    return emulator_shuffle(mask, x, (unsigned)lane % 32);
}
template <typename T> static inline T __shfl_xor_sync(unsigned mask, T x, int far)
{
    return emulator_shuffle(mask, x, emulator_lane() ^ (unsigned)far);
}
template <typename T> static inline T __shfl_down_sync(unsigned mask, T x, unsigned far)
{
    return emulator_shuffle(mask, x, emulator_lane() + far);
}
template <typename T> static inline T __shfl_up_sync(unsigned mask, T x, unsigned far)
{
    return emulator_shuffle(mask, x, emulator_lane() - far);
}

/* ---- single instructions. No float atomics: their order would show in the result. */

template <typename T> static inline T __ldg(const T *x) { return *x; }
static inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
static inline float __int_as_float(int x)
{
    float y;
    memcpy(&y, &x, sizeof y);
    return y;
}
static inline int __float_as_int(float x)
{
    int y;
    memcpy(&y, &x, sizeof y);
    return y;
}
static inline unsigned __umulhi(unsigned a, unsigned b)
{
    return (unsigned)((uint64_t)a * b >> 32);
}
static inline int min(int a, int b) { return a < b ? a : b; }
static inline int max(int a, int b) { return a > b ? a : b; }

template <typename T> static inline T emulator_replace(T *x, T y)
{
    T old = *x;
    *x = y;
    return old;
}
template <typename T> static inline T atomicAdd(T *x, T y)
{
    static_assert((T)0.5 == (T)0, "no float atomics");
    return emulator_replace(x, (T)(*x + y));
}
template <typename T> static inline T atomicMax(T *x, T y)
{
    return emulator_replace(x, *x > y ? *x : y);
}
template <typename T> static inline T atomicMin(T *x, T y)
{
    return emulator_replace(x, *x < y ? *x : y);
}
template <typename T> static inline T atomicExch(T *x, T y) { return emulator_replace(x, y); }
template <typename T> static inline T atomicCAS(T *x, T old, T y)
{
    return emulator_replace(x, *x == old ? y : *x);
}

/* ---- launching */

typedef struct EmulatorStream *cudaStream_t;

/* Runs `thread` for every thread of every block when the stream comes to it. */
void emulator_launch(const char *name, dim3 grid, dim3 block, size_t shared_bytes,
                     cudaStream_t stream, const void *kernel, std::function<void()> thread);
void emulator_queue(cudaStream_t stream, std::function<void()> work);
void *emulator_shared(void);

/* Whether EMULATOR_REFUSES is part of the kernel's name: the launch is then an error, and nothing
 * is done. */
bool emulator_refuses(const char *name);

/* EMULATOR_ARENA, else 1: bytes of the arena's chunks. */
size_t emulator_arena_step(void);

template <typename... P, typename... A>
static inline void emulator_start(const char *name, void (*kernel)(P...), dim3 grid, dim3 block,
                                  size_t shared_bytes, cudaStream_t stream, A... arguments)
{
    if (emulator_refuses(name)) return;
    emulator_launch(name, grid, block, shared_bytes, stream, (const void *)kernel,
                    [=] { kernel(arguments...); });
}

#define CUDA_LAUNCH(backend, kernel, grid, block, shared_bytes, ...)                               \
    do {                                                                                           \
        emulator_start(#kernel, kernel, grid, block, shared_bytes, cuda_stream(backend),           \
                       __VA_ARGS__);                                                               \
        cuda_launched(cudaGetLastError(), #kernel, __PRETTY_FUNCTION__);                           \
    } while (0)
#define CUDA_SHARED(type, name) type *name = (type *)emulator_shared()

/* ---- the host's side (device.cpp) */

enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInitializationError = 3,
    cudaErrorNoDevice = 100,
    cudaErrorNotReady = 600,
    cudaErrorStreamCaptureUnsupported = 900,
    cudaErrorUnknown = 999,
};
enum cudaMemcpyKind {
    cudaMemcpyHostToHost,
    cudaMemcpyHostToDevice,
    cudaMemcpyDeviceToHost,
    cudaMemcpyDeviceToDevice,
    cudaMemcpyDefault,
};
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };
enum cudaDeviceAttr {
    cudaDevAttrMaxSharedMemoryPerBlockOptin = 97,
    cudaDevAttrMultiProcessorCount = 16,
    cudaDevAttrComputeCapabilityMajor = 75,
};
enum { cudaStreamNonBlocking = 1, cudaEventDefault = 0, cudaEventDisableTiming = 2 };
enum cudaStreamCaptureStatus { cudaStreamCaptureStatusNone, cudaStreamCaptureStatusActive };
enum cudaStreamCaptureMode {
    cudaStreamCaptureModeGlobal,
    cudaStreamCaptureModeThreadLocal,
    cudaStreamCaptureModeRelaxed,
};
typedef struct EmulatorEvent *cudaEvent_t;
typedef struct EmulatorGraph *cudaGraph_t;
typedef struct EmulatorGraph *cudaGraphExec_t;
struct cudaDeviceProp {
    char name[256];
    size_t totalGlobalMem;
    int multiProcessorCount, major, minor;
};

const char *cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError(void);
cudaError_t cudaGetDeviceCount(int *count);
cudaError_t cudaGetDevice(int *device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device);
cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device);
cudaError_t cudaRuntimeGetVersion(int *version);
cudaError_t cudaDriverGetVersion(int *version);
cudaError_t cudaDeviceSynchronize(void);

cudaError_t cudaMalloc(void **memory, size_t bytes);
cudaError_t cudaFree(void *memory);
cudaError_t cudaMallocHost(void **memory, size_t bytes);
cudaError_t cudaFreeHost(void *memory);
template <typename T> static inline cudaError_t cudaMalloc(T **memory, size_t bytes)
{
    return cudaMalloc((void **)memory, bytes);
}
template <typename T> static inline cudaError_t cudaMallocHost(T **memory, size_t bytes)
{
    return cudaMallocHost((void **)memory, bytes);
}
cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *total);
cudaError_t cudaMemsetAsync(void *memory, int value, size_t bytes, cudaStream_t stream);
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream);
cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch,
                              size_t width, size_t height, cudaMemcpyKind kind,
                              cudaStream_t stream);

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaEventCreate(cudaEvent_t *event);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t from, cudaEvent_t to);

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph);
cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus *status);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t *run, cudaGraph_t graph, unsigned long long flags);
cudaError_t cudaGraphUpload(cudaGraphExec_t run, cudaStream_t stream);
cudaError_t cudaGraphLaunch(cudaGraphExec_t run, cudaStream_t stream);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t run);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);

cudaError_t emulator_shared_limit(const void *kernel, cudaFuncAttribute attribute, int bytes);
template <typename Kernel>
static inline cudaError_t cudaFuncSetAttribute(Kernel *kernel, cudaFuncAttribute attribute,
                                               int bytes)
{
    return emulator_shared_limit((const void *)kernel, attribute, bytes);
}

#include "tensor.h"

#endif
