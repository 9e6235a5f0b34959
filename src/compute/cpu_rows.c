/* LayerNorm and RMSNorm, row by row. */
#include "compute/cpu_reduce.h"
#include "compute/rules.h"

#include <string.h>

enum { BLOCK = 1 << 13 }; /* elements of a block of rows */

static const real epsilon = (real)1e-5;

/* Two passes: the variance of numbers far from 0 keeps its digits. */
static void measure(NormKind kind, int64_t n, const real *x, real *mean, real *unscale)
{
    real sum = (real)0, square = (real)0;
    if (kind == NORM_LAYER) {
#pragma omp simd reduction(+ : sum)
        for (int64_t j = 0; j < n; j++) sum += x[j];
    }
    real centre = sum / (real)n;
#pragma omp simd reduction(+ : square)
    for (int64_t j = 0; j < n; j++) square = rule_fma(x[j] - centre, x[j] - centre, square);
    *mean = centre;
    *unscale = rule_unscale(square / (real)n, epsilon);
}

static void norm_row(NormKind kind, int64_t n, const real *x, const real *weight, const real *bias,
                     real *y, real *stats)
{
    measure(kind, n, x, &stats[0], &stats[1]);
    real mean = stats[0], unscale = stats[1];
    if (bias) {
#pragma omp simd
        for (int64_t j = 0; j < n; j++)
            y[j] = rule_fma(rule_normed(x[j], mean, unscale), weight[j], bias[j]);
    } else {
#pragma omp simd
        for (int64_t j = 0; j < n; j++) y[j] = rule_normed(x[j], mean, unscale) * weight[j];
    }
}

void cpu_norm(Backend *backend, NormKind kind, Matrix x, Matrix weight, Matrix bias, Matrix y,
              Matrix stats)
{
    (void)backend;
    assert(matrix_same_shape(x, y) && stats.rows == x.rows && stats.cols == 2);
    assert(weight.cols == x.cols && (!matrix_exists(bias) || bias.cols == x.cols));
    const real *shift = matrix_exists(bias) ? matrix_reals(bias) : NULL;
    CpuBlocks blocks = cpu_blocks(x.rows, x.cols, BLOCK);
#pragma omp parallel for schedule(static) if (matrix_count(x) >= CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++) {
        CpuBlock block = cpu_block(blocks, b);
        for (int64_t r = block.first; r < block.first + block.count; r++)
            norm_row(kind, x.cols, matrix_row(x, r), matrix_reals(weight), shift, matrix_row(y, r),
                     matrix_row(stats, r));
    }
}

/* ---- backward */

typedef struct {
    NormKind kind;
    Matrix x, stats, dy, dx;
    const real *weight;
    bool adds;
} Job;

/* dweight, dbias: sums of a block of rows. */
static void backward_row(const Job *job, int64_t r, double *restrict dweight,
                         double *restrict dbias)
{
    int64_t n = job->x.cols;
    const real *x = matrix_row(job->x, r), *dy = matrix_row(job->dy, r), *weight = job->weight;
    real mean = matrix_row(job->stats, r)[0], unscale = matrix_row(job->stats, r)[1];
    real sum = (real)0, along = (real)0;
#pragma omp simd reduction(+ : sum, along)
    for (int64_t j = 0; j < n; j++) {
        real normed = rule_normed(x[j], mean, unscale), g = dy[j] * weight[j];
        sum += g;
        along = rule_fma(g, normed, along);
        dweight[j] += (double)(dy[j] * normed);
        dbias[j] += (double)dy[j];
    }
    real mean_g = job->kind == NORM_LAYER ? sum / (real)n : (real)0, mean_along = along / (real)n;
    real *dx = matrix_row(job->dx, r);
    if (job->adds) {
#pragma omp simd
        for (int64_t j = 0; j < n; j++)
            dx[j] += rule_norm_slope(dy[j] * weight[j], rule_normed(x[j], mean, unscale), unscale,
                                     mean_g, mean_along);
        return;
    }
#pragma omp simd
    for (int64_t j = 0; j < n; j++)
        dx[j] = rule_norm_slope(dy[j] * weight[j], rule_normed(x[j], mean, unscale), unscale,
                                mean_g, mean_along);
}

void cpu_norm_backward(Backend *backend, NormKind kind, Matrix x, Matrix weight, Matrix stats,
                       Matrix dy, Matrix dx, bool adds, Matrix dweight, Matrix dbias)
{
    assert(matrix_same_shape(x, dy) && matrix_same_shape(x, dx) && stats.rows == x.rows);
    int64_t n = x.cols;
    CpuBlocks blocks = cpu_blocks(x.rows, 1, CPU_SUM_ROWS);
    size_t size = (size_t)(2 * n * blocks.count) * sizeof(double);
    double *part = cpu_scratch(backend, CPU_SCRATCH_SUMS, size);
    Job job = {kind, x, stats, dy, dx, matrix_reals(weight), adds};
#pragma omp parallel for schedule(static) if (matrix_count(x) >= CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++) {
        CpuBlock block = cpu_block(blocks, b);
        double *sums = part + 2 * n * b;
        memset(sums, 0, (size_t)(2 * n) * sizeof *sums);
        for (int64_t r = block.first; r < block.first + block.count; r++)
            backward_row(&job, r, sums, sums + n);
    }
    cpu_add_parts(blocks.count, n, 2 * n, part, matrix_reals(dweight));
    if (matrix_exists(dbias)) cpu_add_parts(blocks.count, n, 2 * n, part + n, matrix_reals(dbias));
}
