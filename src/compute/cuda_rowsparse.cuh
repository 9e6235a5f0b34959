/* A pass over sparse rows at K points at once, in double.
 *
 * The stored values are on the device twice, row by row for the margins and column by column for
 * the sums, so that neither needs atomics and shapes alone decide every order: a few neighbouring
 * threads, a team, share a row's sum, another a piece of a column, whose pieces are then added in
 * order.
 *
 * Bytes of a pass at K points: 12 of each stored value for the margins (number, column) and 12 for
 * the sums (number, row), 8 of a row each for its start, factor and weight, and 16 K for its
 * coefficients, written and read. Besides, a value needs K numbers from w and K coefficients at
 * places of its own, which come from the second-level cache while these fit it, by 32 bytes at
 * least: 88 bytes through that cache for one point, 19 a point for eight. By this count the
 * memory's bandwidth / 24 bytes bounds the values per second of one point where the cache is four
 * times as fast.
 *
 * Every sum has one order, whatever K: eight points at once give the bytes of eight alone. Only
 * cuda_rowsparse.cu includes this. */
#ifndef COMPUTE_CUDA_ROWSPARSE_CUH
#define COMPUTE_CUDA_ROWSPARSE_CUH

#include "compute/cuda_rowtask.cuh"

enum {
    SPARSE_TEAM = 4
}; /* threads at least: their numbers fill 32 bytes, the least that is read */

/* Lists of numbers with their places in a vector: list i is start[i] … start[i + 1]. */
typedef struct {
    int64_t count;
    const int64_t *start; /* count + 1 */
    const int32_t *place;
    const double *value;
    int team; /* threads that share a list, neighbours in a warp */
} SparseLists;

/* The numbers of one place at all points: read 16 bytes at a time. */
template <int K> struct alignas(K > 1 ? 16 : 8) SparseNumbers {
    double at[K];
};

/* sum[k] = Σ value x[place K + k] over list i, in every thread of its team; 0 behind the last list.
 * All threads of a warp call it. */
template <int K>
static __device__ inline void sparse_sums(const SparseLists &lists, int64_t i, const double *x,
                                          double *sum)
{
    const SparseNumbers<K> *numbers = (const SparseNumbers<K> *)x;
    const int64_t begin = i < lists.count ? lists.start[i] : 0;
    const int64_t end = i < lists.count ? lists.start[i + 1] : 0;
#pragma unroll
    for (int k = 0; k < K; k++) sum[k] = 0.0;
    for (int64_t e = begin + threadIdx.x % lists.team; e < end; e += lists.team) {
        const double value = lists.value[e];
        const SparseNumbers<K> other = numbers[lists.place[e]];
#pragma unroll
        for (int k = 0; k < K; k++) sum[k] = fma(value, other.at[k], sum[k]);
    }
#pragma unroll
    for (int k = 0; k < K; k++)
        for (int far = lists.team / 2; far > 0; far /= 2)
            sum[k] += __shfl_xor_sync(0xffffffffu, sum[k], far);
}

/* Margins, then losses and coefficients c (rows x K, factors included) of a strip of rows; what
 * its rows lose: losses[strip K + k]. A team's threads divide the points among themselves. */
template <int K>
static __global__ void __launch_bounds__(CUDA_BLOCK)
    sparse_rows_kernel(RowTask task, SparseLists rows, double *c, double *losses)
{
    __shared__ double part[CUDA_BLOCK / SPARSE_TEAM][K];
    const int member = threadIdx.x % rows.team, team = threadIdx.x / rows.team;
    const int teams = CUDA_BLOCK / rows.team;
    const int64_t begin = task.rows * blockIdx.x / task.strips;
    const int64_t end = task.rows * (blockIdx.x + 1) / task.strips;
    double lost[K] = {}, sum[K] = {};
    for (int64_t first = begin; first < end; first += teams) {
        const int64_t row = first + team;
        if (task.stage != ROWPASS_COMBINE)
            sparse_sums<K>(rows, row < end ? row : rows.count, task.w, sum);
#pragma unroll
        for (int k = 0; k < K; k++)
            if (k % rows.team == member && row < end) {
                const double factor = task.factor[row];
                double loss;
                const double mine = row_coefficient(task, row, factor * sum[k], &loss);
                lost[k] += loss;
                if (task.sums) c[row * K + k] = mine * factor;
            }
    }
#pragma unroll
    for (int k = 0; k < K; k++)
        if (k % rows.team == member) part[team][k] = lost[k];
    __syncthreads();
    if ((int)threadIdx.x >= K) return;
    double all = 0.0;
    for (int t = 0; t < teams; t++) all += part[t][threadIdx.x];
    losses[(int64_t)blockIdx.x * K + threadIdx.x] = all;
}

/* parts[piece K + k] = Σ c value over a piece of a column. */
template <int K>
static __global__ void __launch_bounds__(CUDA_BLOCK)
    sparse_pieces_kernel(SparseLists pieces, const double *c, double *parts)
{
    const int64_t piece = cuda_thread() / pieces.team;
    const int member = threadIdx.x % pieces.team;
    double sum[K];
    sparse_sums<K>(pieces, piece, c, sum);
#pragma unroll
    for (int k = 0; k < K; k++)
        if (k % pieces.team == member && piece < pieces.count) parts[piece * K + k] = sum[k];
}

/* out[k cols + j] = scale Σ of the pieces of column j, in order. */
static __global__ void sparse_columns_kernel(const int64_t *column_piece, int64_t cols, int points,
                                             const double *parts, double scale, double *out)
{
    const int64_t at = cuda_thread();
    if (at >= cols * points) return;
    const int64_t j = at / points, k = at % points;
    double sum = 0.0;
    for (int64_t piece = column_piece[j]; piece < column_piece[j + 1]; piece++)
        sum += parts[piece * points + k];
    out[k * cols + j] = scale * sum;
}

#endif
