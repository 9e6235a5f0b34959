/* One pass over the rows of a design for up to eight points w at once, in double.
 *
 * A block does a strip of rows, borders by the shape alone, a group of rows at a time:
 * margins, then losses and coefficients, then each row's share of the sums. A group's features
 * are read from the memory once: the margins leave them in shared memory, as they are stored,
 * for the sums. They are widened to double in registers, so a pass costs the memory of the
 * narrow storage: float64 needs half a multiplication for a byte, bytes need four operations,
 * four fifths of what an H100 has in double at its full bandwidth.
 *
 * Every sum has one order, whatever the number of points: eight at once give the bytes of
 * eight alone. K: points at once. Only cuda_rowpass.cu includes this. */
#ifndef COMPUTE_CUDA_ROWPASS_CUH
#define COMPUTE_CUDA_ROWPASS_CUH

#include "compute/cuda_rowpass_element.cuh"
#include "compute/cuda_rowtask.cuh"

enum {
    ROWPASS_GROUP = 64, /* rows of a group, at most */
    ROWPASS_PIECE = 16, /* bytes of features that a thread reads at a time */
};

/* Where column j of w stands: pieces lie side by side, two columns of each at a time, so that
 * the threads of a team, a piece each, read neighbouring 16 bytes. */
static inline int64_t row_turned(int64_t width, int64_t element_bytes, int64_t j)
{
    int64_t long_piece = ROWPASS_PIECE / element_bytes, pieces = width / long_piece;
    int64_t piece = j / long_piece, at = j % long_piece;
    return (at / 2 * pieces + piece) * 2 + at % 2;
}

/* ---- margins */

/* z[r K + k] = a_r·w_k for the group's rows r. Two rows of bytes share each piece of w: it is
 * eight times as long as theirs. Every warp makes the same turns with all its threads. */
template <typename Feature, int K>
static __device__ void row_margins(const RowTask &task, int64_t first, int count, uint4 *tile,
                                   double *z)
{
    constexpr int LONG = ROWPASS_PIECE / sizeof(Feature), SHARE = sizeof(Feature) == 1 ? 2 : 1;
    const int lane = threadIdx.x % CUDA_WARP, member = lane % task.team;
    const int teams = CUDA_WARP / task.team;
    const int64_t pieces = task.width / LONG;
    const uint4 *features = (const uint4 *)task.features + first * pieces;
    const double2 *w = (const double2 *)task.w;
    for (int begin = (int)threadIdx.x / CUDA_WARP * teams * SHARE; begin < count;
         begin += ROWPASS_WARPS * teams * SHARE) {
        double sum[SHARE][K] = {};
        const int row = begin + lane / task.team;
        for (int64_t p = member; p < pieces; p += task.team) {
            uint4 raw[SHARE];
#pragma unroll
            for (int s = 0; s < SHARE; s++) {
                const int r = row + s * teams;
                raw[s] = r < count ? features[r * pieces + p] : make_uint4(0, 0, 0, 0);
                if (tile && r < count) tile[r * pieces + p] = raw[s];
            }
#pragma unroll
            for (int e = 0; e < LONG; e += 2)
#pragma unroll
                for (int k = 0; k < K; k++) {
                    const double2 v = w[(k * (LONG / 2) + e / 2) * pieces + p];
#pragma unroll
                    for (int s = 0; s < SHARE; s++) {
                        sum[s][k] = fma(row_element(raw[s], e, Feature()), v.x, sum[s][k]);
                        sum[s][k] = fma(row_element(raw[s], e + 1, Feature()), v.y, sum[s][k]);
                    }
                }
        }
#pragma unroll
        for (int s = 0; s < SHARE; s++)
#pragma unroll
            for (int k = 0; k < K; k++) {
                for (int far = task.team / 2; far > 0; far /= 2)
                    sum[s][k] += __shfl_xor_sync(0xffffffffu, sum[s][k], far);
                const int r = row + s * teams;
                if (member == 0 && r < count) z[r * K + k] = task.factor[first + r] * sum[s][k];
            }
    }
}

/* ---- losses and coefficients */

/* z becomes c, the factor of the features in the sums. A row's loss is added to the slot of its
 * number in the strip modulo the group's limit: an order that knows neither groups nor K. */
static __device__ inline void row_stage(const RowTask &task, int64_t first, int count, int64_t done,
                                        int K, double *z, double *losses)
{
    for (int at = threadIdx.x; at < count * K; at += CUDA_BLOCK) {
        const int64_t row = first + at / K;
        double loss;
        const double c = row_coefficient(task, row, z[at], &loss);
        losses[(done + at / K) % ROWPASS_GROUP * K + at % K] += loss;
        z[at] = c * task.factor[row];
    }
}

