/* What the kernels of attention on bfloat16 share: products on tensor cores, kept in registers.
 *
 * A block of four warps owns a tile of 64 rows (queries, or keys) of one head, 16 a warp, and walks
 * over tiles of columns (keys, or queries). Two tiles of columns are there at a time: while one is
 * worked on, the next one comes. Numbers of pairs (scores, probabilities) and the sums over columns
 * stay in the registers of a warp as products leave them (cuda_mma.cuh), and are rounded to
 * bfloat16 there to be factors of the next product: of 16 rows by 8 columns lane l has rows l / 4
 * and l / 4 + 8 and columns 2 (l % 4) and the next. Thus four lanes, a quad, share a row. Heads are
 * filled up with zeros to HEAD = 32, 64 or 128 numbers.
 *
 * Rows of tiles lie HEAD + 8 numbers apart, 4 or 20 banks modulo 32: the eight rows of 16 bytes
 * that ldmatrix reads at once meet all 32 banks once, and so do the words that a warp writes. */
#ifndef COMPUTE_CUDA_ATTENTION_HALF_CUH
#define COMPUTE_CUDA_ATTENTION_HALF_CUH

#include "compute/cuda_attention.cuh"
#include "compute/cuda_mma.cuh"

enum {
    HALF_STRIP = 16, /* rows of a warp */
    HALF_ROWS = 64,
    HALF_BLOCK = HALF_ROWS / HALF_STRIP * CUDA_WARP,
    HALF_CHUNK = 8,         /* numbers of 16 bytes */
    HALF_SHARED = 99 << 10, /* bytes that a block may have on sm_86 and sm_89, the least of all */
};

template <int HEAD> struct HalfTile {
    enum { COLUMNS = HEAD <= 64 ? 64 : 32 };
    enum { STRIDE = HEAD + HALF_CHUNK };
    enum { ROW_NUMBERS = HALF_ROWS * STRIDE, COLUMN_NUMBERS = COLUMNS * STRIDE };
    enum { PAIRS = COLUMNS / 8, SUMS = HEAD / 8, SLICES = HEAD / 16 }; /* products side by side */
};

static __device__ inline int half_lane(void) { return (int)threadIdx.x % CUDA_WARP; }

/* The first row of this warp, in a tile; the first of this lane's rows and columns. */
static __device__ inline int half_strip(void) { return (int)threadIdx.x / CUDA_WARP * HALF_STRIP; }
static __device__ inline int half_row(void) { return half_lane() / 4; }
static __device__ inline int half_column(void) { return half_lane() % 4 * 2; }

/* Keys from here on are seen by no query of the tile from `first` on. */
static __device__ inline int half_end(const AttentionJob *job, int first)
{
    int context = (int)job->context;
    return job->causal && first + HALF_ROWS < context ? first + HALF_ROWS : context;
}

/* Two tiles of columns: keys and values, or queries and dy. */
template <int HEAD> struct HalfColumns {
    alignas(16) uint16_t one[HalfTile<HEAD>::COLUMN_NUMBERS];
    alignas(16) uint16_t other[HalfTile<HEAD>::COLUMN_NUMBERS];
};

static __device__ inline uint16_t *half_part(const AttentionJob *job, Matrix A, int64_t batch,
                                             int64_t head)
{
    return (uint16_t *)A.data + batch * job->context * A.stride + head * job->head_size;
}

/* Rows first … of a head (context x head_size, rows `stride` apart) to a tile of ROWS rows; zeros
 * beyond the context and the head. It has arrived after cuda_copies_wait() and a barrier. All
 * threads take the same number of turns, known to the compiler: then they need not meet again. */
template <int HEAD, int ROWS>
static __device__ inline void half_load(const AttentionJob *job, const uint16_t *head,
                                        int64_t stride, int first, uint16_t *tile)
{
    const int chunks = HEAD / HALF_CHUNK, below = HALF_BLOCK / chunks;
    static_assert(ROWS % below == 0, "turns are whole");
    int row = (int)threadIdx.x / chunks, j = (int)threadIdx.x % chunks * HALF_CHUNK;
    int present = job->context - first < ROWS ? (int)(job->context - first) : ROWS;
    head += (int64_t)(first + row) * stride + j, tile += row * HalfTile<HEAD>::STRIDE + j;
#pragma unroll
    for (int i = 0; i < ROWS; i += below) {
        int left = row + i < present ? (int)job->head_size - j : 0;
        const uint16_t *from = head + i * stride;
        uint16_t *to = tile + i * HalfTile<HEAD>::STRIDE;
        if (job->wide)
            cuda_copy_late<16>(to, from, left > 0);
        else
            for (int k = 0; k < HALF_CHUNK; k++) to[k] = k < left ? from[k] : (uint16_t)0;
    }
}

/* Where this lane points, to read 16 x 16 numbers of a tile: as a left factor, whose rows are the
 * tile's, or as two right ones, whose columns are. */
template <int HEAD> static __device__ inline const uint16_t *half_left(const uint16_t *tile)
{
    return tile + half_lane() % 16 * HalfTile<HEAD>::STRIDE + half_lane() / 16 * 8;
}

template <int HEAD> static __device__ inline const uint16_t *half_right(const uint16_t *tile)
{
    int row = half_lane() % 8 + half_lane() / 16 * 8;
    return tile + row * HalfTile<HEAD>::STRIDE + half_lane() / 8 % 2 * 8;
}

