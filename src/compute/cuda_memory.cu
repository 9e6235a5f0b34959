#include "compute/cuda_context.cuh"

static bool is_capturing(Backend *backend)
{
    cudaStreamCaptureStatus status;
    cuda_check(cudaStreamIsCapturing(cuda_stream(backend), &status));
    return status != cudaStreamCaptureStatusNone;
}

void *cuda_alloc(Backend *backend, size_t bytes)
{
    assert(!is_capturing(backend));
    void *memory = arena_take(&context_of(backend)->arena, bytes);
    cuda_check(cudaMemsetAsync(memory, 0, bytes, cuda_stream(backend)));
    return memory;
}

void cuda_release(Backend *backend, void *memory)
{
    arena_give(&context_of(backend)->arena, memory);
}

void *cuda_scratch(Backend *backend, int slot, size_t bytes)
{
    Context *context = context_of(backend);
    if (context->scratch_bytes[slot] < bytes) {
        if (is_capturing(backend)) die("cuda: scratch %d would grow inside a captured step", slot);
        /* A recording may use the old one: then it stays until the end. */
        if (!context->recordings) arena_give(&context->arena, context->scratch[slot]);
        context->scratch[slot] = arena_take(&context->arena, bytes);
        context->scratch_bytes[slot] = bytes;
    }
    return context->scratch[slot];
}

/* ---- copies to the device and back */

/* The stage to write into, with room for at least one byte. */
static Stage *stage_with_room(Context *context)
{
    Stage *stage = &context->stage[context->turn];
    if (stage->used < STAGE_BYTES) return stage;
    cuda_check(cudaEventRecord(stage->read, context->stream));
    context->turn = (context->turn + 1) % STAGES;
    stage = &context->stage[context->turn];
    cuda_check(cudaEventSynchronize(stage->read));
    stage->used = 0;
    return stage;
}

void cuda_upload(Backend *backend, size_t bytes, const void *host, void *memory)
{
    assert(!is_capturing(backend));
    Context *context = context_of(backend);
    for (size_t done = 0; done < bytes;) {
        Stage *stage = stage_with_room(context);
        size_t room = STAGE_BYTES - stage->used, left = bytes - done;
        size_t count = left < room ? left : room;
        memcpy(stage->memory + stage->used, (const char *)host + done, count);
        cuda_check(cudaMemcpyAsync((char *)memory + done, stage->memory + stage->used, count,
                                   cudaMemcpyHostToDevice, context->stream));
        stage->used += (count + 63) / 64 * 64;
        done += count;
    }
}

void cuda_download(Backend *backend, size_t bytes, const void *memory, void *host)
{
    cuda_check(cudaMemcpyAsync(host, memory, bytes, cudaMemcpyDeviceToHost, cuda_stream(backend)));
    cuda_check(cudaStreamSynchronize(cuda_stream(backend)));
}
