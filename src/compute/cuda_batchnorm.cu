/* Ioffe and Szegedy 2015. Statistics by columns in double (cuda_columns.cuh), then one pass over
 * the elements. */
#include "compute/cuda_columns.cuh"
#include "compute/cuda_each.cuh"

/* A vector of numbers by column, under a piece. */
static __device__ CudaFour load_vector(Matrix vector, CudaPiece piece)
{
    return cuda_load_at((const float *)vector.data + piece.first, piece);
}

static __device__ float *at(Matrix vector, int64_t col) { return (float *)vector.data + col; }

/* ---- statistics */

typedef struct {
    BatchNorm norm;
    Matrix x;
} StatisticsJob;

/* Σ (x − pivot) and Σ (x − pivot)². The first row as pivot keeps the difference of the two
 * small where the mean is large beside the deviation. */
static __device__ void column_terms(const StatisticsJob &job, int64_t row, int64_t col,
                                    double term[2])
{
    term[0] = (double)cuda_row(job.x, row)[col] - (double)cuda_row(job.x, 0)[col];
    term[1] = term[0] * term[0];
}

static __device__ void column_finish(const StatisticsJob &job, int64_t col, const double sum[2])
{
    const BatchNorm &norm = job.norm;
    double n = (double)job.x.rows, shift = sum[0] / n;
    double variance = fmax(sum[1] / n - shift * shift, 0.0);
    double unbiased = n > 1.0 ? variance * (n / (n - 1.0)) : variance;
    float mean = (float)((double)cuda_row(job.x, 0)[col] + shift);
    float *running_mean = at(norm.running_mean, col);
    float *running_variance = at(norm.running_variance, col);
    *at(norm.mean, col) = mean;
    *at(norm.unscale, col) = (float)(1.0 / sqrt(variance + (double)norm.epsilon));
    *running_mean += norm.share * (mean - *running_mean);
    *running_variance += norm.share * ((float)unbiased - *running_variance);
}

/* ---- y = phi((x − mean) weight unscale + bias + skip). (x − mean) first: exact where they are
 * near. */

typedef struct {
    Matrix mean, unscale, weight, bias, x, skip, y;
    float floor; /* −infinity without RELU */
} ApplyJob;

static __device__ void each_piece(const ApplyJob &job, CudaPiece piece)
{
    CudaFour x = cuda_load(job.x, piece), mean = load_vector(job.mean, piece);
    CudaFour weight = load_vector(job.weight, piece), unscale = load_vector(job.unscale, piece);
    CudaFour bias = load_vector(job.bias, piece), skip = {}, y;
    bool skips = job.skip.data != NULL;
    if (skips) skip = cuda_load(job.skip, piece);
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) {
        float z = fmaf(x.at[k] - mean.at[k], weight.at[k] * unscale.at[k], bias.at[k]);
        if (skips) z += skip.at[k];
        y.at[k] = z < job.floor ? job.floor : z; /* NaN stays */
    }
    cuda_store(job.y, piece, y);
}

static void apply(Backend *backend, const BatchNorm *norm, Matrix mean, Matrix x, Matrix skip,
                  Matrix y)
{
    assert(norm->activation == ACT_NONE || norm->activation == ACT_RELU);
    assert(matrix_same_shape(x, y));
    float floor = norm->activation == ACT_RELU ? 0.0f : -INFINITY;
    bool wide = cuda_is_wide(x) && cuda_is_wide(skip) && cuda_is_wide(y) && cuda_is_wide(mean) &&
                cuda_is_wide(norm->unscale) && cuda_is_wide(norm->weight) &&
                cuda_is_wide(norm->bias);
    cuda_each(backend, x.rows, x.cols, wide,
              ApplyJob{mean, norm->unscale, norm->weight, norm->bias, x, skip, y, floor});
}

void cuda_batchnorm(Backend *backend, const BatchNorm *norm, Matrix x, Matrix skip, Matrix y)
{
    cuda_columns<2>(backend, x.rows, x.cols, StatisticsJob{*norm, x});
    apply(backend, norm, norm->mean, x, skip, y);
}

