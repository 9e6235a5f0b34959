/* Tables looked up by token.
 *
 * Backward without float atomics: positions are sorted by (token, position), then each token's rows
 * are summed in order of position. A position's place in that order is the number of positions
 * before it, counted: N² comparisons of integers, by count of instructions 0.2 ms on an H100 for
 * N = 32 768, against no table-sized counters and no passes over the vocabulary. */
#include "compute/cuda_each.cuh"

typedef struct {
    const int32_t *ids;
    Matrix table, y;
} EmbedJob;

static __device__ void each_piece(const EmbedJob &job, CudaPiece piece)
{
    CudaPiece from = piece;
    from.row = job.ids[piece.row];
    assert(from.row >= 0 && from.row < job.table.rows);
    cuda_store(job.y, piece, cuda_load(job.table, from));
}

void cuda_embed(Backend *backend, const int32_t *ids, Matrix table, Matrix y)
{
    assert(table.cols == y.cols);
    cuda_each(backend, y.rows, y.cols, cuda_is_wide(table) && cuda_is_wide(y),
              EmbedJob{ids, table, y});
}

/* ---- backward */

/* Places of the N positions in sorted order. */
typedef struct {
    int *place, *start;  /* by position: its place; where its token's places begin */
    int *order, *starts; /* by place: the position; where the places of its token begin */
    float *part;         /* sums of chunks, 2 ⌈N / CHUNK⌉ rows */
} Sorted;

/* As many rows are summed at a time; a token that stands more often has several such chunks. */
enum { CHUNK = 64 };

static __global__ void clear_kernel(int64_t count, int *x)
{
    for (int64_t k = cuda_thread(); k < count; k += cuda_threads()) x[k] = 0;
}

/* Block (x, y) compares CUDA_BLOCK positions with CUDA_BLOCK others. Integer sums are the same in
 * any order. */
static __global__ void rank_kernel(int64_t count, const int32_t *ids, Sorted sorted)
{
    __shared__ int32_t other[CUDA_BLOCK];
    int64_t self = cuda_thread(), first = (int64_t)blockIdx.y * CUDA_BLOCK;
    if (first + threadIdx.x < count) other[threadIdx.x] = ids[first + threadIdx.x];
    __syncthreads();
    if (self >= count) return;
    int others = count - first < CUDA_BLOCK ? (int)(count - first) : (int)CUDA_BLOCK;
    int earlier = self - first < others ? (int)(self - first) : others; /* may be negative */
    int32_t id = ids[self];
    int smaller = 0, before = 0;
#pragma unroll 8
    for (int k = 0; k < others; k++) {
        smaller += other[k] < id;
        before += other[k] == id && k < earlier;
    }
    if (smaller) atomicAdd(&sorted.start[self], smaller);
    if (smaller + before) atomicAdd(&sorted.place[self], smaller + before);
}

static __global__ void sort_kernel(int64_t count, Sorted sorted)
{
    int64_t self = cuda_thread();
    if (self >= count) return;
    sorted.order[sorted.place[self]] = (int)self;
    sorted.starts[sorted.place[self]] = sorted.start[self];
}

typedef struct {
    const int32_t *ids;
    int64_t count; /* of positions */
    Matrix dy, dtable;
    Sorted sorted;
} ChunkJob;

/* Rows of `part` for the chunk that begins at `place`: chunks of one token begin CHUNK apart, and
 * among the tokens with several chunks only one can have its first, and one a later one, in
 * places 64 k … 64 k + 63. */
static __device__ float *part_row(const ChunkJob &job, int place, bool is_first)
{
    return job.sorted.part + (2 * (int64_t)(place / CHUNK) + !is_first) * job.dy.cols;
}

