/* Memory, streams, events and graphs.
 *
 * A stream is a queue of work that runs only when somebody waits for it: what a real device may
 * do late is done as late as can be. While a stream is captured, the work goes into a graph. */
#include <cuda_runtime.h>

#include <deque>
#include <map>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>
#include <vector>

typedef std::function<void()> Work;

struct EmulatorGraph {
    std::vector<Work> work;
};
struct EmulatorStream {
    std::deque<Work> queue;
    EmulatorGraph *captured; /* NULL: not capturing */
};
struct EmulatorEvent {
    EmulatorStream *stream;
    bool reached;
};

static std::map<char *, size_t> allocated; /* by first byte */
static std::vector<EmulatorStream *> streams;

/* ---- memory that is there only while the device works: whoever else looks at it dies. Under the
 * address sanitizer it is plain memory, with guards around. */

#ifdef __SANITIZE_ADDRESS__
static void show_memory(bool) {}
static void *memory_new(size_t bytes)
{
    void *memory;
    return posix_memalign(&memory, 256, bytes) ? NULL : memory;
}
static void memory_free(void *memory, size_t) { free(memory); }
#else
static size_t whole_pages(size_t bytes) { return (bytes + 4095) / 4096 * 4096; }
static void show_memory(bool shown)
{
    for (const auto &chunk : allocated)
        mprotect(chunk.first, whole_pages(chunk.second),
                 shown ? PROT_READ | PROT_WRITE : PROT_NONE);
}
static void *memory_new(size_t bytes)
{
    void *memory =
        mmap(NULL, whole_pages(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}
static void memory_free(void *memory, size_t bytes) { munmap(memory, whole_pages(bytes)); }
#endif

void emulator_queue(cudaStream_t stream, Work work)
{
    if (stream->captured)
        stream->captured->work.push_back(std::move(work));
    else
        stream->queue.push_back(std::move(work));
}

/* As far as the event, where there is one. */
static void drain(cudaStream_t stream, cudaEvent_t event = NULL)
{
    if (stream->queue.empty()) return;
    show_memory(true);
    while (!stream->queue.empty() && !(event && event->reached)) {
        Work work = std::move(stream->queue.front());
        stream->queue.pop_front();
        work();
    }
    show_memory(false);
}

static bool somebody_captures(void)
{
    for (EmulatorStream *stream : streams)
        if (stream->captured) return true;
    return false;
}

/* ---- errors and the device */

/* What CUDA keeps in a process is of no use to the children that it forks afterwards. */
static cudaError_t usable(void)
{
    static pid_t user = 0;
    if (!user) user = getpid();
    return user == getpid() ? cudaSuccess : cudaErrorInitializationError;
}

const char *cudaGetErrorString(cudaError_t error)
{
    static const struct {
        cudaError_t error;
        const char *sentence;
    } known[] = {
        {cudaSuccess, "no error"},
        {cudaErrorInvalidValue, "invalid argument"},
        {cudaErrorMemoryAllocation, "out of memory"},
        {cudaErrorInitializationError, "initialization error"},
        {cudaErrorNoDevice, "no CUDA-capable device is detected"},
        {cudaErrorNotReady, "device not ready"},
        {cudaErrorStreamCaptureUnsupported, "operation not permitted when stream is capturing"},
    };
    for (const auto &row : known)
        if (row.error == error) return row.sentence;
    return "unknown error";
}

static cudaError_t last = cudaSuccess; /* a failure of which nobody has asked yet */

cudaError_t cudaGetLastError(void) { return std::exchange(last, cudaSuccess); }

bool emulator_refuses(const char *name)
{
    const char *part = getenv("EMULATOR_REFUSES");
    if (!part || !strstr(name, part)) return false;
    last = cudaErrorInvalidValue;
    return true;
}

cudaError_t cudaGetDeviceCount(int *count)
{
    *count = getenv("EMULATOR_ABSENT") ? 0 : 1;
    return *count ? usable() : cudaErrorNoDevice;
}

cudaError_t cudaGetDevice(int *device)
{
    *device = 0;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int) { return cudaSuccess; }

cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int)
{
    *properties = {"emulator", (size_t)1 << 30, 4, 9, 0};
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int)
{
    const char *major = getenv("EMULATOR_MAJOR"); /* of an older card */
    switch (attribute) {
    case cudaDevAttrMultiProcessorCount:
        *value = 4;
        break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
        *value = 227 << 10;
        break;
    case cudaDevAttrComputeCapabilityMajor:
        *value = major ? atoi(major) : 9;
        break;
    }
    return usable();
}

cudaError_t cudaRuntimeGetVersion(int *version)
{
    *version = 0;
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int *version) { return cudaRuntimeGetVersion(version); }

cudaError_t cudaDeviceSynchronize(void)
{
    if (somebody_captures()) return cudaErrorStreamCaptureUnsupported;
    for (EmulatorStream *stream : streams) drain(stream);
    return cudaSuccess;
}

/* ---- memory: every byte 0xff at first, which is NaN in any format and −1 */

cudaError_t cudaMalloc(void **memory, size_t bytes)
{
    if (usable()) return usable();
    if (somebody_captures()) return cudaErrorStreamCaptureUnsupported;
    if (bytes >> 40 || !(*memory = memory_new(bytes))) return last = cudaErrorMemoryAllocation;
    memset(*memory, 0xff, bytes);
    allocated[(char *)*memory] = bytes;
    show_memory(false);
    return cudaSuccess;
}

size_t emulator_arena_step(void)
{
    const char *step = getenv("EMULATOR_ARENA");
    return step ? strtoull(step, NULL, 10) : 1;
}

cudaError_t cudaFree(void *memory)
{
    cudaError_t error = cudaDeviceSynchronize();
    if (error || !memory) return error;
    auto chunk = allocated.find((char *)memory);
    if (chunk == allocated.end()) return cudaErrorInvalidValue;
    memory_free(memory, chunk->second);
    allocated.erase(chunk);
    return cudaSuccess;
}

cudaError_t cudaMallocHost(void **memory, size_t bytes)
{
    return posix_memalign(memory, 256, bytes) ? cudaErrorMemoryAllocation : cudaSuccess;
}

cudaError_t cudaFreeHost(void *memory)
{
    free(memory);
    return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *total)
{
    *free_bytes = *total = (size_t)1 << 30;
    for (const auto &chunk : allocated) *free_bytes -= chunk.second;
    return cudaSuccess;
}

static bool on_device(const void *memory, size_t bytes)
{
    auto after = allocated.upper_bound((char *)memory);
    if (after == allocated.begin()) return false;
    auto chunk = std::prev(after);
    return (char *)memory + bytes <= chunk->first + chunk->second;
}

static bool kind_fits(const void *to, const void *from, size_t bytes, cudaMemcpyKind kind)
{
    bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
    bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
    if (kind == cudaMemcpyDefault || bytes == 0) return true;
    return on_device(to, bytes) == to_device && on_device(from, bytes) == from_device;
}

cudaError_t cudaMemsetAsync(void *memory, int value, size_t bytes, cudaStream_t stream)
{
    if (bytes && !on_device(memory, bytes)) return cudaErrorInvalidValue;
    emulator_queue(stream, [=] { memset(memory, value, bytes); });
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream)
{
    if (!kind_fits(to, from, bytes, kind)) return cudaErrorInvalidValue;
    emulator_queue(stream, [=] { memcpy(to, from, bytes); });
    return cudaSuccess;
}

cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch,
                              size_t width, size_t height, cudaMemcpyKind kind, cudaStream_t stream)
{
    if (width > to_pitch || width > from_pitch) return cudaErrorInvalidValue;
    for (size_t row = 0; row < height; row++) {
        cudaError_t error =
            cudaMemcpyAsync((char *)to + row * to_pitch, (const char *)from + row * from_pitch,
                            width, kind, stream);
        if (error) return error;
    }
    return cudaSuccess;
}