static __global__ void unscale_kernel(BatchNorm norm)
{
    for (int64_t j = cuda_thread(); j < norm.unscale.cols; j += cuda_threads())
        *at(norm.unscale, j) =
            (float)(1.0 / sqrt((double)*at(norm.running_variance, j) + (double)norm.epsilon));
}

void cuda_batchnorm_eval(Backend *backend, const BatchNorm *norm, Matrix x, Matrix skip, Matrix y)
{
    CUDA_LAUNCH(backend, unscale_kernel, cuda_grid(x.cols), CUDA_BLOCK, 0, *norm);
    apply(backend, norm, norm->running_mean, x, skip, y);
}

/* ---- backward: dx = weight unscale (dz − Σdz / n − x̂ Σ(dz x̂) / n), as
 * a (dz − b (x − mean) − c) with a, b, c by column */

typedef struct {
    BatchNorm norm;
    Matrix x, y, dy, dx;
    bool adds;
    float *dweight, *dbias, *a, *b, *c;
} SlopeJob;

/* dz = phi'(z) dy, in dy's place: an element belongs to one thread. */
static __device__ void column_terms(const SlopeJob &job, int64_t row, int64_t col, double term[2])
{
    float *gradient = cuda_row(job.dy, row) + col, dz = *gradient;
    if (job.norm.activation == ACT_RELU) {
        dz = cuda_row(job.y, row)[col] > 0.0f ? dz : 0.0f;
        *gradient = dz;
    }
    float normal =
        (cuda_row(job.x, row)[col] - *at(job.norm.mean, col)) * *at(job.norm.unscale, col);
    term[0] = (double)dz;
    term[1] = (double)dz * (double)normal;
}

static __device__ void column_finish(const SlopeJob &job, int64_t col, const double sum[2])
{
    float unscale = *at(job.norm.unscale, col);
    double rows = (double)job.x.rows;
    job.dbias[col] += (float)sum[0];
    job.dweight[col] += (float)sum[1];
    job.a[col] = *at(job.norm.weight, col) * unscale;
    job.b[col] = (float)((double)unscale * sum[1] / rows);
    job.c[col] = (float)(sum[0] / rows);
}

static __device__ void each_piece(const SlopeJob &job, CudaPiece piece)
{
    CudaFour x = cuda_load(job.x, piece), dz = cuda_load(job.dy, piece), dx = {};
    CudaFour mean = load_vector(job.norm.mean, piece), a = cuda_load_at(job.a + piece.first, piece);
    CudaFour b = cuda_load_at(job.b + piece.first, piece);
    CudaFour c = cuda_load_at(job.c + piece.first, piece);
    if (job.adds) dx = cuda_load(job.dx, piece);
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) {
        float centred = fmaf(b.at[k], x.at[k] - mean.at[k], c.at[k]);
        float slope = a.at[k] * (dz.at[k] - centred);
        dx.at[k] = job.adds ? dx.at[k] + slope : slope;
    }
    cuda_store(job.dx, piece, dx);
}

void cuda_batchnorm_backward(Backend *backend, const BatchNorm *norm, Matrix x, Matrix y, Matrix dy,
                             Matrix dx, bool adds, Matrix dweight, Matrix dbias)
{
    int64_t each = cuda_ceil(x.cols, CUDA_FOUR) * CUDA_FOUR; /* each vector 16-byte aligned */
    float *memory =
        (float *)cuda_scratch(backend, CUDA_SCRATCH_BATCHNORM, (size_t)(3 * each) * sizeof *memory);
    SlopeJob job = {*norm,
                    x,
                    y,
                    dy,
                    dx,
                    adds,
                    matrix_reals(dweight),
                    matrix_reals(dbias),
                    memory,
                    memory + each,
                    memory + 2 * each};
    cuda_columns<2>(backend, x.rows, x.cols, job);
    if (!matrix_exists(dx)) return;
    bool wide = cuda_is_wide(x) && cuda_is_wide(dy) && cuda_is_wide(dx) && cuda_is_wide(norm->mean);
    cuda_each(backend, x.rows, x.cols, wide, job);
}