/* A token that stands at most CHUNK times gets its rows in order, as on the CPU, byte for byte. */
static __device__ void each_piece(const ChunkJob &job, CudaPiece piece)
{
    const Sorted sorted = job.sorted;
    int place = (int)piece.row, start = sorted.starts[place];
    if ((place - start) % CHUNK) return;
    bool alone = start + CHUNK >= job.count || sorted.starts[start + CHUNK] != start;
    CudaPiece to = piece;
    to.row = job.ids[sorted.order[place]];
    CudaFour sum = {{0.0f, 0.0f, 0.0f, 0.0f}};
    if (alone) sum = cuda_load(job.dtable, to);
    for (int k = place; k < place + CHUNK && k < job.count && sorted.starts[k] == start; k++) {
        CudaPiece from = piece;
        from.row = sorted.order[k];
        CudaFour dy = cuda_load(job.dy, from);
        for (int i = 0; i < CUDA_FOUR; i++) sum.at[i] += dy.at[i];
    }
    if (alone)
        cuda_store(job.dtable, to, sum);
    else
        cuda_store_at(part_row(job, place, place == start) + piece.first, piece, sum);
}

/* The other tokens get their chunks' sums in order. */
typedef struct {
    ChunkJob chunks;
} JoinJob;

static __device__ void each_piece(const JoinJob &job, CudaPiece piece)
{
    const Sorted sorted = job.chunks.sorted;
    int64_t count = job.chunks.count;
    int start = (int)piece.row;
    if (sorted.starts[start] != start) return;
    if (start + CHUNK >= count || sorted.starts[start + CHUNK] != start) return;
    CudaPiece to = piece;
    to.row = job.chunks.ids[sorted.order[start]];
    CudaFour sum = cuda_load(job.chunks.dtable, to);
    for (int k = start; k < count && sorted.starts[k] == start; k += CHUNK) {
        const float *part = part_row(job.chunks, k, k == start);
        CudaFour more = cuda_load_at(part + piece.first, piece);
        for (int i = 0; i < CUDA_FOUR; i++) sum.at[i] += more.at[i];
    }
    cuda_store(job.chunks.dtable, to, sum);
}

/* Integers first, then the chunks' sums at a multiple of 16 bytes. */
static Sorted scratch(Backend *backend, int64_t count, int64_t cols)
{
    int64_t each = cuda_ceil(count, CUDA_FOUR) * CUDA_FOUR;
    size_t integers = (size_t)(4 * each) * sizeof(int);
    size_t sums = (size_t)(2 * cuda_ceil(count, CHUNK) * cols) * sizeof(float);
    int *memory = (int *)cuda_scratch(backend, CUDA_SCRATCH_EMBED, integers + sums);
    return Sorted{memory, memory + each, memory + 2 * each, memory + 3 * each,
                  (float *)(memory + 4 * each)};
}

void cuda_embed_backward(Backend *backend, const int32_t *ids, Matrix dy, Matrix dtable)
{
    assert(dtable.cols == dy.cols && dy.rows <= 65535 * CUDA_BLOCK); /* a grid's height */
    int64_t count = dy.rows;
    if (count == 0) return;
    Sorted sorted = scratch(backend, count, dy.cols);
    int64_t each = sorted.start - sorted.place;
    unsigned blocks = (unsigned)cuda_ceil(count, CUDA_BLOCK);
    CUDA_LAUNCH(backend, clear_kernel, cuda_grid(2 * each), CUDA_BLOCK, 0, 2 * each, sorted.place);
    CUDA_LAUNCH(backend, rank_kernel, dim3(blocks, blocks), CUDA_BLOCK, 0, count, ids, sorted);
    CUDA_LAUNCH(backend, sort_kernel, blocks, CUDA_BLOCK, 0, count, sorted);
    ChunkJob job = {ids, count, dy, dtable, sorted};
    bool wide = cuda_is_wide(dy) && cuda_is_wide(dtable) && dy.cols % CUDA_FOUR == 0;
    cuda_each(backend, count, dy.cols, wide, job);
    if (count > CHUNK) cuda_each(backend, count, dy.cols, wide, JoinJob{job});
}
