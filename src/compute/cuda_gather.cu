/* Batches out of data in the device's memory: a step sends 8 bytes a row instead of the row.
 *
 * A byte is read for every 4 (images) or 8 (text) that are written, and neighbouring threads do
 * neighbouring numbers of a row: a fraction of what the first layer moves. */
#include "compute/cuda_each.cuh"

enum { LEVELS = 256 };

static __global__ void windows_kernel(const uint8_t *bytes, int64_t windows, int64_t context,
                                      const int64_t *places, int32_t *tokens, int32_t *labels)
{
    for (int64_t k = cuda_thread(); k < windows * context; k += cuda_threads()) {
        int64_t place = places[k / context], at = place + k % context;
        tokens[k] = place < 0 ? 0 : bytes[at];
        labels[k] = place < 0 ? -1 : bytes[at + 1];
    }
}

void cuda_gather_windows(Backend *backend, const uint8_t *bytes, int64_t windows, int64_t context,
                         const int64_t *places, int32_t *tokens, int32_t *labels)
{
    CUDA_LAUNCH(backend, windows_kernel, cuda_grid(windows * context), CUDA_BLOCK, 0, bytes,
                windows, context, places, tokens, labels);
}

/* pixels: a row per image */
typedef struct {
    ByteImages from;
    const int64_t *places;
    int64_t channels;
    Matrix pixels;
    int32_t *labels;
} ImagesJob;

/* The levels, 1 KB a channel, stay in the first cache. */
static __device__ void each_piece(const ImagesJob &job, CudaPiece piece)
{
    int64_t place = job.places[piece.row], size = job.pixels.cols;
    CudaFour y = {{0.0f, 0.0f, 0.0f, 0.0f}};
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++) {
        int64_t p = piece.first + k;
        if (place >= 0 && k < piece.count)
            y.at[k] = job.from.levels[p % job.channels * LEVELS + job.from.bytes[place * size + p]];
    }
    cuda_store(job.pixels, piece, y);
    if (piece.first == 0) job.labels[piece.row] = place < 0 ? -1 : job.from.labels[place];
}

void cuda_gather_images(Backend *backend, const ByteImages *from, int64_t images,
                        const int64_t *places, Matrix pixels, int32_t *labels)
{
    assert(matrix_is_contiguous(pixels) && pixels.rows % images == 0);
    Matrix rows = matrix_reshaped(pixels, images, matrix_count(pixels) / images);
    ImagesJob job = {*from, places, pixels.cols, rows, labels};
    cuda_each(backend, rows.rows, rows.cols, cuda_is_wide(rows), job);
}
