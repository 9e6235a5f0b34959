/* Copies between matrices of any two dtypes. */
#include "compute/cpu_each.h"
#include "compute/rules.h"

#include <string.h>

typedef void Convert(int64_t n, const void *from, void *to);

/* A double becomes a bfloat16 by way of float: rounded twice. */
static void float_to_half(int64_t n, const void *from, void *to)
{
    const float *x = from;
    uint16_t *y = to;
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] = rule_bfloat16_pack(x[i]);
}

static void double_to_half(int64_t n, const void *from, void *to)
{
    const double *x = from;
    uint16_t *y = to;
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] = rule_bfloat16_pack((float)x[i]);
}

static void half_to_float(int64_t n, const void *from, void *to)
{
    const uint16_t *x = from;
    float *y = to;
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] = rule_bfloat16_unpack(x[i]);
}

static void half_to_double(int64_t n, const void *from, void *to)
{
    const uint16_t *x = from;
    double *y = to;
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] = (double)rule_bfloat16_unpack(x[i]);
}

static void float_to_double(int64_t n, const void *from, void *to)
{
    const float *x = from;
    double *y = to;
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] = (double)x[i];
}

static void double_to_float(int64_t n, const void *from, void *to)
{
    const double *x = from;
    float *y = to;
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] = (float)x[i];
}

static void same_float(int64_t n, const void *from, void *to) { memcpy(to, from, (size_t)n * 4); }
static void same_half(int64_t n, const void *from, void *to) { memcpy(to, from, (size_t)n * 2); }
static void same_double(int64_t n, const void *from, void *to) { memcpy(to, from, (size_t)n * 8); }

static Convert *const converts[3][3] = {
    [DTYPE_FLOAT32] = {[DTYPE_FLOAT32] = same_float,
                       [DTYPE_BFLOAT16] = float_to_half,
                       [DTYPE_FLOAT64] = float_to_double},
    [DTYPE_BFLOAT16] = {[DTYPE_FLOAT32] = half_to_float,
                        [DTYPE_BFLOAT16] = same_half,
                        [DTYPE_FLOAT64] = half_to_double},
    [DTYPE_FLOAT64] = {[DTYPE_FLOAT32] = double_to_float,
                       [DTYPE_BFLOAT16] = double_to_half,
                       [DTYPE_FLOAT64] = same_double},
};

typedef struct {
    Matrix from, to;
} Job;

static void *element(Matrix A, CpuPiece piece)
{
    return (char *)A.data + (size_t)(piece.row * A.stride + piece.first) * dtype_size(A.dtype);
}

static void copy_piece(const void *context, CpuPiece piece)
{
    const Job *job = context;
    converts[job->from.dtype][job->to.dtype](piece.count, element(job->from, piece),
                                             element(job->to, piece));
}

void cpu_copy(Backend *backend, Matrix from, Matrix to)
{
    (void)backend;
    assert(matrix_same_shape(from, to));
    cpu_each(from.rows, from.cols, matrix_is_contiguous(from) && matrix_is_contiguous(to),
             copy_piece, &(Job){from, to});
}