/* This warp's rows of a tile as left factors: slice s has places 16 s … 16 s + 15. */
template <int HEAD, int SLICES>
static __device__ inline void half_factors(const uint16_t *tile, uint32_t (&factor)[SLICES][4])
{
    const uint16_t *rows = half_left<HEAD>(tile + half_strip() * HalfTile<HEAD>::STRIDE);
#pragma unroll
    for (int s = 0; s < SLICES; s++) cuda_matrices(rows + 16 * s, factor[s]);
}

/* pairs(r, c) = Σ_j factor(r, j) columns[c][j] */
template <int HEAD, int SLICES, int PAIRS>
static __device__ inline void half_pairs(const uint32_t (&factor)[SLICES][4],
                                         const uint16_t *columns, float (&pairs)[PAIRS][4])
{
    columns = half_right<HEAD>(columns);
#pragma unroll
    for (int p = 0; p < PAIRS; p++)
        for (int i = 0; i < 4; i++) pairs[p][i] = 0;
#pragma unroll
    for (int s = 0; s < SLICES; s++)
#pragma unroll
        for (int p = 0; p < PAIRS; p += 2) {
            uint32_t b[4];
            cuda_matrices(columns + 8 * p * HalfTile<HEAD>::STRIDE + 16 * s, b);
            cuda_mma(factor[s], b[0], b[1], pairs[p]);
            cuda_mma(factor[s], b[2], b[3], pairs[p + 1]);
        }
}

/* sum(r, j) += Σ_c pairs(r, c) columns[c][j], pairs rounded to bfloat16 */
template <int HEAD, int PAIRS, int SUMS>
static __device__ inline void half_accumulate(const float (&pairs)[PAIRS][4],
                                              const uint16_t *columns, float (&sum)[SUMS][4])
{
    columns =
        half_left<HEAD>(columns); /* turned, so that rows of the tile are rows of the factor */
#pragma unroll
    for (int p = 0; p < PAIRS; p += 2) {
        uint32_t a[4];
#pragma unroll
        for (int k = 0; k < 4; k++)
            a[k] = cuda_halves(pairs[p + k / 2][k % 2 * 2], pairs[p + k / 2][k % 2 * 2 + 1]);
#pragma unroll
        for (int j = 0; j < SUMS; j += 2) {
            uint32_t b[4];
            cuda_matrices_turned(columns + 8 * p * HalfTile<HEAD>::STRIDE + 8 * j, b);
            cuda_mma(a, b[0], b[1], sum[j]);
            cuda_mma(a, b[2], b[3], sum[j + 1]);
        }
    }
}

/* The keys and values that heads `key` and `value` of the packed matrix have from row `at` on. */
template <int HEAD>
static __device__ inline void half_load_keys(const AttentionJob *job, const uint16_t *key,
                                             const uint16_t *value, int at, HalfColumns<HEAD> *to)
{
    half_load<HEAD, HalfTile<HEAD>::COLUMNS>(job, key, job->qkv.stride, at, to->one);
    half_load<HEAD, HalfTile<HEAD>::COLUMNS>(job, value, job->qkv.stride, at, to->other);
}

/* −∞ in place of the scores of keys that a query does not see: rows from `row` and columns from
 * `column` on are this lane's. */
template <bool ROWS_ARE_KEYS, int PAIRS>
static __device__ inline void half_mask(const AttentionJob *job, int row, int column,
                                        float (&score)[PAIRS][4])
{
#pragma unroll
    for (int p = 0; p < PAIRS; p++)
#pragma unroll
        for (int i = 0; i < 4; i++) {
            int r = row + 8 * (i / 2), c = column + 8 * p + i % 2;
            if (!attention_sees(job, ROWS_ARE_KEYS ? c : r, ROWS_ARE_KEYS ? r : c))
                score[p][i] = -INFINITY;
        }
}

/* factor x this warp's sums, rounded, to rows first … of a head, by way of the warp's own rows of a
 * tile that nobody needs any more. */
template <int HEAD, int SUMS>
static __device__ inline void half_store(const AttentionJob *job, const float (&factor)[2],
                                         const float (&sum)[SUMS][4], uint16_t *tile,
                                         uint16_t *head, int64_t stride, int first)
{
    const int apart = HalfTile<HEAD>::STRIDE, chunks = HEAD / HALF_CHUNK;
    tile += half_strip() * apart, first += half_strip();
    uint16_t *own = tile + half_row() * apart + half_column();
    __syncwarp();
#pragma unroll
    for (int j = 0; j < SUMS; j++)
#pragma unroll
        for (int r = 0; r < 2; r++)
            *(uint32_t *)(own + 8 * r * apart + 8 * j) =
                cuda_halves(factor[r] * sum[j][2 * r], factor[r] * sum[j][2 * r + 1]);
    __syncwarp();
    for (int i = half_lane(); i < HALF_STRIP * chunks; i += CUDA_WARP) {
        int row = i / chunks, j = i % chunks * HALF_CHUNK;
        int left = first + row < job->context ? (int)job->head_size - j : 0;
        const uint16_t *from = tile + row * apart + j;
        uint16_t *to = head + (int64_t)(first + row) * stride + j;
        if (job->wide && left > 0) *(uint4 *)to = *(const uint4 *)from;
        for (int k = 0; !job->wide && k < HALF_CHUNK && k < left; k++) to[k] = from[k];
    }
}

template <typename Shared, typename Kernel> static inline size_t half_shared(Kernel *kernel)
{
    static_assert(sizeof(Shared) <= HALF_SHARED, "a card that can run this has no place for it");
    return attention_shared(kernel, sizeof(Shared));
}

#endif
