/* Attention with online softmax on tensor cores (Dao, FlashAttention-2, 2023, algorithm 1): a block
 * per tile of queries of one head, which walks over the keys that they may see.
 *
 * Exponentials are summed as they are, and rounded to bfloat16 for the product with the values. */
#include "compute/cuda_attention_half.cuh"

/* What a lane knows of its two queries so far. */
template <int SUMS> struct HalfQueries {
    float largest[2]; /* score, before it is scaled */
    float sum[2];     /* Σ exp(score − largest) of the keys that this lane had */
    float y[SUMS][4]; /* Σ exp(score − largest) value */
};

/* Over the quad that shares a row. */
static __device__ float quad_largest(float x)
{
    x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, 1));
    return fmaxf(x, __shfl_xor_sync(0xffffffffu, x, 2));
}

static __device__ float quad_sum(float x)
{
    x += __shfl_xor_sync(0xffffffffu, x, 1);
    return x + __shfl_xor_sync(0xffffffffu, x, 2);
}

/* Scores become exp(score − largest so far); what was summed under the old largest shrinks by
 * exp(old − new). A key that nobody may see is −∞, and every query sees one of the first tile.
 *
 * The sums are Σ 2^(score scale2 − shift) of the rounded shift, so the old one is rounded as it was
 * then, not fused: where the largest stays, shrink is 1 and no tile adds an error of its own. */
template <int PAIRS, int SUMS>
static __device__ void absorb(float scale2, float (&score)[PAIRS][4], HalfQueries<SUMS> *own)
{
#pragma unroll
    for (int r = 0; r < 2; r++) {
        float largest = own->largest[r];
#pragma unroll
        for (int p = 0; p < PAIRS; p++)
            largest = fmaxf(largest, fmaxf(score[p][2 * r], score[p][2 * r + 1]));
        largest = quad_largest(largest);
        float shift = largest * scale2;
        float shrink = cuda_exp2(own->largest[r] * scale2 - shift);
        own->largest[r] = largest;
        own->sum[r] *= shrink;
#pragma unroll
        for (int p = 0; p < PAIRS; p++)
#pragma unroll
            for (int i = 2 * r; i < 2 * r + 2; i++) {
                score[p][i] = cuda_exp2(fmaf(score[p][i], scale2, -shift));
                own->sum[r] += score[p][i];
            }
#pragma unroll
        for (int j = 0; j < SUMS; j++) own->y[j][2 * r] *= shrink, own->y[j][2 * r + 1] *= shrink;
    }
}

/* y = sum / Σ exp, log_sum = largest + ln Σ exp */
template <int HEAD, int SUMS>
static __device__ void finish(const AttentionJob *job, int64_t batch, int64_t head, int first,
                              const HalfQueries<SUMS> *own, uint16_t *tile)
{
    float *log_sums =
        (float *)job->log_sums.data + (batch * job->heads + head) * job->log_sums.stride;
    float factor[2];
    for (int r = 0; r < 2; r++) {
        float sum = quad_sum(own->sum[r]), shift = own->largest[r] * job->scale2;
        int query = first + half_strip() + half_row() + 8 * r;
        factor[r] = 1 / sum;
        if (query < job->context && half_column() == 0)
            log_sums[query] = (float)((double)shift / ATTENTION_LOG2E + log((double)sum));
    }
    uint16_t *y = half_part(job, job->y, batch, head);
    half_store<HEAD>(job, factor, own->y, tile, y, job->y.stride, first);
}

template <int HEAD> struct ForwardShared {
    uint16_t queries[HalfTile<HEAD>::ROW_NUMBERS];
    HalfColumns<HEAD> keys[2];
};

/* The longest tiles of a causal head, the last ones, begin first. */
template <int HEAD>
static __global__ void __launch_bounds__(HALF_BLOCK) attention_half_kernel(AttentionJob job)
{
    typedef HalfTile<HEAD> Tile;
    CUDA_SHARED(ForwardShared<HEAD>, shared);
    int64_t batch = blockIdx.x / job.heads, head = blockIdx.x % job.heads;
    int first = (int)(gridDim.y - 1 - blockIdx.y) * HALF_ROWS;
    int end = half_end(&job, first);
    int64_t key_head = job.heads + head / job.group;
    const uint16_t *query = half_part(&job, job.qkv, batch, head);
    const uint16_t *key = half_part(&job, job.qkv, batch, key_head);
    const uint16_t *value = half_part(&job, job.qkv, batch, key_head + job.key_heads);
    HalfQueries<Tile::SUMS> own = {};
    own.largest[0] = own.largest[1] = -INFINITY;
    uint32_t factor[Tile::SLICES][4];
    half_load<HEAD, HALF_ROWS>(&job, query, job.qkv.stride, first, shared->queries);
    half_load_keys(&job, key, value, 0, &shared->keys[0]);
    int turn = 0;
    for (int at = 0; at < end; at += Tile::COLUMNS, turn ^= 1) {
        const HalfColumns<HEAD> *keys = &shared->keys[turn];
        float score[Tile::PAIRS][4];
        cuda_copies_wait();
        __syncthreads(); /* these keys are there, and nobody needs those before */
        if (at + Tile::COLUMNS < end)
            half_load_keys(&job, key, value, at + Tile::COLUMNS, &shared->keys[turn ^ 1]);
        if (at == 0) half_factors<HEAD>(shared->queries, factor);
        half_pairs<HEAD>(factor, keys->one, score);
        if (at + Tile::COLUMNS > job.context || (job.causal && at + Tile::COLUMNS > first))
            half_mask<false>(&job, first + half_strip() + half_row(), at + half_column(), score);
        absorb(job.scale2, score, &own);
        half_accumulate<HEAD>(score, keys->other, own.y);
    }
    finish<HEAD>(&job, batch, head, first, &own, shared->queries);
}

template <int HEAD> static void run(Backend *backend, const AttentionJob *job)
{
    dim3 grid((unsigned)(job->batch * job->heads), (unsigned)cuda_ceil(job->context, HALF_ROWS));
    size_t shared = half_shared<ForwardShared<HEAD>>(attention_half_kernel<HEAD>);
    CUDA_LAUNCH(backend, attention_half_kernel<HEAD>, grid, HALF_BLOCK, shared, *job);
}

void cuda_attention_half(Backend *backend, const AttentionJob *job)
{
    if (job->head_size <= 32)
        run<32>(backend, job);
    else if (job->head_size <= 64)
        run<64>(backend, job);
    else
        run<128>(backend, job);
}
