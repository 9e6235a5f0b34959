/* Linear head and softmax cross entropy. The logits of a chunk of rows stand at once: a product
 * by cuBLAS; a block per row, which reads them twice and turns them into slopes where they are;
 * and, with the slopes, products for dx and dweight. Where x and dx are of bfloat16 the logits are
 * of float32 all the same, but the slopes, as factors, are rounded and stand apart.
 *
 * The exponentials of a row are summed by a thread each in float (classes / 256 terms) and over
 * the block in double; what is added to the sums is in double throughout. */
#include "compute/cuda_each.cuh"
#include "compute/cuda_factor.cuh"

/* Numbers of a chunk of logits: 256 MiB hold 1280 rows of 50257 classes, which is enough rows for a
 * product at full speed. A chunk has whole tiles of such a product. */
#ifndef CUDA_HEAD_CHUNK /* the emulator's is small */
#define CUDA_HEAD_CHUNK (1 << 26)
#endif
enum { HEAD_CHUNK = CUDA_HEAD_CHUNK, HEAD_ROWS_TILE = 128 };

/* Rows begin at multiples of 16 bytes. */
static int64_t logits_stride(int64_t classes) { return cuda_ceil(classes, 4) * 4; }
static int64_t halves_stride(int64_t classes) { return cuda_ceil(classes, 8) * 8; }

static int64_t chunk_rows(int64_t rows, int64_t classes)
{
    int64_t fit = HEAD_CHUNK / logits_stride(classes) / HEAD_ROWS_TILE * HEAD_ROWS_TILE;
    if (fit < HEAD_ROWS_TILE) fit = HEAD_ROWS_TILE;
    return fit < rows ? fit : rows;
}

/* Parts of the work memory, each at a multiple of 64 bytes. */
typedef struct {
    double *loss;     /* rows; 0 where a row does not count */
    real *is_correct; /* rows: 1 or 0 */
    real *share;      /* 1 / number of rows that count; 0 where none does */
    Matrix logits;    /* of a chunk */
    Matrix slopes;    /* the logits themselves, or of bfloat16 behind them */
    int64_t used;     /* reals in all */
} HeadWork;

static int64_t whole_lines(int64_t reals) { return cuda_ceil(reals, 16) * 16; }

/* Without memory only counted. */
static HeadWork place_work(int64_t rows, int64_t classes, Dtype dtype, real *work)
{
    int64_t correct = whole_lines(2 * rows), share = correct + whole_lines(rows);
    int64_t logits = share + whole_lines(1), stride = logits_stride(classes);
    int64_t chunk = chunk_rows(rows, classes), slopes = logits + whole_lines(chunk * stride);
    int64_t halves = dtype == DTYPE_BFLOAT16 ? halves_stride(classes) : 0;
    HeadWork place = {};
    place.used = slopes + chunk * halves / 2;
    if (!work) return place;
    place.loss = (double *)work;
    place.is_correct = work + correct;
    place.share = work + share;
    place.logits = matrix_of(work + logits, chunk, stride);
    place.logits.cols = classes;
    place.slopes = place.logits;
    if (halves) place.slopes = Matrix{work + slopes, chunk, classes, halves, dtype};
    return place;
}

int64_t cuda_head_work(Backend *backend, int64_t rows, int64_t width, int64_t classes)
{
    (void)width;
    return place_work(rows, classes, backend->activations, NULL).used;
}

/* One block. */
static __global__ void share_kernel(int64_t rows, const int32_t *labels, real *share)
{
    int64_t own = 0;
    for (int64_t row = threadIdx.x; row < rows; row += blockDim.x) own += labels[row] >= 0;
    int64_t count = cuda_block_sum(own);
    if (threadIdx.x == 0) *share = count > 0 ? (real)(1.0 / (double)count) : 0;
}

typedef struct {
    int64_t classes, stride;
    const real *logits; /* rows of the chunk */
    const real *bias;   /* or NULL */
    Matrix slopes;      /* absent where none are wanted; may be the logits */
    const int32_t *labels;
    const real *share;
    real smoothing;
    double *loss;
    real *is_correct;
} HeadRows;

static __device__ real logit_of(const HeadRows *job, const real *row, int64_t j)
{
    return job->bias ? row[j] + job->bias[j] : row[j];
}

/* What one pass over a row finds, of the classes that a thread reads. */
typedef struct {
    real largest, sum; /* Σ exp(logit − largest) */
    real plain;        /* Σ logit */
    int beaten;        /* classes that are the answer rather than the label */
} RowPart;

/* The sum shrinks when a larger logit comes. One exponential for a logit in either case. */
static __device__ void absorb(RowPart *part, real logit)
{
    if (logit > part->largest) {
        part->sum = part->sum * rule_exp(part->largest - logit) + 1;
        part->largest = logit;
    } else if (logit != -INFINITY) {
        part->sum += rule_exp(logit - part->largest);
    }
}

/* The label is the answer where its logit is larger than all before it and not smaller than those
 * behind it; a NaN is never. */
static __device__ RowPart read_row(const HeadRows *job, const real *row, int label)
{
    RowPart part = {-INFINITY, 0, 0, 0};
    real own = logit_of(job, row, label);
    for (int64_t j = threadIdx.x; j < job->classes; j += blockDim.x) {
        real logit = logit_of(job, row, j);
        bool loses = j < label ? logit < own : logit <= own;
        part.beaten += !loses;
        part.plain += logit;
        absorb(&part, logit);
    }
    return part;
}

static __device__ void put_slope(Matrix slopes, int64_t row, int64_t j, real slope)
{
    if (slopes.dtype == DTYPE_BFLOAT16)
        cuda_half_row(slopes, row)[j] = rule_bfloat16_pack(slope);
    else
        cuda_row(slopes, row)[j] = slope;
}

