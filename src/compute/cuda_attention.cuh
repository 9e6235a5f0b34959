/* What the kernels of attention share: tiles of one head in shared memory, and products of them.
 *
 * A block of 16 x 16 threads owns a tile of rows (queries, or keys) and walks over tiles of
 * columns (keys, or queries); numbers exist for one pair of tiles at a time, so memory does not
 * grow with the context. Of the numbers of a pair of tiles thread (ty, tx) has those of rows ty,
 * ty + 16 … and columns tx, tx + 16 …; of numbers with a row's head, rows as before and places
 * 4 tx … 4 tx + 3 of every 64. Then the threads of half a warp share a row: its sums are
 * shuffles. Heads are filled up with zeros to HEAD = 64 or 128 numbers.
 *
 * Rows of tiles lie HEAD + 4 numbers apart: 16-byte reads of eight neighbouring rows meet all
 * 32 banks once. Per thread of a product 4 + 2 such reads serve 32 multiplications.
 * All of it is in float32, whatever --precision says of products. */
#ifndef COMPUTE_CUDA_ATTENTION_CUH
#define COMPUTE_CUDA_ATTENTION_CUH

#include "compute/cuda.cuh"

enum {
    ATTENTION_SIDE = 16,                     /* threads of a block, squared */
    ATTENTION_COLUMNS = 32,                  /* columns of a pair of tiles */
    ATTENTION_HEAD = 128,                    /* the largest size of a head */
    ATTENTION_PAIRS = ATTENTION_COLUMNS + 4, /* numbers from row to row of a pair of tiles */
};

#define ATTENTION_LOG2E 1.44269504088896341

/* Rows of a pair of tiles, and what a thread has of them; of a row's head it has FOURS times four
 * numbers. */
template <int HEAD> struct AttentionTile {
    enum { ROWS = 4096 / HEAD, OWN = ROWS / ATTENTION_SIDE, FOURS = HEAD / 64 };
    enum { STRIDE = HEAD + 4 };
    enum { COLUMNS_OWN = ATTENTION_COLUMNS / ATTENTION_SIDE };
    enum { ROW_NUMBERS = ROWS * STRIDE, COLUMN_NUMBERS = ATTENTION_COLUMNS * STRIDE };
    enum { PAIR_NUMBERS = ROWS * ATTENTION_PAIRS };
};

/* Everything a kernel knows of the call. Matrices as in backend.h. */
typedef struct {
    int64_t batch, context, heads, key_heads, group, head_size;
    bool causal, wide; /* wide: every head of every matrix can be read 16 bytes at a time */
    real scale;        /* 1 / sqrt(head_size) */
    float scale2;      /* scale · log2 e: exponentials of scores as powers of two */
    Matrix qkv, y, log_sums, dy, dqkv;
    real *products; /* batch * heads x context: Σ_j dy_j y_j of a query */
} AttentionJob;

static __device__ inline int attention_x(void) { return (int)threadIdx.x % ATTENTION_SIDE; }
static __device__ inline int attention_y(void) { return (int)threadIdx.x / ATTENTION_SIDE; }

/* The first number of sequence `batch` of a matrix, at head number `head` of those packed in it. */
static __device__ inline real *attention_part(const AttentionJob *job, Matrix A, int64_t batch,
                                              int64_t head)
{
    return (real *)A.data + batch * job->context * A.stride + head * job->head_size;
}

static __device__ inline float4 attention_four(const real *from, int64_t left, bool wide)
{
    if (wide && left >= 4) return *(const float4 *)from;
    return make_float4(left > 0 ? from[0] : 0, left > 1 ? from[1] : 0, left > 2 ? from[2] : 0,
                       left > 3 ? from[3] : 0);
}

/* Rows first … of a head (context x head_size, rows `stride` apart) to a tile of `rows` rows; zeros
 * beyond the context and the head. Neighbouring threads read neighbouring bytes. */
template <int HEAD>
static __device__ inline void attention_load(const AttentionJob *job, const real *head,
                                             int64_t stride, int64_t first, int rows, real *tile)
{
    for (int i = (int)threadIdx.x; i < rows * HEAD / 4; i += CUDA_BLOCK) {
        int row = i / (HEAD / 4), j = i % (HEAD / 4) * 4;
        int64_t left = first + row < job->context ? job->head_size - j : 0;
        const real *from = head + (first + row) * stride + j;
        *(float4 *)(tile + row * AttentionTile<HEAD>::STRIDE + j) =
            attention_four(from, left, job->wide);
    }
}

static __device__ inline real attention_dot(float4 a, float4 b, real sum)
{
    return fmaf(a.w, b.w, fmaf(a.z, b.z, fmaf(a.y, b.y, fmaf(a.x, b.x, sum))));
}