/* ---- sums */

/* sums[(slice K + k) width + j] += Σ c_rk features_rj over the slice's rows of the group. */
template <typename Feature, int K>
static __device__ void row_combine(const RowTask &task, int64_t done, int count,
                                   const Feature *features, const double *c, double *sums)
{
    constexpr int COLUMNS = sizeof(Feature) == 8 ? 2 : 4;
    const int64_t chunks = task.width / COLUMNS;
    const int slice = task.slices > 1 ? (int)(threadIdx.x / chunks) : 0;
    if (slice >= task.slices) return;
    const int begin = (int)((slice - done % task.slices + task.slices) % task.slices);
    for (int64_t chunk = threadIdx.x - slice * chunks; chunk < chunks; chunk += CUDA_BLOCK) {
        double *mine = sums + slice * K * task.width + chunk * COLUMNS;
        double sum[K][COLUMNS];
#pragma unroll
        for (int k = 0; k < K; k++)
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) sum[k][j] = mine[k * task.width + j];
        for (int r = begin; r < count; r += task.slices) {
            const uint4 raw = row_columns(features + r * task.width + chunk * COLUMNS);
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) {
                const double x = row_element(raw, j, Feature());
#pragma unroll
                for (int k = 0; k < K; k++) sum[k][j] = fma(c[r * K + k], x, sum[k][j]);
            }
        }
#pragma unroll
        for (int k = 0; k < K; k++)
#pragma unroll
            for (int j = 0; j < COLUMNS; j++) mine[k * task.width + j] = sum[k][j];
    }
}

/* This strip's results into its part: the slices in order, then the losses' slots. */
static __device__ inline void row_finish(const RowTask &task, int K, const double *sums,
                                         const double *losses, double *part)
{
    for (int64_t at = threadIdx.x; task.sums_shared && at < K * task.width; at += CUDA_BLOCK) {
        const int64_t k = at / task.width, j = at % task.width;
        double sum = 0.0;
        for (int s = 0; s < task.slices; s++) sum += sums[(s * K + k) * task.width + j];
        part[k * task.width + j] = sum;
    }
    if ((int)threadIdx.x < K) {
        double sum = 0.0;
        for (int slot = 0; slot < ROWPASS_GROUP; slot++) sum += losses[slot * K + threadIdx.x];
        part[K * task.width + threadIdx.x] = sum;
    }
}

/* Shared memory: tile (group x width features) | c, losses (ROWPASS_GROUP x K each) | sums
 * (slices x K x width). Where the sums do not fit they stand in the part itself, K = 1. */
template <typename Feature, int K>
static __global__ void __launch_bounds__(CUDA_BLOCK) row_kernel(RowTask task)
{
    CUDA_SHARED(unsigned char, shared);
    uint4 *tile = task.tiled ? (uint4 *)shared : NULL;
    double *c = (double *)(shared + (task.tiled ? task.group * task.width * sizeof(Feature) : 0));
    double *losses = c + ROWPASS_GROUP * K;
    double *part = task.parts + blockIdx.x * K * (task.width + 1);
    double *sums = task.sums_shared ? losses + ROWPASS_GROUP * K : part;
    const int64_t begin = task.rows * blockIdx.x / task.strips;
    const int64_t end = task.rows * (blockIdx.x + 1) / task.strips;
    for (int at = threadIdx.x; at < ROWPASS_GROUP * K; at += CUDA_BLOCK) losses[at] = 0.0;
    for (int64_t at = threadIdx.x; at < task.slices * K * task.width; at += CUDA_BLOCK)
        sums[at] = 0.0;
    for (int64_t first = begin; first < end; first += task.group) {
        const int count = (int)(end - first < task.group ? end - first : task.group);
        if (task.stage != ROWPASS_COMBINE) row_margins<Feature, K>(task, first, count, tile, c);
        __syncthreads();
        row_stage(task, first, count, first - begin, K, c, losses);
        __syncthreads();
        const Feature *features = (const Feature *)task.features + first * task.width;
        if (tile && task.stage != ROWPASS_COMBINE) features = (const Feature *)tile;
        if (task.sums) row_combine<Feature, K>(task, first - begin, count, features, c, sums);
        __syncthreads();
    }
    __syncthreads();
    row_finish(task, K, sums, losses, part);
}

#endif
