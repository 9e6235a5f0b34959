#include "compute/cpu.h"

#include "base/die.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    void *memory[CPU_SCRATCHES];
    size_t bytes[CPU_SCRATCHES];
} Context;

static void *cpu_alloc(Backend *backend, size_t bytes)
{
    (void)backend;
    size_t whole = (bytes + 63) / 64 * 64;
    void *memory = aligned_alloc(64, whole ? whole : 64);
    if (!memory) die("no memory for %zu bytes", bytes);
    return memset(memory, 0, whole);
}

static void cpu_release(Backend *backend, void *memory)
{
    (void)backend;
    free(memory);
}

static void cpu_upload(Backend *backend, size_t bytes, const void *host, void *memory)
{
    (void)backend;
    memcpy(memory, host, bytes);
}

static void cpu_download(Backend *backend, size_t bytes, const void *memory, void *host)
{
    (void)backend;
    memcpy(host, memory, bytes);
}

void *cpu_scratch(Backend *backend, int slot, size_t bytes)
{
    Context *context = backend->context;
    if (context->bytes[slot] < bytes) {
        free(context->memory[slot]);
        context->memory[slot] = cpu_alloc(backend, bytes);
        context->bytes[slot] = bytes;
    }
    return context->memory[slot];
}

static void cpu_close(Backend *backend)
{
    Context *context = backend->context;
    for (int k = 0; k < CPU_SCRATCHES; k++) free(context->memory[k]);
    free(context);
    free(backend);
}

static const Backend operations = {
    .name = "cpu",
    .is_host = true,
    .activations = (Dtype)DTYPE_REAL,
    .close = cpu_close,
    .alloc = cpu_alloc,
    .release = cpu_release,
    .upload = cpu_upload,
    .download = cpu_download,
    .gather_windows = cpu_gather_windows,
    .gather_images = cpu_gather_images,
    .fill = cpu_fill,
    .copy = cpu_copy,
    .gemm = cpu_gemm,
    .gram = cpu_gram,
    .linear = cpu_linear,
    .eigen = cpu_eigen,
    .axpy = cpu_axpy,
    .activate = cpu_activate,
    .activate_backward = cpu_activate_backward,
    .gate = cpu_gate,
    .gate_backward = cpu_gate_backward,
    .dropout = cpu_dropout,
    .add_rows = cpu_add_rows,
    .add_rows_backward = cpu_add_rows_backward,
    .sum_columns = cpu_sum_columns,
    .sum_squares = cpu_sum_squares,
    .clip = cpu_clip,
    .normalise = cpu_normalise,
    .scale_by_norm = cpu_scale_by_norm,
    .scale_columns = cpu_scale_columns,
    .norm = cpu_norm,
    .norm_backward = cpu_norm_backward,
    .embed = cpu_embed,
    .embed_backward = cpu_embed_backward,
    .rotate = cpu_rotate,
    .attention = cpu_attention,
    .attention_backward = cpu_attention_backward,
    .convolve = cpu_convolve,
    .convolve_backward = cpu_convolve_backward,
    .convolve_weights = cpu_convolve_weights,
    .batchnorm = cpu_batchnorm,
    .batchnorm_eval = cpu_batchnorm_eval,
    .batchnorm_backward = cpu_batchnorm_backward,
    .pool = cpu_pool,
    .pool_backward = cpu_pool_backward,
    .head_work = cpu_head_work,
    .head = cpu_head,
    .update = cpu_update,
};

Backend *backend_cpu(void)
{
    Backend *backend = alloc_zeroed(1, sizeof *backend);
    *backend = operations;
    backend->context = alloc_zeroed(1, sizeof(Context));
    return backend;
}
