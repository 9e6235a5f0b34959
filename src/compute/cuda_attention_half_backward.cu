/* Gradients of attention on tensor cores: formulas and kernels are those of
 * cuda_attention_backward.cu, where D comes from.
 *
 * P and dS = P (dP − D) are float32 as they come and are rounded to bfloat16 to be factors: of dV,
 * and of dQ and dK, which are divided by sqrt(head_size) when they are done. */
#include "compute/cuda_attention_half.cuh"

static __device__ const float *log_sums_of(const AttentionJob *job, int64_t task)
{
    return (const float *)job->log_sums.data + task * job->log_sums.stride;
}

/* ---- dK and dV */

/* Queries that pass by, their dy, log_sums and D; zeros beyond the context. */
template <int HEAD> struct PassingQueries {
    HalfColumns<HEAD> tiles;
    float log_sums[HalfTile<HEAD>::COLUMNS], products[HalfTile<HEAD>::COLUMNS];
};

template <int HEAD> struct KeysShared {
    uint16_t keys[HalfTile<HEAD>::ROW_NUMBERS], values[HalfTile<HEAD>::ROW_NUMBERS];
    PassingQueries<HEAD> queries[2];
};

template <int HEAD>
static __device__ void load_queries(const AttentionJob *job, int64_t batch, int64_t head, int at,
                                    PassingQueries<HEAD> *to)
{
    const int columns = HalfTile<HEAD>::COLUMNS, i = (int)threadIdx.x;
    const uint16_t *query = half_part(job, job->qkv, batch, head);
    const uint16_t *dy = half_part(job, job->dy, batch, head);
    half_load<HEAD, columns>(job, query, job->qkv.stride, at, to->tiles.one);
    half_load<HEAD, columns>(job, dy, job->dy.stride, at, to->tiles.other);
    if (i >= columns) return;
    int64_t task = batch * job->heads + head, t = at + i < job->context ? at + i : at;
    cuda_copy_late<4>(to->log_sums + i, log_sums_of(job, task) + t, t == at + i);
    cuda_copy_late<4>(to->products + i, job->products + task * job->context + t, t == at + i);
}

/* P and dS of 16 keys and a tile of queries in place of scores and dP. */
template <int HEAD, int PAIRS>
static __device__ void turn_keys(float scale2, const PassingQueries<HEAD> *queries,
                                 float (&p)[PAIRS][4], float (&dp)[PAIRS][4])
{
#pragma unroll
    for (int c = 0; c < PAIRS; c++)
#pragma unroll
        for (int k = 0; k < 2; k++) {
            int column = half_column() + 8 * c + k;
            float shift = queries->log_sums[column] * (float)ATTENTION_LOG2E;
            float product = queries->products[column];
#pragma unroll
            for (int i = k; i < 4; i += 2) {
                p[c][i] = cuda_exp2(fmaf(p[c][i], scale2, -shift));
                dp[c][i] = p[c][i] * (dp[c][i] - product);
            }
        }
}

/* What a tile of queries says of dK and dV of this warp's keys, from key `first` on. */
template <int HEAD, int SUMS>
static __device__ void add_queries(const AttentionJob *job, const KeysShared<HEAD> *shared,
                                   const PassingQueries<HEAD> *queries, int first, int at,
                                   float (&dkey)[SUMS][4], float (&dvalue)[SUMS][4])
{
    typedef HalfTile<HEAD> Tile;
    float p[Tile::PAIRS][4], dp[Tile::PAIRS][4];
    uint32_t factor[Tile::SLICES][4];
    half_factors<HEAD>(shared->keys, factor);
    half_pairs<HEAD>(factor, queries->tiles.one, p);
    half_factors<HEAD>(shared->values, factor);
    half_pairs<HEAD>(factor, queries->tiles.other, dp);
    if (at + Tile::COLUMNS > job->context || (job->causal && at < first + HALF_ROWS))
        half_mask<true>(job, first + half_strip() + half_row(), at + half_column(), p);
    turn_keys(job->scale2, queries, p, dp);
    half_accumulate<HEAD>(p, queries->tiles.other, dvalue);
    half_accumulate<HEAD>(dp, queries->tiles.one, dkey);
}

