#include "compute/cpu.h"

#include "compute/rules.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Ioffe and Szegedy 2015. Two numbers per column are summed over blocks of rows, in double;
 * the blocks' sums lie behind each other: 2 x columns doubles a block. */
enum { BLOCK = 1 << 14 };

static CpuBlocks blocks_of(Matrix x) { return cpu_blocks(x.rows, x.cols, BLOCK); }

static double *block_sums(Backend *backend, Matrix x)
{
    size_t numbers = (size_t)(2 * x.cols * blocks_of(x).count);
    return memset(cpu_scratch(backend, CPU_SCRATCH_SUMS, numbers * sizeof(double)), 0,
                  numbers * sizeof(double));
}

/* Column j's two totals, block after block. */
static void total(const double *sums, int64_t blocks, int64_t cols, int64_t j, double out[2])
{
    out[0] = out[1] = 0.0;
    for (int64_t b = 0; b < blocks; b++)
        for (int k = 0; k < 2; k++) out[k] += sums[(2 * b + k) * cols + j];
}

/* Σ (x − pivot) and Σ (x − pivot)². The first row as pivot keeps the difference of the two
 * small where the mean is large beside the deviation. */
static void add_moments(Matrix x, const real *pivot, double *sums)
{
    double *first = sums, *second = sums + x.cols;
    for (int64_t i = 0; i < x.rows; i++) {
        const real *row = matrix_row(x, i);
#pragma omp simd
        for (int64_t j = 0; j < x.cols; j++) {
            double d = (double)row[j] - (double)pivot[j];
            first[j] += d;
            second[j] += d * d;
        }
    }
}

static void find_statistics(Backend *backend, const BatchNorm *norm, Matrix x)
{
    CpuBlocks blocks = blocks_of(x);
    double *sums = block_sums(backend, x), n = (double)x.rows;
    const real *pivot = matrix_row(x, 0);
#pragma omp parallel for schedule(static) if (matrix_count(x) > CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++) {
        CpuBlock block = cpu_block(blocks, b);
        add_moments(matrix_rows(x, block.first, block.count), pivot, sums + 2 * b * x.cols);
    }
    real *mean = matrix_reals(norm->mean), *unscale = matrix_reals(norm->unscale);
    real *running_mean = matrix_reals(norm->running_mean);
    real *running_variance = matrix_reals(norm->running_variance);
    for (int64_t j = 0; j < x.cols; j++) {
        double sum[2];
        total(sums, blocks.count, x.cols, j, sum);
        double at = sum[0] / n, variance = fmax(sum[1] / n - at * at, 0.0);
        double unbiased = x.rows > 1 ? variance * (n / (n - 1.0)) : variance;
        mean[j] = (real)((double)pivot[j] + at);
        unscale[j] = (real)(1.0 / sqrt(variance + (double)norm->epsilon));
        running_mean[j] += norm->share * (mean[j] - running_mean[j]);
        running_variance[j] += norm->share * ((real)unbiased - running_variance[j]);
    }
}

/* y = phi((x − mean) weight unscale + bias + skip). (x − mean) first: exact where they are near. */
static void apply(const BatchNorm *norm, Matrix mean, Matrix scale, Matrix x, Matrix skip, Matrix y)
{
    const real *centre = matrix_reals(mean), *factor = matrix_reals(scale);
    const real *bias = matrix_reals(norm->bias);
    real floor = norm->activation == ACT_RELU ? 0 : -(real)INFINITY;
    for (int64_t i = 0; i < x.rows; i++) {
        const real *from = matrix_row(x, i);
        const real *beside = matrix_exists(skip) ? matrix_row(skip, i) : NULL;
        real *to = matrix_row(y, i);
        for (int64_t j = 0; j < x.cols; j++) {
            real z = rule_fma(from[j] - centre[j], factor[j], bias[j]);
            if (beside) z += beside[j];
            to[j] = z < floor ? floor : z; /* NaN stays */
        }
    }
}

static void normalise(Backend *backend, const BatchNorm *norm, Matrix mean, const real *unscale,
                      Matrix x, Matrix skip, Matrix y)
{
    assert(norm->activation == ACT_NONE || norm->activation == ACT_RELU);
    CpuBlocks blocks = blocks_of(x);
    Matrix scale =
        matrix_of(cpu_scratch(backend, CPU_SCRATCH_SUMS, (size_t)x.cols * sizeof(real)), 1, x.cols);
    const real *weight = matrix_reals(norm->weight);
    for (int64_t j = 0; j < x.cols; j++) matrix_reals(scale)[j] = weight[j] * unscale[j];
#pragma omp parallel for schedule(static) if (matrix_count(x) > CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++) {
        CpuBlock block = cpu_block(blocks, b);
        Matrix beside =
            matrix_exists(skip) ? matrix_rows(skip, block.first, block.count) : (Matrix){0};
        apply(norm, mean, scale, matrix_rows(x, block.first, block.count), beside,
              matrix_rows(y, block.first, block.count));
    }
}

