/* Attention with online softmax (Dao et al., FlashAttention, 2022, algorithm 1): a block per tile
 * of queries of one head, which walks over the keys that they may see. */
#include "compute/cuda_attention.cuh"

static bool is_wide(const AttentionShape *shape, Matrix A)
{
    int64_t numbers = (int64_t)(sizeof(float4) / dtype_size(A.dtype));
    return !matrix_exists(A) || (shape->head_size % numbers == 0 && A.stride % numbers == 0 &&
                                 (uintptr_t)A.data % sizeof(float4) == 0);
}

AttentionJob attention_job(const AttentionShape *shape, Matrix qkv, Matrix y, Matrix log_sums,
                           Matrix dy, Matrix dqkv)
{
    assert(shape->heads % shape->key_heads == 0);
    if (shape->head_size > ATTENTION_HEAD)
        die("cuda: attention has heads of at most %d numbers, not %lld: take more heads, or "
            "--device cpu",
            (int)ATTENTION_HEAD, (long long)shape->head_size);
    AttentionJob job = {};
    job.batch = shape->batch, job.context = shape->context;
    job.heads = shape->heads, job.key_heads = shape->key_heads;
    job.group = shape->heads / shape->key_heads;
    job.head_size = shape->head_size;
    job.causal = shape->causal;
    job.wide =
        is_wide(shape, qkv) && is_wide(shape, y) && is_wide(shape, dy) && is_wide(shape, dqkv);
    job.scale = (real)(1.0 / sqrt((double)shape->head_size));
    job.scale2 = (float)((double)job.scale * ATTENTION_LOG2E);
    job.qkv = qkv, job.y = y, job.log_sums = log_sums, job.dy = dy, job.dqkv = dqkv;
    return job;
}

/* Over the 16 threads that share a row. */
static __device__ real row_largest(real x)
{
    for (int far = ATTENTION_SIDE / 2; far > 0; far /= 2) {
        real other = __shfl_xor_sync(0xffffffffu, x, far);
        x = other > x ? other : x;
    }
    return x;
}

static __device__ real row_sum(real x)
{
    for (int far = ATTENTION_SIDE / 2; far > 0; far /= 2) x += __shfl_xor_sync(0xffffffffu, x, far);
    return x;
}

/* What a thread knows of its queries so far. */
template <int OWN, int FOURS> struct Queries {
    real largest[OWN];    /* score */
    real sum[OWN];        /* Σ exp(score − largest) of the keys that this thread had */
    float4 y[OWN][FOURS]; /* Σ exp(score − largest) value */
};

/* Scores of queries query, query + 16 … with keys key, key + 16 … become exp(score − largest so
 * far); what was summed under the old largest shrinks by exp(old − new). */
template <int OWN, int COLUMNS_OWN, int FOURS>
static __device__ void absorb(const AttentionJob *job, int64_t query, int64_t key,
                              real (&score)[OWN][COLUMNS_OWN], Queries<OWN, FOURS> *own)
{
    for (int r = 0; r < OWN; r++) {
        real largest = own->largest[r];
        for (int c = 0; c < COLUMNS_OWN; c++) {
            bool sees = attention_sees(job, query + ATTENTION_SIDE * r, key + ATTENTION_SIDE * c);
            score[r][c] = sees ? score[r][c] * job->scale : -INFINITY;
            largest = score[r][c] > largest ? score[r][c] : largest;
        }
        largest = row_largest(largest);
        real shrink = rule_exp(own->largest[r] - largest);
        own->largest[r] = largest;
        own->sum[r] *= shrink;
        for (int c = 0; c < COLUMNS_OWN; c++) {
            score[r][c] = rule_exp(score[r][c] - largest);
            own->sum[r] += score[r][c];
        }
        for (int f = 0; f < FOURS; f++) {
            own->y[r][f].x *= shrink, own->y[r][f].y *= shrink;
            own->y[r][f].z *= shrink, own->y[r][f].w *= shrink;
        }
    }
}

