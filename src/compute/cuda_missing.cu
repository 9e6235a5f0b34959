/* Stand-ins for operations that no other file has yet: a strong definition elsewhere wins. */
#include "compute/cuda.cuh"

#define MISSING(name, ...)                                                                         \
    __attribute__((weak)) void name(__VA_ARGS__) { die("cuda: no " #name " yet"); }

MISSING(cuda_gemm, Backend *, Transpose, Transpose, real, Matrix, Matrix, real, Matrix)
MISSING(cuda_linear, Backend *, Matrix, Matrix, Matrix, Activation, Matrix, Matrix, Matrix)
MISSING(cuda_activate, Backend *, Activation, Matrix, Matrix)
MISSING(cuda_activate_backward, Backend *, Activation, Matrix, Matrix, Matrix, bool)
MISSING(cuda_gate, Backend *, Matrix, Matrix)
MISSING(cuda_gate_backward, Backend *, Matrix, Matrix, Matrix)
MISSING(cuda_dropout, Backend *, Rng, real, Matrix, Matrix)
MISSING(cuda_add_rows, Backend *, Matrix, Matrix, Matrix)
MISSING(cuda_add_rows_backward, Backend *, Matrix, Matrix)
MISSING(cuda_sum_columns, Backend *, Matrix, Matrix)
MISSING(cuda_sum_squares, Backend *, Matrix, double *)
MISSING(cuda_clip, Backend *, const double *, real, StepConstants *)
MISSING(cuda_normalise, Backend *, const double *, Matrix, Matrix)
MISSING(cuda_norm, Backend *, NormKind, Matrix, Matrix, Matrix, Matrix, Matrix)
MISSING(cuda_norm_backward, Backend *, NormKind, Matrix, Matrix, Matrix, Matrix, Matrix, bool,
        Matrix, Matrix)
MISSING(cuda_embed, Backend *, const int32_t *, Matrix, Matrix)
MISSING(cuda_embed_backward, Backend *, const int32_t *, Matrix, Matrix)
MISSING(cuda_rotate, Backend *, const AttentionShape *, Matrix, int)
MISSING(cuda_attention, Backend *, const AttentionShape *, Matrix, Matrix, Matrix)
MISSING(cuda_attention_backward, Backend *, const AttentionShape *, Matrix, Matrix, Matrix, Matrix,
        Matrix)
MISSING(cuda_convolve, Backend *, const ConvShape *, Matrix, Matrix, Matrix, Matrix)
MISSING(cuda_convolve_backward, Backend *, const ConvShape *, Matrix, Matrix, Matrix, bool)
MISSING(cuda_convolve_weights, Backend *, const ConvShape *, Matrix, Matrix, Matrix)
MISSING(cuda_batchnorm, Backend *, const BatchNorm *, Matrix, Matrix, Matrix)
MISSING(cuda_batchnorm_eval, Backend *, const BatchNorm *, Matrix, Matrix, Matrix)
MISSING(cuda_batchnorm_backward, Backend *, const BatchNorm *, Matrix, Matrix, Matrix, Matrix, bool,
        Matrix, Matrix)
MISSING(cuda_pool, Backend *, const PoolShape *, Matrix, Matrix)
MISSING(cuda_pool_backward, Backend *, const PoolShape *, Matrix, Matrix, Matrix, Matrix, bool)
MISSING(cuda_head, Backend *, const Head *, real *)
MISSING(cuda_update, Backend *, UpdateKind, const StepConstants *, real, int64_t, const real *,
        real *, real *[UPDATE_SLOTS])

__attribute__((weak)) int64_t cuda_head_work(Backend *, int64_t, int64_t, int64_t)
{
    die("cuda: no cuda_head_work yet");
}
