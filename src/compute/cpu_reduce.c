#include "compute/cpu_reduce.h"

#include "compute/cpu_each.h"
#include "compute/rules.h"

#include <float.h>
#include <string.h>

static void add_block(Matrix x, CpuBlock block, double *sum)
{
    memset(sum, 0, (size_t)x.cols * sizeof *sum);
    for (int64_t r = 0; r < block.count; r++) {
        const real *row = matrix_row(x, block.first + r);
#pragma omp simd
        for (int64_t j = 0; j < x.cols; j++) sum[j] += (double)row[j];
    }
}

enum { CHUNK = 64 };

/* Columns are shared among threads, blocks are added in their order. */
void cpu_add_parts(int64_t blocks, int64_t n, int64_t stride, const double *part, real *sum)
{
    int64_t chunks = (n + CHUNK - 1) / CHUNK;
#pragma omp parallel for schedule(static) if (blocks * n >= CPU_FORK)
    for (int64_t c = 0; c < chunks; c++) {
        double total[CHUNK] = {0.0};
        int64_t first = c * CHUNK, count = n - first < CHUNK ? n - first : CHUNK;
        for (int64_t b = 0; b < blocks; b++) {
#pragma omp simd
            for (int64_t j = 0; j < count; j++) total[j] += part[b * stride + first + j];
        }
        for (int64_t j = 0; j < count; j++)
            sum[first + j] = (real)((double)sum[first + j] + total[j]);
    }
}

void cpu_sum_columns(Backend *backend, Matrix x, Matrix sums)
{
    assert(sums.rows == 1 && sums.cols == x.cols);
    CpuBlocks blocks = cpu_blocks(x.rows, 1, CPU_SUM_ROWS);
    size_t size = (size_t)(blocks.count * x.cols) * sizeof(double);
    double *part = cpu_scratch(backend, CPU_SCRATCH_SUMS, size);
#pragma omp parallel for schedule(static) if (matrix_count(x) >= CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++)
        add_block(x, cpu_block(blocks, b), part + b * x.cols);
    cpu_add_parts(blocks.count, x.cols, x.cols, part, matrix_reals(sums));
}

typedef struct {
    Matrix x, y;
    double *part; /* a sum per block */
    real factor;
} Job;

static void square_piece(const void *context, CpuPiece piece)
{
    const Job *job = context;
    const real *x = cpu_at(job->x, piece);
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < piece.count; i++) sum += (double)x[i] * (double)x[i];
    job->part[piece.block] += sum;
}

void cpu_sum_squares(Backend *backend, Matrix x, double *sum)
{
    (void)backend;
    double part[CPU_MAX_BLOCKS] = {0.0};
    cpu_each(x.rows, x.cols, matrix_is_contiguous(x), square_piece, &(Job){.x = x, .part = part});
    double total = 0.0;
    for (int b = 0; b < CPU_MAX_BLOCKS; b++) total += part[b];
    *sum += total;
}

/* Not above the limit, off, or NaN: gradients stay as they are. */
void cpu_clip(Backend *backend, const double *sum_squares, real limit, StepConstants *k)
{
    (void)backend;
    double norm = sqrt(*sum_squares);
    bool clips = limit > (real)0 && norm > (double)limit;
    k->clip = clips ? (real)((double)limit / norm) : (real)1;
}

static void scale_piece(const void *context, CpuPiece piece)
{
    const Job *job = context;
    const real *x = cpu_at(job->x, piece);
    real *y = cpu_at(job->y, piece);
#pragma omp simd
    for (int64_t i = 0; i < piece.count; i++) y[i] = x[i] * job->factor;
}

static void scale(Matrix x, double factor, Matrix y)
{
    assert(matrix_same_shape(x, y));
    Job job = {.x = x, .y = y, .factor = (real)factor};
    cpu_each(x.rows, x.cols, matrix_is_contiguous(x) && matrix_is_contiguous(y), scale_piece, &job);
}

/* tiny: the smallest normal float, whose reciprocal is still finite. */
void cpu_normalise(Backend *backend, const double *sum_squares, Matrix x, Matrix y)
{
    (void)backend;
    double norm = sqrt(*sum_squares), tiny = (double)FLT_MIN;
    scale(x, 1.0 / (norm < tiny ? tiny : norm), y);
}

void cpu_scale_by_norm(Backend *backend, const double *sum_squares, Matrix x, Matrix y)
{
    (void)backend;
    scale(x, sqrt(*sum_squares), y);
}
