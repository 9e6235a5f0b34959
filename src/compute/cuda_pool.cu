/* Pooling: a thread does one window of four channels; every pixel is in one window, so memory sees
 * each once. */
#include "compute/cuda_each.cuh"

typedef struct {
    PoolShape shape;
    Matrix x, y, dy, dx;
    bool adds;
} PoolJob;

/* The row of pixel k of window `window`: size_y divides the height, so the lines of windows of
 * all images are cut as if they were one image's. */
static __device__ int64_t pixel_row(const PoolShape &shape, int64_t window, int64_t k)
{
    int64_t across = shape.width / shape.size_x, line = window / across;
    return (line * shape.size_y + k / shape.size_x) * shape.width +
           (window - line * across) * shape.size_x + k % shape.size_x;
}

static __device__ CudaPiece pixel_at(const PoolJob &job, CudaPiece window, int64_t k)
{
    CudaPiece pixel = window;
    pixel.row = pixel_row(job.shape, window.row, k);
    return pixel;
}

static __device__ void each_piece(const PoolJob &job, CudaPiece piece)
{
    int64_t size = job.shape.size_y * job.shape.size_x;
    float scale = 1.0f / (float)size;
    CudaFour y = cuda_load(job.x, pixel_at(job, piece, 0));
    for (int64_t k = 1; k < size; k++) {
        CudaFour x = cuda_load(job.x, pixel_at(job, piece, k));
#pragma unroll
        for (int c = 0; c < CUDA_FOUR; c++)
            if (job.shape.kind == POOL_MEAN)
                y.at[c] += x.at[c];
            else /* NaN wins and stays */
                y.at[c] = x.at[c] > y.at[c] || x.at[c] != x.at[c] ? x.at[c] : y.at[c];
    }
#pragma unroll
    for (int c = 0; c < CUDA_FOUR; c++)
        if (job.shape.kind == POOL_MEAN) y.at[c] *= scale;
    cuda_store(job.y, piece, y);
}

void cuda_pool(Backend *backend, const PoolShape *shape, Matrix x, Matrix y)
{
    assert(shape->height % shape->size_y == 0 && shape->width % shape->size_x == 0);
    assert(matrix_count(y) * shape->size_y * shape->size_x == matrix_count(x));
    Matrix none = {};
    cuda_each(backend, y.rows, y.cols, cuda_is_wide(x) && cuda_is_wide(y),
              PoolJob{*shape, x, y, none, none, false});
}

/* ---- backward */

typedef struct {
    PoolJob pool;
} MaxSlopeJob;

/* `left` is what of dy has not met its maximum yet: the first hit takes it. */
static __device__ void each_piece(const MaxSlopeJob &job, CudaPiece piece)
{
    const PoolJob &pool = job.pool;
    int64_t size = pool.shape.size_y * pool.shape.size_x;
    CudaFour top = cuda_load(pool.y, piece), left = cuda_load(pool.dy, piece);
    for (int64_t k = 0; k < size; k++) {
        CudaPiece pixel = pixel_at(pool, piece, k);
        CudaFour x = cuda_load(pool.x, pixel), dx = {{0.0f, 0.0f, 0.0f, 0.0f}};
        if (pool.adds) dx = cuda_load(pool.dx, pixel);
#pragma unroll
        for (int c = 0; c < CUDA_FOUR; c++) {
            bool hit = x.at[c] == top.at[c];
            dx.at[c] += hit ? left.at[c] : 0.0f;
            left.at[c] = hit ? 0.0f : left.at[c];
        }
        cuda_store(pool.dx, pixel, dx);
    }
}

typedef struct {
    PoolJob pool;
} MeanSlopeJob;

static __device__ void each_piece(const MeanSlopeJob &job, CudaPiece piece)
{
    const PoolJob &pool = job.pool;
    int64_t size = pool.shape.size_y * pool.shape.size_x;
    float scale = 1.0f / (float)size;
    CudaFour dy = cuda_load(pool.dy, piece);
    for (int64_t k = 0; k < size; k++) {
        CudaPiece pixel = pixel_at(pool, piece, k);
        CudaFour dx = {{0.0f, 0.0f, 0.0f, 0.0f}};
        if (pool.adds) dx = cuda_load(pool.dx, pixel);
#pragma unroll
        for (int c = 0; c < CUDA_FOUR; c++) dx.at[c] += dy.at[c] * scale;
        cuda_store(pool.dx, pixel, dx);
    }
}

void cuda_pool_backward(Backend *backend, const PoolShape *shape, Matrix x, Matrix y, Matrix dy,
                        Matrix dx, bool adds)
{
    PoolJob job = {*shape, x, y, dy, dx, adds};
    bool wide = cuda_is_wide(dy) && cuda_is_wide(dx);
    if (shape->kind == POOL_MEAN)
        cuda_each(backend, dy.rows, dy.cols, wide, MeanSlopeJob{job});
    else
        cuda_each(backend, dy.rows, dy.cols, wide && cuda_is_wide(x) && cuda_is_wide(y),
                  MaxSlopeJob{job});
}
