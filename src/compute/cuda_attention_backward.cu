/* Gradients of attention: probabilities are computed again from the kept log_sums.
 *
 * With P = exp(scores − log_sum) and D = Σ_j dy_j y_j of a query (which is Σ_k P_k dP_k):
 *   dV = Pᵀ dY,  dP = dY Vᵀ,  dS = P (dP − D) / sqrt(head_size),  dQ = dS K,  dK = dSᵀ Q.
 * D first. Then one kernel has a block per tile of keys, which walks over the queries of every head
 * that looks at them, in order: dK, dV; another a block per tile of queries: dQ. Scores are
 * computed twice, and nothing is ever added to what another block adds to. */
#include "compute/cuda_attention.cuh"
#include "compute/cuda_each.cuh"

/* A warp per query of a head: lanes take neighbouring numbers. */
template <typename Number> static __global__ void products_kernel(AttentionJob job)
{
    int64_t queries = job.batch * job.heads * job.context;
    int64_t index = cuda_thread() / CUDA_WARP, lane = threadIdx.x % CUDA_WARP;
    if (index >= queries) return; /* the whole warp */
    int64_t t = index % job.context, task = index / job.context;
    int64_t batch = task / job.heads, head = task % job.heads;
    int64_t row = batch * job.context + t, first = head * job.head_size;
    real own = 0;
    for (int64_t j = first + lane; j < first + job.head_size; j += CUDA_WARP)
        own = fmaf(cuda_at<Number>(job.y, row, j), cuda_at<Number>(job.dy, row, j), own);
    own = cuda_warp_sum(own);
    if (lane == 0) job.products[index] = own;
}

/* The heads' numbers that a pair of tiles needs, and its log_sums and D. */
typedef struct {
    const real *query, *key, *value, *dy, *log_sums, *products;
} Views;

static __device__ Views views_of(const AttentionJob *job, int64_t batch, int64_t head)
{
    int64_t key_head = job->heads + head / job->group, task = batch * job->heads + head;
    Views views;
    views.query = attention_part(job, job->qkv, batch, head);
    views.key = attention_part(job, job->qkv, batch, key_head);
    views.value = attention_part(job, job->qkv, batch, key_head + job->key_heads);
    views.dy = attention_part(job, job->dy, batch, head);
    views.log_sums = (const real *)job->log_sums.data + task * job->log_sums.stride;
    views.products = job->products + task * job->context;
    return views;
}

/* Tiles in shared memory: two of a block's own rows, two that pass by, and a pair's numbers. */
typedef struct {
    real *rows, *rows2, *columns, *columns2, *pairs;
} Tiles;

template <int HEAD> static __device__ Tiles tiles_of(real *memory)
{
    typedef AttentionTile<HEAD> Tile;
    Tiles tiles;
    tiles.rows = memory;
    tiles.rows2 = tiles.rows + Tile::ROW_NUMBERS;
    tiles.columns = tiles.rows2 + Tile::ROW_NUMBERS;
    tiles.columns2 = tiles.columns + Tile::COLUMN_NUMBERS;
    tiles.pairs = tiles.columns2 + Tile::COLUMN_NUMBERS;
    return tiles;
}

template <int HEAD> static constexpr int64_t tiles_bytes(void)
{
    typedef AttentionTile<HEAD> Tile;
    return (2 * Tile::ROW_NUMBERS + 2 * Tile::COLUMN_NUMBERS + Tile::PAIR_NUMBERS) *
           (int64_t)sizeof(real);
}

/* P and dS of queries query, query + 16 … and keys key, key + 16 … in place of scores and dP; 0
 * where a query may not see the key. Rows of the pair are keys, or else queries. */
template <bool ROWS_ARE_KEYS, int OWN, int COLUMNS_OWN>
static __device__ void turn(const AttentionJob *job, const Views *views, int64_t query, int64_t key,
                            real (&p)[OWN][COLUMNS_OWN], real (&dp)[OWN][COLUMNS_OWN])
{
    for (int r = 0; r < OWN; r++)
        for (int c = 0; c < COLUMNS_OWN; c++) {
            int64_t q = query + ATTENTION_SIDE * (ROWS_ARE_KEYS ? c : r);
            int64_t k = key + ATTENTION_SIDE * (ROWS_ARE_KEYS ? r : c);
            if (!attention_sees(job, q, k)) {
                p[r][c] = dp[r][c] = 0;
                continue;
            }
            p[r][c] = rule_exp(p[r][c] * job->scale - views->log_sums[q]);
            dp[r][c] = job->scale * p[r][c] * (dp[r][c] - views->products[q]);
        }
}

