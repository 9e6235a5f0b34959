/* Dropout: each element draws its own word of the stream, the CPU's. */
#include "compute/cuda_each.cuh"

typedef struct {
    Matrix x, y;
    Rng stream;
    const int64_t *step;
    uint32_t threshold;
    float scale;
} DropoutJob;

/* Philox 4x32-10 (Salmon et al. 2011): block `number` of a stream, as in base/rng.c. */
static __device__ void philox(const Rng &stream, uint64_t number, uint32_t word[4])
{
    uint32_t x0 = (uint32_t)number, x1 = (uint32_t)(number >> 32), x2 = stream.trial,
             x3 = stream.use, key0 = (uint32_t)stream.seed, key1 = (uint32_t)(stream.seed >> 32);
#pragma unroll
    for (int round = 0; round < 10; round++, key0 += 0x9E3779B9u, key1 += 0xBB67AE85u) {
        uint64_t a = (uint64_t)0xD2511F53u * x0, b = (uint64_t)0xCD9E8D57u * x2;
        x0 = (uint32_t)(b >> 32) ^ x1 ^ key0;
        x2 = (uint32_t)(a >> 32) ^ x3 ^ key1;
        x1 = (uint32_t)b;
        x3 = (uint32_t)a;
    }
    word[0] = x0, word[1] = x1, word[2] = x2, word[3] = x3;
}

/* Words index … index + 3: of one block or of two. */
static __device__ void draw(const Rng &stream, uint64_t index, uint32_t word[CUDA_FOUR])
{
    uint32_t of[2 * CUDA_FOUR];
    unsigned first = (unsigned)(index % CUDA_FOUR);
    philox(stream, index / CUDA_FOUR, of);
    if (first) philox(stream, index / CUDA_FOUR + 1, of + CUDA_FOUR);
#pragma unroll
    for (unsigned k = 0; k < CUDA_FOUR; k++)
        word[k] = first == 0   ? of[k]
                  : first == 1 ? of[k + 1]
                  : first == 2 ? of[k + 2]
                               : of[k + 3]; /* registers have no computed index */
}

static __device__ void each_piece(const DropoutJob &job, CudaPiece piece)
{
    CudaFour x = cuda_load(job.x, piece), y;
    uint32_t word[CUDA_FOUR];
    Rng stream = job.stream;
    if (job.step) stream.trial = (uint32_t)*job.step;
    draw(stream, stream.index + (uint64_t)(piece.row * job.x.cols + piece.first), word);
#pragma unroll
    for (int k = 0; k < CUDA_FOUR; k++)
        y.at[k] = word[k] >= job.threshold ? x.at[k] * job.scale : 0.0f;
    cuda_store(job.y, piece, y);
}

void cuda_dropout(Backend *backend, Rng stream, const int64_t *step, real share, Matrix x, Matrix y)
{
    assert(matrix_same_shape(x, y) && share >= 0.0f && share < 1.0f);
    if (matrix_is_contiguous(x) && matrix_is_contiguous(y)) x = cuda_flat(x), y = cuda_flat(y);
    DropoutJob job = {
        x, y, stream, step, (uint32_t)((double)share * 0x1p32), 1.0f / (1.0f - share)};
    cuda_each(backend, x.rows, x.cols, cuda_is_wide(x) && cuda_is_wide(y), job);
}