/* A block per tile of keys of a head of keys: all queries that see them, head by head of the group.
 * The first tiles of a causal head are the longest, and begin first. */
template <int HEAD>
static __global__ void __launch_bounds__(HALF_BLOCK) keys_half_kernel(AttentionJob job)
{
    typedef HalfTile<HEAD> Tile;
    CUDA_SHARED(KeysShared<HEAD>, shared);
    int64_t batch = blockIdx.x / job.key_heads, key_head = blockIdx.x % job.key_heads;
    int first = (int)blockIdx.y * HALF_ROWS, start = job.causal ? first : 0;
    int64_t packed = job.heads + key_head, stride = job.qkv.stride;
    const uint16_t *key = half_part(&job, job.qkv, batch, packed);
    const uint16_t *value = half_part(&job, job.qkv, batch, packed + job.key_heads);
    float dkey[Tile::SUMS][4] = {}, dvalue[Tile::SUMS][4] = {};
    half_load<HEAD, HALF_ROWS>(&job, key, stride, first, shared->keys);
    half_load<HEAD, HALF_ROWS>(&job, value, stride, first, shared->values);
    load_queries(&job, batch, key_head * job.group, start, &shared->queries[0]);
    int tiles = (int)cuda_ceil(job.context - start, Tile::COLUMNS), count = (int)job.group * tiles;
    for (int n = 0; n < count; n++) {
        int next = n + 1;
        cuda_copies_wait();
        __syncthreads(); /* these queries are there, and nobody needs those before */
        if (next < count)
            load_queries(&job, batch, key_head * job.group + next / tiles,
                         start + next % tiles * Tile::COLUMNS, &shared->queries[next % 2]);
        add_queries(&job, shared, &shared->queries[n % 2], first, start + n % tiles * Tile::COLUMNS,
                    dkey, dvalue);
    }
    uint16_t *to_key = half_part(&job, job.dqkv, batch, packed);
    uint16_t *to_value = half_part(&job, job.dqkv, batch, packed + job.key_heads);
    const float scale[2] = {job.scale, job.scale}, one[2] = {1, 1};
    half_store<HEAD>(&job, scale, dkey, shared->keys, to_key, job.dqkv.stride, first);
    half_store<HEAD>(&job, one, dvalue, shared->values, to_value, job.dqkv.stride, first);
}

/* ---- dQ */

template <int HEAD> struct QueriesShared {
    uint16_t queries[HalfTile<HEAD>::ROW_NUMBERS], dy[HalfTile<HEAD>::ROW_NUMBERS];
    HalfColumns<HEAD> keys[2];
};

/* Of this lane's two queries, 0 beyond the context: log_sum / ln 2, and D. */
typedef struct {
    float shift[2], product[2];
} OwnQueries;

static __device__ OwnQueries own_queries(const AttentionJob *job, int64_t task, int first)
{
    OwnQueries own = {};
    for (int r = 0; r < 2; r++) {
        int query = first + half_strip() + half_row() + 8 * r;
        if (query >= job->context) continue;
        own.shift[r] = log_sums_of(job, task)[query] * (float)ATTENTION_LOG2E;
        own.product[r] = job->products[task * job->context + query];
    }
    return own;
}