/* One pair of tiles: what its queries say of dK and dV. */
template <int HEAD, int OWN, int FOURS>
static __device__ void add_queries(const AttentionJob *job, const Views *views, Tiles tiles,
                                   int64_t key, int64_t at, float4 (&dkey)[OWN][FOURS],
                                   float4 (&dvalue)[OWN][FOURS])
{
    real p[OWN][AttentionTile<HEAD>::COLUMNS_OWN], dp[OWN][AttentionTile<HEAD>::COLUMNS_OWN];
    attention_load<HEAD>(job, views->query, job->qkv.stride, at, ATTENTION_COLUMNS, tiles.columns);
    attention_load<HEAD>(job, views->dy, job->dy.stride, at, ATTENTION_COLUMNS, tiles.columns2);
    __syncthreads();
    attention_pairs<HEAD>(job->head_size, tiles.rows, tiles.columns, p);
    attention_pairs<HEAD>(job->head_size, tiles.rows2, tiles.columns2, dp);
    turn<true>(job, views, at + attention_x(), key + attention_y(), p, dp);
    attention_publish(p, tiles.pairs);
    __syncthreads();
    attention_accumulate<HEAD>(tiles.pairs, tiles.columns2, dvalue);
    __syncthreads();
    attention_publish(dp, tiles.pairs);
    __syncthreads();
    attention_accumulate<HEAD>(tiles.pairs, tiles.columns, dkey);
    __syncthreads();
}

/* A block per tile of keys of a head of keys: all queries that see them, head by head of the group.
 * The first tiles of a causal head are the longest, and begin first. */
template <int HEAD>
static __global__ void __launch_bounds__(CUDA_BLOCK) keys_kernel(AttentionJob job)
{
    typedef AttentionTile<HEAD> Tile;
    CUDA_SHARED(real, memory);
    Tiles tiles = tiles_of<HEAD>(memory);
    int64_t batch = blockIdx.x / job.key_heads, key_head = blockIdx.x % job.key_heads;
    int64_t first = (int64_t)blockIdx.y * Tile::ROWS, stride = job.qkv.stride;
    int64_t start = job.causal ? first / ATTENTION_COLUMNS * ATTENTION_COLUMNS : 0;
    float4 dkey[Tile::OWN][Tile::FOURS] = {}, dvalue[Tile::OWN][Tile::FOURS] = {};
    for (int64_t h = 0; h < job.group; h++) {
        Views views = views_of(&job, batch, key_head * job.group + h);
        if (h == 0) {
            attention_load<HEAD>(&job, views.key, stride, first, Tile::ROWS, tiles.rows);
            attention_load<HEAD>(&job, views.value, stride, first, Tile::ROWS, tiles.rows2);
        }
        for (int64_t at = start; at < job.context; at += ATTENTION_COLUMNS)
            add_queries<HEAD>(&job, &views, tiles, first, at, dkey, dvalue);
    }
    real *key = attention_part(&job, job.dqkv, batch, job.heads + key_head);
    real *value = attention_part(&job, job.dqkv, batch, job.heads + job.key_heads + key_head);
    for (int r = 0; r < Tile::OWN; r++) {
        int64_t k = first + attention_y() + ATTENTION_SIDE * r;
        if (k >= job.context) break;
        attention_store(&job, 1, dkey[r], key + k * job.dqkv.stride);
        attention_store(&job, 1, dvalue[r], value + k * job.dqkv.stride);
    }
}

