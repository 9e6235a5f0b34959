/* The CPU backend's operations, file by file, and how they share the work.
 *
 * Work is cut into blocks whose borders depend on shapes alone; a thread takes whole
 * blocks; no sum crosses a block except in block order. So the bytes are the same for
 * any number of threads. Only cpu.c and the cpu_*.c files include this. */
#ifndef COMPUTE_CPU_H
#define COMPUTE_CPU_H

#include "compute/backend.h"

/* Fewer element operations than this are not worth waking threads for. */
enum { CPU_FORK = 1 << 14 };

typedef struct {
    int64_t first, count;
} CpuBlock;

/* Rows 0 … rows − 1 in blocks of about `target` elements, at most CPU_MAX_BLOCKS of them. */
enum { CPU_MAX_BLOCKS = 256 };
typedef struct {
    int64_t rows, size, count; /* rows of a block, number of blocks */
} CpuBlocks;

static inline CpuBlocks cpu_blocks(int64_t rows, int64_t cols, int64_t target)
{
    int64_t size = target / (cols > 0 ? cols : 1);
    if (size < 1) size = 1;
    if (size * CPU_MAX_BLOCKS < rows) size = (rows + CPU_MAX_BLOCKS - 1) / CPU_MAX_BLOCKS;
    return (CpuBlocks){rows, size, (rows + size - 1) / size};
}

static inline CpuBlock cpu_block(CpuBlocks blocks, int64_t index)
{
    int64_t first = index * blocks.size;
    int64_t left = blocks.rows - first;
    return (CpuBlock){first, left < blocks.size ? left : blocks.size};
}

/* Scratch that lives as long as the backend: `slot` picks one of a few, grown on first use. */
void *cpu_scratch(Backend *backend, int slot, size_t bytes);

enum {
    CPU_SCRATCH_SUMS,
    CPU_SCRATCH_ATTENTION,
    CPU_SCRATCH_CONV,
    CPU_SCRATCH_ROTATE,
    CPU_SCRATCH_TURNED,
    CPU_SCRATCH_SPREAD,
    CPU_SCRATCH_EIGEN,
    CPU_SCRATCHES
};

/* cpu_products.c */
void cpu_gemm(Backend *, Transpose, Transpose, real, Matrix, Matrix, real, Matrix);
void cpu_gram(Backend *, Transpose, real, Matrix, real, Matrix);
void cpu_linear(Backend *, Matrix, Matrix, Matrix, Activation, Matrix, Matrix, Matrix);

/* cpu_eigen.c */
void cpu_eigen(Backend *, Matrix, Matrix, Matrix);

/* cpu_gather.c */
void cpu_gather_windows(Backend *, const uint8_t *, int64_t, int64_t, const int64_t *, int32_t *,
                        int32_t *);
void cpu_gather_images(Backend *, const ByteImages *, int64_t, const int64_t *, Matrix, int32_t *);

/* cpu_elements.c, cpu_copy.c, cpu_activation.c */
void cpu_fill(Backend *, Matrix, real);
void cpu_copy(Backend *, Matrix, Matrix);
void cpu_axpy(Backend *, real, Matrix, Matrix);
void cpu_activate(Backend *, Activation, Matrix, Matrix);
void cpu_activate_backward(Backend *, Activation, Matrix, Matrix, Matrix, bool);
void cpu_gate(Backend *, Matrix, Matrix);
void cpu_gate_backward(Backend *, Matrix, Matrix, Matrix);
void cpu_dropout(Backend *, Rng, const int64_t *, real, Matrix, Matrix);
void cpu_add_rows(Backend *, Matrix, Matrix, Matrix);
void cpu_add_rows_backward(Backend *, Matrix, Matrix);

/* cpu_reduce.c */
void cpu_sum_columns(Backend *, Matrix, Matrix);
void cpu_sum_squares(Backend *, Matrix, double *);
void cpu_clip(Backend *, const double *, real, StepConstants *);
void cpu_normalise(Backend *, const double *, Matrix, Matrix);
void cpu_scale_by_norm(Backend *, const double *, Matrix, Matrix);
void cpu_scale_columns(Backend *, Matrix, Matrix, real, real, Matrix);

/* cpu_rows.c, cpu_embed.c, cpu_rotate.c */
void cpu_norm(Backend *, NormKind, Matrix, Matrix, Matrix, Matrix, Matrix);
void cpu_norm_backward(Backend *, NormKind, Matrix, Matrix, Matrix, Matrix, Matrix, bool, Matrix,
                       Matrix);
void cpu_embed(Backend *, const int32_t *, Matrix, Matrix);
void cpu_embed_backward(Backend *, const int32_t *, Matrix, Matrix);
void cpu_rotate(Backend *, const AttentionShape *, Matrix, int);

/* cpu_attention.c, cpu_attention_backward.c */
void cpu_attention(Backend *, const AttentionShape *, Matrix, Matrix, Matrix);
void cpu_attention_backward(Backend *, const AttentionShape *, Matrix, Matrix, Matrix, Matrix,
                            Matrix);

/* cpu_conv.c, cpu_conv_weights.c */
void cpu_convolve(Backend *, const ConvShape *, Matrix, Matrix, Matrix, Matrix);
void cpu_convolve_backward(Backend *, const ConvShape *, Matrix, Matrix, Matrix, bool);
void cpu_convolve_weights(Backend *, const ConvShape *, Matrix, Matrix, Matrix);

/* cpu_batchnorm.c */
void cpu_batchnorm(Backend *, const BatchNorm *, Matrix, Matrix, Matrix);
void cpu_batchnorm_eval(Backend *, const BatchNorm *, Matrix, Matrix, Matrix);
void cpu_batchnorm_backward(Backend *, const BatchNorm *, Matrix, Matrix, Matrix, Matrix, bool,
                            Matrix, Matrix);

/* cpu_pool.c */
void cpu_pool(Backend *, const PoolShape *, Matrix, Matrix);
void cpu_pool_backward(Backend *, const PoolShape *, Matrix, Matrix, Matrix, Matrix, bool);

/* cpu_head.c, cpu_head_backward.c */
int64_t cpu_head_work(Backend *, int64_t, int64_t, int64_t);
void cpu_head(Backend *, const Head *, real *);

/* cpu_update.c */
void cpu_update(Backend *, UpdateKind, const StepConstants *, real, int64_t, const real *, real *,
                real *[UPDATE_SLOTS]);

#endif
