/* Convolutions as products: every output pixel's window becomes a row of a matrix of patches, some
 * images at a time, so that the patches stay small; where a window is one pixel the image is
 * that matrix itself. With P (pixels x window) of those images:
 *   y = P Wᵀ + bias,  dW += dyᵀ P,  dP = dy W, and dx is the sum over the windows that saw a pixel:
 * each input pixel gathers its own, in the order of the window's places, so nothing is added
 * to what another thread adds to. */
#include "compute/cuda_each.cuh"

/* Numbers of patches that stand at once: 32 MiB, which an H100's second cache holds. */
#ifndef CUDA_CONV_PATCHES /* the emulator's are few */
#define CUDA_CONV_PATCHES (1 << 23)
#endif
enum { CONV_PATCHES = CUDA_CONV_PATCHES };

typedef struct {
    ConvShape of;
    int64_t out_height, out_width, pixels, window; /* output pixels of an image; numbers of one */
} Geometry;

static Geometry geometry_of(const ConvShape *shape)
{
    assert(shape->padding < shape->kernel);
    Geometry g = {};
    g.of = *shape;
    g.out_height = conv_side(shape, shape->height);
    g.out_width = conv_side(shape, shape->width);
    g.pixels = g.out_height * g.out_width;
    g.window = shape->kernel * shape->kernel * shape->inputs;
    return g;
}

/* Is the image its own matrix of patches? */
static bool is_plain(const Geometry *g)
{
    return g->of.kernel == 1 && g->of.stride == 1 && g->of.padding == 0;
}

/* Images at a time, at least one. */
static int64_t chunk_images(const Geometry *g)
{
    int64_t fit = CONV_PATCHES / (g->pixels * g->window);
    return fit < 1 ? 1 : fit < g->of.batch ? fit : g->of.batch;
}

static Matrix patches_of(Backend *backend, const Geometry *g, int64_t images)
{
    int64_t rows = images * g->pixels;
    size_t bytes = (size_t)(rows * g->window) * sizeof(real);
    return matrix_of((real *)cuda_scratch(backend, CUDA_SCRATCH_CONV, bytes), rows, g->window);
}

static Matrix images_of(Matrix A, int64_t pixels, int64_t first, int64_t images)
{
    return matrix_rows(A, first * pixels, images * pixels);
}

/* ---- patches from images */

typedef struct {
    Geometry g;
    Matrix x, patches;
    bool by_four; /* four places of a window are four channels of a pixel, 16 bytes together */
} PatchJob;

/* The row of x that place `tap` (line by line) of the window of output pixel `row` is; −1 where
 * that lies outside the image. */
static __device__ int64_t source_pixel(const Geometry &g, int row, int tap)
{
    int pixels = (int)g.pixels, width = (int)g.out_width, kernel = (int)g.of.kernel;
    int image = row / pixels, pixel = row % pixels;
    int64_t y = pixel / width * g.of.stride + tap / kernel - g.of.padding;
    int64_t x = pixel % width * g.of.stride + tap % kernel - g.of.padding;
    if (y < 0 || y >= g.of.height || x < 0 || x >= g.of.width) return -1;
    return (image * g.of.height + y) * g.of.width + x;
}

static __device__ void each_piece(const PatchJob &job, CudaPiece piece)
{
    CudaFour patch = {{0.0f, 0.0f, 0.0f, 0.0f}};
    int inputs = (int)job.g.of.inputs, first = (int)piece.first, row = (int)piece.row;
    if (job.by_four) {
        int64_t pixel = source_pixel(job.g, row, first / inputs);
        if (pixel >= 0) patch = cuda_load(job.x, CudaPiece{pixel, first % inputs, CUDA_FOUR, true});
    } else {
        for (int k = 0; k < piece.count; k++) {
            int64_t pixel = source_pixel(job.g, row, (first + k) / inputs);
            if (pixel >= 0) patch.at[k] = cuda_row(job.x, pixel)[(first + k) % inputs];
        }
    }
    cuda_store(job.patches, piece, patch);
}

