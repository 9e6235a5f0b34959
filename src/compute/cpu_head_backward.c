/* Gradients of the head: e becomes the slope (p − q) / count, then
 *   dx = slope W,  dW += slopeᵀ x,  dbias += Σ_rows slope. */
#include "compute/cpu_head.h"

#include "compute/cpu_multiply.h"

/* q is smoothing / classes everywhere, and 1 − smoothing more at the label. */
static void turn_row(const HeadChunk *chunk, int64_t row, int64_t tile, int64_t classes,
                     real *slope)
{
    int64_t label = chunk->labels[row] - tile * HEAD_TILE;
    real factor = matrix_row(chunk->sum, row)[tile], smoothing = chunk->head->smoothing;
    real even = smoothing * chunk->share / (real)chunk->classes;
    if (chunk->labels[row] < 0) {
        for (int64_t j = 0; j < classes; j++) slope[j] = 0;
        return;
    }
#pragma omp simd
    for (int64_t j = 0; j < classes; j++) slope[j] = factor * slope[j] - even;
    if (label >= 0 && label < classes) slope[label] -= (1 - smoothing) * chunk->share;
}

/* dW and dbias of `count` classes of a tile, from `first` on. */
static void weights_of(const HeadChunk *chunk, int64_t tile, int64_t first, int64_t count)
{
    Matrix slopes = matrix_columns(head_tile(chunk, tile), first, count);
    int64_t at = tile * HEAD_TILE + first;
    cpu_multiply(&(Product){.transpose_a = true,
                            .alpha = 1,
                            .beta = 1,
                            .A = slopes,
                            .B = chunk->x,
                            .C = matrix_rows(chunk->head->dweight, at, count)});
    if (!matrix_exists(chunk->head->dbias)) return;
    real *dbias = matrix_row(chunk->head->dbias, 0) + at;
    for (int64_t r = 0; r < slopes.rows; r++)
        for (int64_t j = 0; j < count; j++) dbias[j] += matrix_row(slopes, r)[j];
}

static Matrix part_of_dx(const HeadChunk *chunk, int64_t part)
{
    if (chunk->parts == 1) return chunk->dx;
    return matrix_rows(chunk->parts_of_dx, part * chunk->rows, chunk->rows);
}

/* Slopes of one block of rows in the tiles of one part, and what they say of dx. Where a block is
 * all rows, also what they say of dW, while they are in the cache. */
static void slopes_of(const HeadChunk *chunk, int64_t block, int64_t part)
{
    Matrix dx = head_block(chunk, part_of_dx(chunk, part), block);
    int64_t first = part * HEAD_PART, end = first + HEAD_PART;
    for (int64_t tile = first; tile < end && tile < chunk->tiles; tile++) {
        Matrix slopes = head_block(chunk, head_tile(chunk, tile), block);
        for (int64_t r = 0; r < slopes.rows; r++)
            turn_row(chunk, block * chunk->block + r, tile, slopes.cols, matrix_row(slopes, r));
        cpu_multiply(
            &(Product){.alpha = 1,
                       .beta = tile > first ? 1 : 0,
                       .A = slopes,
                       .B = matrix_rows(chunk->head->weight, tile * HEAD_TILE, slopes.cols),
                       .C = dx});
        if (chunk->blocks == 1) weights_of(chunk, tile, 0, slopes.cols);
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

/* Task number `index` of dW: a strip of a tile. */
static void strip_of(const HeadChunk *chunk, int64_t index, int64_t strips)
{
    int64_t tile = index / strips, width = HEAD_TILE / strips, first = index % strips * width;
    int64_t left = head_tile_classes(chunk, tile) - first;
    if (left > 0) weights_of(chunk, tile, first, left < width ? left : width);
}

void head_backward(const HeadChunk *chunk)
{
    int64_t tasks = chunk->blocks * chunk->parts, strips = chunk->classes <= HEAD_FEW ? 8 : 1;
    int64_t weight_tasks = chunk->blocks > 1 ? chunk->tiles * strips : 0;
#pragma omp parallel if (head_forks(chunk))
    {
#pragma omp for schedule(dynamic, 1)
        for (int64_t k = 0; k < tasks; k++) slopes_of(chunk, k % chunk->blocks, k / chunk->blocks);
        if (chunk->parts > 1) {
#pragma omp for schedule(static) nowait
            for (int64_t row = 0; row < chunk->rows; row++) add_parts(chunk, row);
        }
#pragma omp for schedule(dynamic, 1)
        for (int64_t k = 0; k < weight_tasks; k++) strip_of(chunk, k, strips);
    }
}
