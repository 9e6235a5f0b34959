/* Gradients of the head: e becomes the slope (p − q) / count, then
 *   dx = slope W,  dW += slopeᵀ x,  dbias += Σ_rows slope. */
#include "compute/cpu_head.h"

#include "compute/blas.h"

/* Classes of a tile of dW: small where there are few, so that there are several tiles. */
static int64_t weight_tile(int64_t classes)
{
    enum { FEW = 2048, SMALL = 64 };
    return classes <= FEW ? SMALL : HEAD_TILE;
}

/* q is smoothing / classes everywhere, and 1 − smoothing more at the label. */
static void turn_row(const HeadChunk *chunk, int64_t row, int64_t tile, Matrix slopes, real *slope)
{
    int64_t label = chunk->labels[row] - tile * HEAD_TILE;
    real factor = matrix_row(chunk->sum, row)[tile], smoothing = chunk->head->smoothing;
    real even = smoothing * chunk->share / (real)chunk->logits.cols;
    if (chunk->labels[row] < 0) {
        for (int64_t j = 0; j < slopes.cols; j++) slope[j] = 0;
        return;
    }
    for (int64_t j = 0; j < slopes.cols; j++) slope[j] = factor * slope[j] - even;
    if (label >= 0 && label < slopes.cols) slope[label] -= (1 - smoothing) * chunk->share;
}

static Matrix part_of_dx(const HeadChunk *chunk, int64_t part)
{
    if (chunk->parts == 1) return chunk->dx;
    return matrix_rows(chunk->parts_of_dx, part * chunk->rows, chunk->rows);
}

/* Slopes of one block of rows in the tiles of one part, and what they say of dx. */
static void slopes_of(const HeadChunk *chunk, int64_t block, int64_t part)
{
    Matrix dx = head_block(part_of_dx(chunk, part), block);
    int64_t first = part * HEAD_PART, end = first + HEAD_PART;
    for (int64_t tile = first; tile < end && tile < chunk->tiles; tile++) {
        Matrix slopes = head_tile(head_block(chunk->logits, block), tile);
        for (int64_t r = 0; r < slopes.rows; r++)
            turn_row(chunk, block * HEAD_BLOCK + r, tile, slopes, matrix_row(slopes, r));
        Matrix weight = matrix_rows(chunk->head->weight, tile * HEAD_TILE, slopes.cols);
        blas_gemm(false, false, 1, slopes, weight, tile > first ? 1 : 0, dx);
    }
}

static void add_parts(const HeadChunk *chunk, int64_t row)
{
    real *out = matrix_row(chunk->dx, row);
    for (int64_t part = 0; part < chunk->parts; part++) {
        const real *x = matrix_row(chunk->parts_of_dx, part * chunk->rows + row);
        for (int64_t j = 0; j < chunk->dx.cols; j++) out[j] = (part > 0 ? out[j] : 0) + x[j];
    }
}

/* dW and dbias of `count` classes from `first` on. */
static void weights_of(const HeadChunk *chunk, int64_t first, int64_t count)
{
    Matrix slopes = matrix_columns(chunk->logits, first, count);
    blas_gemm(true, false, 1, slopes, chunk->x, 1, matrix_rows(chunk->head->dweight, first, count));
    if (!matrix_exists(chunk->head->dbias)) return;
    real *dbias = matrix_row(chunk->head->dbias, 0) + first;
    for (int64_t r = 0; r < slopes.rows; r++)
        for (int64_t j = 0; j < count; j++) dbias[j] += matrix_row(slopes, r)[j];
}

void head_backward(const HeadChunk *chunk)
{
    int64_t classes = chunk->logits.cols, tile = weight_tile(classes);
    int64_t tasks = chunk->blocks * chunk->parts;
#pragma omp parallel if (head_forks(chunk))
    {
#pragma omp for schedule(dynamic, 1)
        for (int64_t k = 0; k < tasks; k++) slopes_of(chunk, k % chunk->blocks, k / chunk->blocks);
        if (chunk->parts > 1) {
#pragma omp for schedule(static) nowait
            for (int64_t row = 0; row < chunk->rows; row++) add_parts(chunk, row);
        }
#pragma omp for schedule(dynamic, 1)
        for (int64_t first = 0; first < classes; first += tile)
            weights_of(chunk, first, classes - first < tile ? classes - first : tile);
    }
}