void cpu_batchnorm(Backend *backend, const BatchNorm *norm, Matrix x, Matrix skip, Matrix y)
{
    find_statistics(backend, norm, x);
    normalise(backend, norm, norm->mean, matrix_reals(norm->unscale), x, skip, y);
}

void cpu_batchnorm_eval(Backend *backend, const BatchNorm *norm, Matrix x, Matrix skip, Matrix y)
{
    real *unscale = matrix_reals(norm->unscale);
    const real *variance = matrix_reals(norm->running_variance);
    for (int64_t j = 0; j < x.cols; j++)
        unscale[j] = (real)(1.0 / sqrt((double)variance[j] + (double)norm->epsilon));
    normalise(backend, norm, norm->running_mean, unscale, x, skip, y);
}

/* dz = phi'(z) dy, in dy's place; Σ dz and Σ dz (x − mean) unscale. */
static void add_gradients(const BatchNorm *norm, Matrix x, Matrix y, Matrix dy, double *sums)
{
    const real *mean = matrix_reals(norm->mean), *unscale = matrix_reals(norm->unscale);
    double *bias = sums, *weight = sums + x.cols;
    bool masked = norm->activation == ACT_RELU;
    for (int64_t i = 0; i < x.rows; i++) {
        const real *from = matrix_row(x, i), *out = matrix_row(y, i);
        real *gradient = matrix_row(dy, i);
        if (masked)
            for (int64_t j = 0; j < x.cols; j++) gradient[j] = out[j] > 0 ? gradient[j] : 0;
#pragma omp simd
        for (int64_t j = 0; j < x.cols; j++) {
            real normal = (from[j] - mean[j]) * unscale[j];
            bias[j] += (double)gradient[j];
            weight[j] += (double)gradient[j] * (double)normal;
        }
    }
}

/* dx = weight unscale (dz − Σdz / n − x̂ Σ(dz x̂) / n), as  a (dz − b (x − mean) − c). */
typedef struct {
    real *a, *b, *c;
} Slopes;

static void apply_slopes(const BatchNorm *norm, Slopes slopes, Matrix x, Matrix dy, Matrix dx,
                         bool adds)
{
    const real *mean = matrix_reals(norm->mean);
    for (int64_t i = 0; i < x.rows; i++) {
        const real *from = matrix_row(x, i), *gradient = matrix_row(dy, i);
        real *to = matrix_row(dx, i);
        for (int64_t j = 0; j < x.cols; j++) {
            real centred = rule_fma(slopes.b[j], from[j] - mean[j], slopes.c[j]);
            real slope = slopes.a[j] * (gradient[j] - centred);
            to[j] = adds ? to[j] + slope : slope;
        }
    }
}

/* Adds the totals to dweight and dbias and turns them into slopes. */
static void find_slopes(const BatchNorm *norm, int64_t rows, int64_t blocks, const double *sums,
                        Matrix dweight, Matrix dbias, Slopes slopes)
{
    const real *unscale = matrix_reals(norm->unscale), *weight = matrix_reals(norm->weight);
    int64_t cols = norm->mean.cols;
    for (int64_t j = 0; j < cols; j++) {
        double sum[2];
        total(sums, blocks, cols, j, sum);
        matrix_reals(dbias)[j] += (real)sum[0];
        matrix_reals(dweight)[j] += (real)sum[1];
        slopes.a[j] = weight[j] * unscale[j];
        slopes.b[j] = (real)((double)unscale[j] * sum[1] / (double)rows);
        slopes.c[j] = (real)(sum[0] / (double)rows);
    }
}

void cpu_batchnorm_backward(Backend *backend, const BatchNorm *norm, Matrix x, Matrix y, Matrix dy,
                            Matrix dx, bool adds, Matrix dweight, Matrix dbias)
{
    CpuBlocks blocks = blocks_of(x);
    double *sums = block_sums(backend, x);
#pragma omp parallel for schedule(static) if (matrix_count(x) > CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++) {
        CpuBlock at = cpu_block(blocks, b);
        add_gradients(norm, matrix_rows(x, at.first, at.count), matrix_rows(y, at.first, at.count),
                      matrix_rows(dy, at.first, at.count), sums + 2 * b * x.cols);
    }
    real *memory = cpu_scratch(backend, CPU_SCRATCH_CONV, (size_t)(3 * x.cols) * sizeof *memory);
    Slopes slopes = {memory, memory + x.cols, memory + 2 * x.cols};
    find_slopes(norm, x.rows, blocks.count, sums, dweight, dbias, slopes);
    if (!matrix_exists(dx)) return;
#pragma omp parallel for schedule(static) if (matrix_count(x) > CPU_FORK)
    for (int64_t b = 0; b < blocks.count; b++) {
        CpuBlock at = cpu_block(blocks, b);
        apply_slopes(norm, slopes, matrix_rows(x, at.first, at.count),
                     matrix_rows(dy, at.first, at.count), matrix_rows(dx, at.first, at.count),
                     adds);
    }
}