/* ---- streams and events */

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned)
{
    *stream = new EmulatorStream();
    streams.push_back(*stream);
    return usable();
}

cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    drain(stream);
    for (size_t s = 0; s < streams.size(); s++)
        if (streams[s] == stream) streams.erase(streams.begin() + (ptrdiff_t)s);
    delete stream;
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    if (somebody_captures()) return cudaErrorStreamCaptureUnsupported;
    drain(stream);
    return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned)
{
    *event = new EmulatorEvent{NULL, true};
    return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t *event) { return cudaEventCreateWithFlags(event, 0); }

cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    delete event;
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream)
{
    event->stream = stream;
    event->reached = false;
    emulator_queue(stream, [=] { event->reached = true; });
    return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    if (somebody_captures()) return cudaErrorStreamCaptureUnsupported;
    if (event->stream) drain(event->stream, event);
    return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t, cudaEvent_t)
{
    *milliseconds = 1.0f;
    return cudaSuccess;
}

/* ---- graphs */

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode)
{
    if (stream->captured) return cudaErrorInvalidValue;
    stream->captured = new EmulatorGraph();
    return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph)
{
    *graph = stream->captured;
    stream->captured = NULL;
    return *graph ? cudaSuccess : cudaErrorInvalidValue;
}

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus *status)
{
    *status = stream->captured ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
    return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *run, cudaGraph_t graph, unsigned long long)
{
    *run = new EmulatorGraph(*graph);
    return cudaSuccess;
}

cudaError_t cudaGraphUpload(cudaGraphExec_t, cudaStream_t) { return cudaSuccess; }

cudaError_t cudaGraphLaunch(cudaGraphExec_t run, cudaStream_t stream)
{
    for (const Work &work : run->work) emulator_queue(stream, work);
    return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t run)
{
    delete run;
    return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
    delete graph;
    return cudaSuccess;
}