/* y = sum / Σ exp, log_sum = largest + ln Σ exp */
template <int OWN, int FOURS>
static __device__ void finish(const AttentionJob *job, int64_t batch, int64_t head, int64_t query,
                              const Queries<OWN, FOURS> *own)
{
    real *out = attention_part(job, job->y, batch, head);
    real *log_sums =
        (real *)job->log_sums.data + (batch * job->heads + head) * job->log_sums.stride;
    for (int r = 0; r < OWN; r++, query += ATTENTION_SIDE) {
        real sum = row_sum(own->sum[r]); /* by all threads of the warp */
        if (query >= job->context) continue;
        attention_store(job, 1 / sum, own->y[r], out + query * job->y.stride);
        if (attention_x() == 0) log_sums[query] = own->largest[r] + (real)log((double)sum);
    }
}

/* Keys and values take turns in one tile of shared memory. The longest tiles of a causal head, the
 * last ones, begin first. */
template <int HEAD>
static __global__ void __launch_bounds__(CUDA_BLOCK) attention_kernel(AttentionJob job)
{
    typedef AttentionTile<HEAD> Tile;
    CUDA_SHARED(real, queries);
    real *keys = queries + Tile::ROW_NUMBERS, *pairs = keys + Tile::COLUMN_NUMBERS;
    int64_t batch = blockIdx.x / job.heads, head = blockIdx.x % job.heads;
    int64_t first = (int64_t)(gridDim.y - 1 - blockIdx.y) * Tile::ROWS;
    int64_t key_head = job.heads + head / job.group, stride = job.qkv.stride;
    const real *query = attention_part(&job, job.qkv, batch, head);
    const real *key = attention_part(&job, job.qkv, batch, key_head);
    const real *value = attention_part(&job, job.qkv, batch, key_head + job.key_heads);
    int64_t end = job.causal && first + Tile::ROWS < job.context ? first + Tile::ROWS : job.context;
    Queries<Tile::OWN, Tile::FOURS> own = {};
    for (int r = 0; r < Tile::OWN; r++) own.largest[r] = -INFINITY;
    attention_load<HEAD>(&job, query, stride, first, Tile::ROWS, queries);
    for (int64_t at = 0; at < end; at += ATTENTION_COLUMNS) {
        real score[Tile::OWN][Tile::COLUMNS_OWN];
        attention_load<HEAD>(&job, key, stride, at, ATTENTION_COLUMNS, keys);
        __syncthreads();
        attention_pairs<HEAD>(job.head_size, queries, keys, score);
        absorb(&job, first + attention_y(), at + attention_x(), score, &own);
        attention_publish(score, pairs);
        __syncthreads(); /* pairs are written, keys are read */
        attention_load<HEAD>(&job, value, stride, at, ATTENTION_COLUMNS, keys);
        __syncthreads();
        attention_accumulate<HEAD>(pairs, keys, own.y);
        __syncthreads();
    }
    finish(&job, batch, head, first + attention_y(), &own);
}

template <int HEAD> static void run(Backend *backend, const AttentionJob *job)
{
    typedef AttentionTile<HEAD> Tile;
    dim3 grid((unsigned)(job->batch * job->heads), (unsigned)cuda_ceil(job->context, Tile::ROWS));
    int64_t numbers = Tile::ROW_NUMBERS + Tile::COLUMN_NUMBERS + Tile::PAIR_NUMBERS;
    size_t shared = attention_shared(attention_kernel<HEAD>, numbers * (int64_t)sizeof(real));
    CUDA_LAUNCH(backend, attention_kernel<HEAD>, grid, CUDA_BLOCK, shared, *job);
}

void cuda_attention(Backend *backend, const AttentionShape *shape, Matrix qkv, Matrix y,
                    Matrix log_sums)
{
    Matrix none = {};
    AttentionJob job = attention_job(shape, qkv, y, log_sums, none, none);
    if (qkv.dtype == DTYPE_BFLOAT16)
        cuda_attention_half(backend, &job);
    else if (shape->head_size <= 64)
        run<64>(backend, &job);
    else
        run<128>(backend, &job);
}