/* What a tile of keys says of dQ of this warp's queries, from query `first` on. */
template <int HEAD, int SUMS>
static __device__ void add_keys(const AttentionJob *job, const QueriesShared<HEAD> *shared,
                                const HalfColumns<HEAD> *keys, OwnQueries own, int first, int at,
                                float (&dquery)[SUMS][4])
{
    typedef HalfTile<HEAD> Tile;
    float p[Tile::PAIRS][4], dp[Tile::PAIRS][4];
    uint32_t factor[Tile::SLICES][4];
    half_factors<HEAD>(shared->queries, factor);
    half_pairs<HEAD>(factor, keys->one, p);
    half_factors<HEAD>(shared->dy, factor);
    half_pairs<HEAD>(factor, keys->other, dp);
    if (at + Tile::COLUMNS > job->context || (job->causal && at + Tile::COLUMNS > first))
        half_mask<false>(job, first + half_strip() + half_row(), at + half_column(), p);
#pragma unroll
    for (int c = 0; c < Tile::PAIRS; c++)
#pragma unroll
        for (int i = 0; i < 4; i++)
            dp[c][i] = cuda_exp2(fmaf(p[c][i], job->scale2, -own.shift[i / 2])) *
                       (dp[c][i] - own.product[i / 2]);
    half_accumulate<HEAD>(dp, keys->one, dquery);
}

/* A block per tile of queries of a head; the longest of a causal head begin first. */
template <int HEAD>
static __global__ void __launch_bounds__(HALF_BLOCK) queries_half_kernel(AttentionJob job)
{
    typedef HalfTile<HEAD> Tile;
    CUDA_SHARED(QueriesShared<HEAD>, shared);
    int64_t batch = blockIdx.x / job.heads, head = blockIdx.x % job.heads;
    int first = (int)(gridDim.y - 1 - blockIdx.y) * HALF_ROWS;
    int end = half_end(&job, first);
    int64_t key_head = job.heads + head / job.group;
    const uint16_t *query = half_part(&job, job.qkv, batch, head);
    const uint16_t *key = half_part(&job, job.qkv, batch, key_head);
    const uint16_t *value = half_part(&job, job.qkv, batch, key_head + job.key_heads);
    const uint16_t *dy = half_part(&job, job.dy, batch, head);
    OwnQueries own = own_queries(&job, batch * job.heads + head, first);
    float dquery[Tile::SUMS][4] = {};
    half_load<HEAD, HALF_ROWS>(&job, query, job.qkv.stride, first, shared->queries);
    half_load<HEAD, HALF_ROWS>(&job, dy, job.dy.stride, first, shared->dy);
    half_load_keys(&job, key, value, 0, &shared->keys[0]);
    int turn = 0;
    for (int at = 0; at < end; at += Tile::COLUMNS, turn ^= 1) {
        cuda_copies_wait();
        __syncthreads(); /* these keys are there, and nobody needs those before */
        if (at + Tile::COLUMNS < end)
            half_load_keys(&job, key, value, at + Tile::COLUMNS, &shared->keys[turn ^ 1]);
        add_keys(&job, shared, &shared->keys[turn], own, first, at, dquery);
    }
    uint16_t *to = half_part(&job, job.dqkv, batch, head);
    const float scale[2] = {job.scale, job.scale};
    half_store<HEAD>(&job, scale, dquery, shared->queries, to, job.dqkv.stride, first);
}

/* ---- launching */

template <int HEAD> static void run(Backend *backend, const AttentionJob *job)
{
    unsigned tiles = (unsigned)cuda_ceil(job->context, HALF_ROWS);
    size_t for_keys = half_shared<KeysShared<HEAD>>(keys_half_kernel<HEAD>);
    size_t for_queries = half_shared<QueriesShared<HEAD>>(queries_half_kernel<HEAD>);
    dim3 keys((unsigned)(job->batch * job->key_heads), tiles);
    dim3 queries((unsigned)(job->batch * job->heads), tiles);
    CUDA_LAUNCH(backend, keys_half_kernel<HEAD>, keys, HALF_BLOCK, for_keys, *job);
    CUDA_LAUNCH(backend, queries_half_kernel<HEAD>, queries, HALF_BLOCK, for_queries, *job);
}

void cuda_attention_half_backward(Backend *backend, const AttentionJob *job)
{
    if (job->head_size <= 32)
        run<32>(backend, job);
    else if (job->head_size <= 64)
        run<64>(backend, job);
    else
        run<128>(backend, job);
}