/* One pair of tiles: what its keys say of dQ. */
template <int HEAD, int OWN, int FOURS>
static __device__ void add_keys(const AttentionJob *job, const Views *views, Tiles tiles,
                                int64_t query, int64_t at, float4 (&dquery)[OWN][FOURS])
{
    real p[OWN][AttentionTile<HEAD>::COLUMNS_OWN], dp[OWN][AttentionTile<HEAD>::COLUMNS_OWN];
    attention_load<HEAD>(job, views->key, job->qkv.stride, at, ATTENTION_COLUMNS, tiles.columns);
    attention_load<HEAD>(job, views->value, job->qkv.stride, at, ATTENTION_COLUMNS, tiles.columns2);
    __syncthreads();
    attention_pairs<HEAD>(job->head_size, tiles.rows, tiles.columns, p);
    attention_pairs<HEAD>(job->head_size, tiles.rows2, tiles.columns2, dp);
    turn<false>(job, views, query + attention_y(), at + attention_x(), p, dp);
    attention_publish(dp, tiles.pairs);
    __syncthreads();
    attention_accumulate<HEAD>(tiles.pairs, tiles.columns, dquery);
    __syncthreads();
}

/* A block per tile of queries of a head; the longest of a causal head begin first. */
template <int HEAD>
static __global__ void __launch_bounds__(CUDA_BLOCK) queries_kernel(AttentionJob job)
{
    typedef AttentionTile<HEAD> Tile;
    CUDA_SHARED(real, memory);
    Tiles tiles = tiles_of<HEAD>(memory);
    int64_t batch = blockIdx.x / job.heads, head = blockIdx.x % job.heads;
    int64_t first = (int64_t)(gridDim.y - 1 - blockIdx.y) * Tile::ROWS;
    int64_t end = job.causal && first + Tile::ROWS < job.context ? first + Tile::ROWS : job.context;
    Views views = views_of(&job, batch, head);
    float4 dquery[Tile::OWN][Tile::FOURS] = {};
    attention_load<HEAD>(&job, views.query, job.qkv.stride, first, Tile::ROWS, tiles.rows);
    attention_load<HEAD>(&job, views.dy, job.dy.stride, first, Tile::ROWS, tiles.rows2);
    for (int64_t at = 0; at < end; at += ATTENTION_COLUMNS)
        add_keys<HEAD>(&job, &views, tiles, first, at, dquery);
    real *query = attention_part(&job, job.dqkv, batch, head);
    for (int r = 0; r < Tile::OWN; r++) {
        int64_t q = first + attention_y() + ATTENTION_SIDE * r;
        if (q >= job.context) break;
        attention_store(&job, 1, dquery[r], query + q * job.dqkv.stride);
    }
}

template <int HEAD> static void run(Backend *backend, const AttentionJob *job)
{
    unsigned tiles = (unsigned)cuda_ceil(job->context, AttentionTile<HEAD>::ROWS);
    size_t shared = attention_shared(keys_kernel<HEAD>, tiles_bytes<HEAD>());
    attention_shared(queries_kernel<HEAD>, tiles_bytes<HEAD>());
    dim3 keys((unsigned)(job->batch * job->key_heads), tiles);
    dim3 queries((unsigned)(job->batch * job->heads), tiles);
    CUDA_LAUNCH(backend, keys_kernel<HEAD>, keys, CUDA_BLOCK, shared, *job);
    CUDA_LAUNCH(backend, queries_kernel<HEAD>, queries, CUDA_BLOCK, shared, *job);
}

void cuda_attention_backward(Backend *backend, const AttentionShape *shape, Matrix qkv, Matrix y,
                             Matrix log_sums, Matrix dy, Matrix dqkv)
{
    AttentionJob job = attention_job(shape, qkv, y, log_sums, dy, dqkv);
    int64_t queries = job.batch * job.heads * job.context;
    size_t bytes = (size_t)queries * sizeof(real);
    job.products = (real *)cuda_scratch(backend, CUDA_SCRATCH_ATTENTION, bytes);
    unsigned blocks = (unsigned)cuda_ceil(queries, CUDA_BLOCK / CUDA_WARP);
    if (qkv.dtype == DTYPE_BFLOAT16) {
        CUDA_LAUNCH(backend, products_kernel<uint16_t>, blocks, CUDA_BLOCK, 0, job);
        cuda_attention_half_backward(backend, &job);
        return;
    }
    CUDA_LAUNCH(backend, products_kernel<real>, blocks, CUDA_BLOCK, 0, job);
    if (shape->head_size <= 64)
        run<64>(backend, &job);
    else
        run<128>(backend, &job);
}