/* The patches of images first … first + images − 1, or the images themselves. */
static Matrix patches_from(Backend *backend, const Geometry *g, Matrix x, int64_t first,
                           int64_t images)
{
    x = images_of(x, g->of.height * g->of.width, first, images);
    if (is_plain(g)) return x;
    Matrix patches = patches_of(backend, g, images);
    bool by_four = g->of.inputs % CUDA_FOUR == 0 && cuda_is_wide(x);
    cuda_each(backend, patches.rows, patches.cols, cuda_is_wide(patches),
              PatchJob{*g, x, patches, by_four});
    return patches;
}

void cuda_convolve(Backend *backend, const ConvShape *shape, Matrix x, Matrix W, Matrix bias,
                   Matrix y)
{
    Geometry g = geometry_of(shape);
    Matrix none = {};
    int64_t step = chunk_images(&g);
    for (int64_t first = 0; first < shape->batch; first += step) {
        int64_t images = shape->batch - first < step ? shape->batch - first : step;
        cuda_linear(backend, patches_from(backend, &g, x, first, images), W, bias, ACT_NONE, none,
                    none, images_of(y, g.pixels, first, images));
    }
}

void cuda_convolve_weights(Backend *backend, const ConvShape *shape, Matrix x, Matrix dy, Matrix dW)
{
    Geometry g = geometry_of(shape);
    int64_t step = chunk_images(&g);
    for (int64_t first = 0; first < shape->batch; first += step) {
        int64_t images = shape->batch - first < step ? shape->batch - first : step;
        cuda_gemm(backend, TRANSPOSED, PLAIN, 1, images_of(dy, g.pixels, first, images),
                  patches_from(backend, &g, x, first, images), 1, dW);
    }
}

/* ---- images from patches */

typedef struct {
    Geometry g;
    Matrix patches, dx;
    bool adds;
} GatherJob;

/* The output line (or column) whose window has input line `at` as its line `tap`; −1: none. */
static __device__ int window_of(const Geometry &g, int at, int tap, int64_t outputs)
{
    int from = at + (int)g.of.padding - tap, stride = (int)g.of.stride;
    return from >= 0 && from % stride == 0 && from / stride < outputs ? from / stride : -1;
}

static __device__ void each_piece(const GatherJob &job, CudaPiece piece)
{
    const Geometry &g = job.g;
    int height = (int)g.of.height, width = (int)g.of.width, kernel = (int)g.of.kernel;
    int row = (int)piece.row, x = row % width, y = row / width % height;
    int64_t image = row / (height * width);
    CudaFour sum = {{0.0f, 0.0f, 0.0f, 0.0f}};
    for (int tap = 0; tap < kernel * kernel; tap++) {
        int line = window_of(g, y, tap / kernel, g.out_height);
        int column = window_of(g, x, tap % kernel, g.out_width);
        if (line < 0 || column < 0) continue;
        CudaPiece from = piece;
        from.row = image * g.pixels + line * g.out_width + column;
        from.first = tap * g.of.inputs + piece.first;
        CudaFour patch = cuda_load(job.patches, from);
#pragma unroll
        for (int k = 0; k < CUDA_FOUR; k++) sum.at[k] += patch.at[k];
    }
    if (job.adds) {
        CudaFour before = cuda_load(job.dx, piece);
#pragma unroll
        for (int k = 0; k < CUDA_FOUR; k++) sum.at[k] += before.at[k];
    }
    cuda_store(job.dx, piece, sum);
}

void cuda_convolve_backward(Backend *backend, const ConvShape *shape, Matrix dy, Matrix W,
                            Matrix dx, bool adds)
{
    Geometry g = geometry_of(shape);
    if (is_plain(&g)) {
        cuda_gemm(backend, PLAIN, PLAIN, 1, dy, W, adds ? 1 : 0, dx);
        return;
    }
    int64_t step = chunk_images(&g);
    bool wide = shape->inputs % CUDA_FOUR == 0 && cuda_is_wide(dx);
    for (int64_t first = 0; first < shape->batch; first += step) {
        int64_t images = shape->batch - first < step ? shape->batch - first : step;
        Matrix patches = patches_of(backend, &g, images);
        cuda_gemm(backend, PLAIN, PLAIN, 1, images_of(dy, g.pixels, first, images), W, 0, patches);
        Matrix to = images_of(dx, shape->height * shape->width, first, images);
        cuda_each(backend, to.rows, to.cols, wide, GatherJob{g, patches, to, adds});
    }
}