/* out[r][c] = Σ_j rows[ty + 16 r][j] columns[tx + 16 c][j] */
template <int HEAD, int OWN, int COLUMNS_OWN>
static __device__ inline void attention_pairs(int64_t head_size, const real *rows,
                                              const real *columns, real (&out)[OWN][COLUMNS_OWN])
{
    const int stride = AttentionTile<HEAD>::STRIDE;
    rows += attention_y() * stride, columns += attention_x() * stride;
    for (int r = 0; r < OWN; r++)
        for (int c = 0; c < COLUMNS_OWN; c++) out[r][c] = 0;
#pragma unroll 4
    for (int j = 0; j < (int)head_size; j += 4) {
        float4 a[OWN], b[COLUMNS_OWN];
        for (int r = 0; r < OWN; r++)
            a[r] = *(const float4 *)(rows + r * ATTENTION_SIDE * stride + j);
        for (int c = 0; c < COLUMNS_OWN; c++)
            b[c] = *(const float4 *)(columns + c * ATTENTION_SIDE * stride + j);
        for (int r = 0; r < OWN; r++)
            for (int c = 0; c < COLUMNS_OWN; c++) out[r][c] = attention_dot(a[r], b[c], out[r][c]);
    }
}

/* What a thread has of a pair of tiles, to where all threads of the row can read it. */
template <int OWN, int COLUMNS_OWN>
static __device__ inline void attention_publish(const real (&own)[OWN][COLUMNS_OWN], real *pairs)
{
    for (int r = 0; r < OWN; r++)
        for (int c = 0; c < COLUMNS_OWN; c++)
            pairs[(attention_y() + ATTENTION_SIDE * r) * ATTENTION_PAIRS + attention_x() +
                  ATTENTION_SIDE * c] = own[r][c];
}

static __device__ inline void attention_add(real factor, float4 x, float4 *sum)
{
    sum->x = fmaf(factor, x.x, sum->x), sum->y = fmaf(factor, x.y, sum->y);
    sum->z = fmaf(factor, x.z, sum->z), sum->w = fmaf(factor, x.w, sum->w);
}

/* sum[r] += Σ_c pairs[ty + 16 r][c] columns[c] */
template <int HEAD, int OWN, int FOURS>
static __device__ inline void attention_accumulate(const real *pairs, const real *columns,
                                                   float4 (&sum)[OWN][FOURS])
{
    const int stride = AttentionTile<HEAD>::STRIDE;
    pairs += attention_y() * ATTENTION_PAIRS, columns += 4 * attention_x();
#pragma unroll 2
    for (int c = 0; c < ATTENTION_COLUMNS; c += 4) {
        float4 factor[OWN];
        for (int r = 0; r < OWN; r++)
            factor[r] = *(const float4 *)(pairs + r * ATTENTION_SIDE * ATTENTION_PAIRS + c);
        for (int f = 0; f < FOURS; f++) {
            const real *from = columns + c * stride + 64 * f;
            float4 x0 = *(const float4 *)from, x1 = *(const float4 *)(from + stride);
            float4 x2 = *(const float4 *)(from + 2 * stride);
            float4 x3 = *(const float4 *)(from + 3 * stride);
            for (int r = 0; r < OWN; r++) {
                attention_add(factor[r].x, x0, &sum[r][f]);
                attention_add(factor[r].y, x1, &sum[r][f]);
                attention_add(factor[r].z, x2, &sum[r][f]);
                attention_add(factor[r].w, x3, &sum[r][f]);
            }
        }
    }
}

/* factor x of a thread's numbers of one row, to rows of a head. */
template <int FOURS>
static __device__ inline void attention_store(const AttentionJob *job, real factor,
                                              const float4 (&x)[FOURS], real *row)
{
    for (int f = 0; f < FOURS; f++) {
        int64_t j = 4 * attention_x() + 64 * f, left = job->head_size - j;
        float4 y = make_float4(factor * x[f].x, factor * x[f].y, factor * x[f].z, factor * x[f].w);
        if (job->wide && left >= 4) {
            *(float4 *)(row + j) = y;
            continue;
        }
        if (left > 0) row[j] = y.x;
        if (left > 1) row[j + 1] = y.y;
        if (left > 2) row[j + 2] = y.z;
        if (left > 3) row[j + 3] = y.w;
    }
}

static __device__ inline bool attention_sees(const AttentionJob *job, int64_t query, int64_t key)
{
    return query < job->context && key < job->context && (!job->causal || key <= query);
}

/* Dies where heads are too large. Absent matrices stay absent. */
AttentionJob attention_job(const AttentionShape *shape, Matrix qkv, Matrix y, Matrix log_sums,
                           Matrix dy, Matrix dqkv);

/* A kernel may have more than 48 KiB of shared memory only if it was asked for. */
template <typename Kernel> static inline size_t attention_shared(Kernel *kernel, int64_t bytes)
{
    cuda_check(
        cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)bytes));
    return (size_t)bytes;
}

/* Jobs whose qkv, y, dy and dqkv are of bfloat16; of the second one D is there already. */
void cuda_attention_half(Backend *backend, const AttentionJob *job);
void cuda_attention_half_backward(Backend *backend, const AttentionJob *job);

#endif
