/* Batches out of data in memory: the reference, since the host makes its own batches of them. */
#include "compute/cpu.h"

enum { LEVELS = 256 };

void cpu_gather_windows(Backend *backend, const uint8_t *bytes, int64_t windows, int64_t context,
                        const int64_t *places, int32_t *tokens, int32_t *labels)
{
    (void)backend;
#pragma omp parallel for schedule(static) if (windows * context >= CPU_FORK)
    for (int64_t b = 0; b < windows; b++) {
        bool is_there = places[b] >= 0;
        const uint8_t *from = bytes + (is_there ? places[b] : 0);
        for (int64_t t = 0; t < context; t++) {
            tokens[b * context + t] = is_there ? from[t] : 0;
            labels[b * context + t] = is_there ? from[t + 1] : -1;
        }
    }
}

void cpu_gather_images(Backend *backend, const ByteImages *from, int64_t images,
                       const int64_t *places, Matrix pixels, int32_t *labels)
{
    (void)backend;
    assert(matrix_is_contiguous(pixels) && pixels.rows % images == 0);
    int64_t size = matrix_count(pixels) / images, channels = pixels.cols;
#pragma omp parallel for schedule(static) if (matrix_count(pixels) >= CPU_FORK)
    for (int64_t b = 0; b < images; b++) {
        bool is_there = places[b] >= 0;
        const uint8_t *image = from->bytes + (is_there ? places[b] * size : 0);
        real *to = matrix_reals(pixels) + b * size;
        for (int64_t p = 0; p < size; p++)
            to[p] = is_there ? from->levels[p % channels * LEVELS + image[p]] : (real)0;
        labels[b] = is_there ? from->labels[places[b]] : -1;
    }
}
