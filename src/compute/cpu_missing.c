/* TEMPORARY: stand-ins until each file is written. */
#include "compute/cpu.h"
#include "base/die.h"
#pragma GCC diagnostic ignored "-Wunused-parameter"
__attribute__((weak)) void cpu_gemm(Backend *a0, Transpose a1, Transpose a2, real a3, Matrix a4,
                                    Matrix a5, real a6, Matrix a7)
{
    die("cpu_gemm is not written yet");
}
__attribute__((weak)) void cpu_linear(Backend *a0, Matrix a1, Matrix a2, Matrix a3, Activation a4,
                                      Matrix a5, Matrix a6, Matrix a7)
{
    die("cpu_linear is not written yet");
}
__attribute__((weak)) void cpu_fill(Backend *a0, Matrix a1, real a2)
{
    die("cpu_fill is not written yet");
}
__attribute__((weak)) void cpu_copy(Backend *a0, Matrix a1, Matrix a2)
{
    die("cpu_copy is not written yet");
}
__attribute__((weak)) void cpu_axpy(Backend *a0, real a1, Matrix a2, Matrix a3)
{
    die("cpu_axpy is not written yet");
}
__attribute__((weak)) void cpu_activate(Backend *a0, Activation a1, Matrix a2, Matrix a3)
{
    die("cpu_activate is not written yet");
}
__attribute__((weak)) void cpu_activate_backward(Backend *a0, Activation a1, Matrix a2, Matrix a3,
                                                 Matrix a4, bool a5)
{
    die("cpu_activate_backward is not written yet");
}
__attribute__((weak)) void cpu_gate(Backend *a0, Matrix a1, Matrix a2)
{
    die("cpu_gate is not written yet");
}
__attribute__((weak)) void cpu_gate_backward(Backend *a0, Matrix a1, Matrix a2, Matrix a3)
{
    die("cpu_gate_backward is not written yet");
}
__attribute__((weak)) void cpu_dropout(Backend *a0, Rng a1, real a2, Matrix a3, Matrix a4)
{
    die("cpu_dropout is not written yet");
}
__attribute__((weak)) void cpu_add_rows(Backend *a0, Matrix a1, Matrix a2, Matrix a3)
{
    die("cpu_add_rows is not written yet");
}
__attribute__((weak)) void cpu_add_rows_backward(Backend *a0, Matrix a1, Matrix a2)
{
    die("cpu_add_rows_backward is not written yet");
}
__attribute__((weak)) void cpu_sum_columns(Backend *a0, Matrix a1, Matrix a2)
{
    die("cpu_sum_columns is not written yet");
}
__attribute__((weak)) void cpu_sum_squares(Backend *a0, Matrix a1, double *a2)
{
    die("cpu_sum_squares is not written yet");
}
__attribute__((weak)) void cpu_clip(Backend *a0, const double *a1, real a2, StepConstants *a3)
{
    die("cpu_clip is not written yet");
}
__attribute__((weak)) void cpu_normalise(Backend *a0, const double *a1, Matrix a2, Matrix a3)
{
    die("cpu_normalise is not written yet");
}
__attribute__((weak)) void cpu_norm(Backend *a0, NormKind a1, Matrix a2, Matrix a3, Matrix a4,
                                    Matrix a5, Matrix a6)
{
    die("cpu_norm is not written yet");
}
__attribute__((weak)) void cpu_norm_backward(Backend *a0, NormKind a1, Matrix a2, Matrix a3,
                                             Matrix a4, Matrix a5, Matrix a6, bool a7, Matrix a8,
                                             Matrix a9)
{
    die("cpu_norm_backward is not written yet");
}
__attribute__((weak)) void cpu_embed(Backend *a0, const int32_t *a1, Matrix a2, Matrix a3)
{
    die("cpu_embed is not written yet");
}
__attribute__((weak)) void cpu_embed_backward(Backend *a0, const int32_t *a1, Matrix a2, Matrix a3)
{
    die("cpu_embed_backward is not written yet");
}
__attribute__((weak)) void cpu_rotate(Backend *a0, const AttentionShape *a1, Matrix a2, int a3)
{
    die("cpu_rotate is not written yet");
}
__attribute__((weak)) void cpu_attention(Backend *a0, const AttentionShape *a1, Matrix a2,
                                         Matrix a3, Matrix a4)
{
    die("cpu_attention is not written yet");
}
__attribute__((weak)) void cpu_attention_backward(Backend *a0, const AttentionShape *a1, Matrix a2,
                                                  Matrix a3, Matrix a4, Matrix a5, Matrix a6)
{
    die("cpu_attention_backward is not written yet");
}
__attribute__((weak)) void cpu_convolve(Backend *a0, const ConvShape *a1, Matrix a2, Matrix a3,
                                        Matrix a4, Matrix a5)
{
    die("cpu_convolve is not written yet");
}
__attribute__((weak)) void cpu_convolve_backward(Backend *a0, const ConvShape *a1, Matrix a2,
                                                 Matrix a3, Matrix a4, bool a5)
{
    die("cpu_convolve_backward is not written yet");
}
__attribute__((weak)) void cpu_convolve_weights(Backend *a0, const ConvShape *a1, Matrix a2,
                                                Matrix a3, Matrix a4)
{
    die("cpu_convolve_weights is not written yet");
}
__attribute__((weak)) void cpu_batchnorm(Backend *a0, const BatchNorm *a1, Matrix a2, Matrix a3,
                                         Matrix a4)
{
    die("cpu_batchnorm is not written yet");
}
__attribute__((weak)) void cpu_batchnorm_eval(Backend *a0, const BatchNorm *a1, Matrix a2,
                                              Matrix a3, Matrix a4)
{
    die("cpu_batchnorm_eval is not written yet");
}
__attribute__((weak)) void cpu_batchnorm_backward(Backend *a0, const BatchNorm *a1, Matrix a2,
                                                  Matrix a3, Matrix a4, Matrix a5, bool a6,
                                                  Matrix a7, Matrix a8)
{
    die("cpu_batchnorm_backward is not written yet");
}
__attribute__((weak)) void cpu_pool(Backend *a0, const PoolShape *a1, Matrix a2, Matrix a3)
{
    die("cpu_pool is not written yet");
}
__attribute__((weak)) void cpu_pool_backward(Backend *a0, const PoolShape *a1, Matrix a2, Matrix a3,
                                             Matrix a4, Matrix a5, bool a6)
{
    die("cpu_pool_backward is not written yet");
}
__attribute__((weak)) int64_t cpu_head_work(Backend *a0, int64_t a1, int64_t a2, int64_t a3)
{
    die("cpu_head_work is not written yet");
}
__attribute__((weak)) void cpu_head(Backend *a0, const Head *a1, real *a2)
{
    die("cpu_head is not written yet");
}
__attribute__((weak)) void cpu_update(Backend *a0, UpdateKind a1, const StepConstants *a2, real a3,
                                      int64_t a4, const real *a5, real *a6, real *a7[UPDATE_SLOTS])
{
    die("cpu_update is not written yet");
}