/* Slopes (p − q) share with p = exp(logit − largest) / sum; q is smoothing / classes everywhere and
 * 1 − smoothing more at the label. */
static __device__ void turn_row(const HeadRows *job, int64_t index, int label, real largest,
                                double sum)
{
    const real *row = job->logits + index * job->stride;
    real share = *job->share, factor = (real)(1.0 / sum) * share;
    real even = job->smoothing * share / (real)job->classes;
    for (int64_t j = threadIdx.x; j < job->classes; j += blockDim.x) {
        real slope = factor * rule_exp(logit_of(job, row, j) - largest) - even;
        if (j == label) slope -= (1 - job->smoothing) * share;
        put_slope(job->slopes, index, j, slope);
    }
}

/* A block per row. */
static __global__ void rows_kernel(HeadRows job)
{
    int64_t index = blockIdx.x;
    const real *row = job.logits + index * job.stride;
    bool turns = job.slopes.data != NULL;
    int label = job.labels[index];
    if (label < 0) { /* for the whole block */
        for (int64_t j = threadIdx.x; turns && j < job.classes; j += blockDim.x)
            put_slope(job.slopes, index, j, 0);
        if (threadIdx.x == 0) job.loss[index] = 0, job.is_correct[index] = 0;
        return;
    }
    RowPart part = read_row(&job, row, label);
    real own = logit_of(&job, row, label); /* before it becomes a slope */
    real largest = cuda_block_max(part.largest);
    double shrunk = part.sum > 0 ? (double)part.sum * exp((double)part.largest - largest)
                                 : (double)part.sum; /* no class: 0; a NaN stays */
    double sum = cuda_block_sum(shrunk), plain = cuda_block_sum((double)part.plain);
    int beaten = cuda_block_sum(part.beaten);
    if (turns) turn_row(&job, index, label, largest, sum);
    if (threadIdx.x > 0) return;
    double smoothing = (double)job.smoothing, log_sum = (double)largest + log(sum);
    double even = smoothing != 0.0 ? smoothing / (double)job.classes * plain : 0.0;
    job.loss[index] = log_sum - (1.0 - smoothing) * (double)own - even;
    job.is_correct[index] = beaten == 0 ? 1 : 0;
}

/* One block: each thread adds every 256th row in order. */
static __global__ void sums_kernel(int64_t rows, const int32_t *labels, const double *loss,
                                   const real *is_correct, double *sums)
{
    double own[HEAD_SUMS] = {0.0};
    for (int64_t row = threadIdx.x; row < rows; row += blockDim.x) {
        if (labels[row] < 0) continue;
        own[HEAD_LOSS] += loss[row];
        own[HEAD_CORRECT] += (double)is_correct[row];
        own[HEAD_ROWS] += 1.0;
    }
    for (int k = 0; k < HEAD_SUMS; k++) {
        double sum = cuda_block_sum(own[k]);
        if (threadIdx.x == 0) sums[k] += sum;
    }
}

/* Rows first … of the batch, as many as `work` has logits. */
static void run_chunk(Backend *backend, const Head *head, const HeadWork *work, int64_t first)
{
    Matrix logits = work->logits, slopes = work->slopes;
    Matrix x = matrix_rows(head->x, first, logits.rows);
    HeadRows job = {};
    job.classes = logits.cols, job.stride = logits.stride;
    job.logits = matrix_reals(logits);
    job.bias = matrix_exists(head->bias) ? matrix_reals(head->bias) : NULL;
    job.labels = head->labels + first;
    job.share = work->share;
    job.smoothing = head->smoothing;
    if (matrix_exists(head->dx)) job.slopes = slopes;
    job.loss = work->loss + first;
    job.is_correct = work->is_correct + first;
    cuda_gemm(backend, PLAIN, TRANSPOSED, 1, x, head->weight, 0, logits);
    CUDA_LAUNCH(backend, rows_kernel, (unsigned)logits.rows, CUDA_BLOCK, 0, job);
    if (!matrix_exists(head->dx)) return;
    cuda_gemm(backend, PLAIN, PLAIN, 1, slopes, head->weight, 0,
              matrix_rows(head->dx, first, slopes.rows));
    cuda_gemm(backend, TRANSPOSED, PLAIN, 1, slopes, x, 1, head->dweight);
    if (matrix_exists(head->dbias)) cuda_sum_columns(backend, slopes, head->dbias);
}

/* The weight is rounded once for all chunks and products. */
void cuda_head(Backend *backend, const Head *given, real *memory)
{
    Head head = *given;
    int64_t rows = head.x.rows, classes = head.weight.rows;
    assert(head.weight.cols == head.x.cols);
    assert(head.x.dtype == (Dtype)DTYPE_REAL || head.x.dtype == backend->activations);
    if (rows == 0) return;
    if (head.x.dtype == DTYPE_BFLOAT16)
        head.weight = cuda_half(backend, CUDA_SCRATCH_HEAD, head.weight);
    HeadWork all = place_work(rows, classes, head.x.dtype, memory), work = all;
    CUDA_LAUNCH(backend, share_kernel, 1, CUDA_BLOCK, 0, rows, head.labels, all.share);
    for (int64_t first = 0; first < rows; first += all.logits.rows) {
        int64_t left = rows - first, count = left < all.logits.rows ? left : all.logits.rows;
        work.logits = matrix_rows(all.logits, 0, count);
        work.slopes = matrix_rows(all.slopes, 0, count);
        run_chunk(backend, &head, &work, first);
    }
    CUDA_LAUNCH(backend, sums_kernel, 1, CUDA_BLOCK, 0, rows, head.labels, all.loss, all.is_correct,
                head.sums);
}
