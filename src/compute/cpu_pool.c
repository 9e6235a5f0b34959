#include "compute/cpu.h"

#include <assert.h>

/* Channels at a time: their state fits in registers or the first-level cache. */
enum { CHUNK = 64 };

/* A line of outputs and the lines of inputs below it. */
typedef struct {
    int64_t y_row, x_row; /* first rows in the matrices */
} Line;

static int64_t out_width(const PoolShape *shape) { return shape->width / shape->size_x; }
static int64_t out_lines(const PoolShape *shape)
{
    return shape->batch * (shape->height / shape->size_y);
}

/* size_y divides the height, so the lines of all images are cut as if they were one. */
static Line line_at(const PoolShape *shape, int64_t line)
{
    return (Line){line * out_width(shape), line * shape->size_y * shape->width};
}

/* The input row at (ky, kx) of window `column` of a line. */
static int64_t input_row(const PoolShape *shape, Line line, int64_t column, int64_t k)
{
    return line.x_row + k / shape->size_x * shape->width + column * shape->size_x +
           k % shape->size_x;
}

/* Inlined with constant kinds: the test stays outside of the loop over channels. */
static inline void pool_line(PoolKind kind, const PoolShape *shape, Line line, Matrix x, Matrix y)
{
    int64_t size = shape->size_y * shape->size_x, width = out_width(shape);
    real scale = (real)1 / (real)size;
    for (int64_t column = 0; column < width; column++) {
        real *to = matrix_row(y, line.y_row + column);
        const real *from = matrix_row(x, input_row(shape, line, column, 0));
        for (int64_t c = 0; c < y.cols; c++) to[c] = from[c];
        for (int64_t k = 1; k < size; k++) {
            from = matrix_row(x, input_row(shape, line, column, k));
            if (kind == POOL_MAX) /* NaN wins and stays */
                for (int64_t c = 0; c < y.cols; c++)
                    to[c] = from[c] > to[c] || from[c] != from[c] ? from[c] : to[c];
            else
                for (int64_t c = 0; c < y.cols; c++) to[c] += from[c];
        }
        for (int64_t c = 0; kind == POOL_MEAN && c < y.cols; c++) to[c] *= scale;
    }
}

void cpu_pool(Backend *backend, const PoolShape *shape, Matrix x, Matrix y)
{
    (void)backend;
    assert(shape->height % shape->size_y == 0 && shape->width % shape->size_x == 0);
    assert(matrix_count(y) * shape->size_y * shape->size_x == matrix_count(x));
#pragma omp parallel for schedule(static) if (matrix_count(x) > CPU_FORK)
    for (int64_t k = 0; k < out_lines(shape); k++)
        if (shape->kind == POOL_MAX)
            pool_line(POOL_MAX, shape, line_at(shape, k), x, y);
        else
            pool_line(POOL_MEAN, shape, line_at(shape, k), x, y);
}

/* `left` is what of dy has not met its maximum yet: the first hit takes it. */
static void max_backward(const PoolShape *shape, Line line, Matrix x, Matrix y, Matrix dy,
                         Matrix dx, bool adds)
{
    int64_t size = shape->size_y * shape->size_x, width = out_width(shape);
    for (int64_t column = 0; column < width; column++)
        for (int64_t first = 0; first < y.cols; first += CHUNK) {
            int64_t count = y.cols - first < CHUNK ? y.cols - first : CHUNK;
            const real *top = matrix_row(y, line.y_row + column) + first;
            const real *given = matrix_row(dy, line.y_row + column) + first;
            real left[CHUNK];
            for (int64_t c = 0; c < count; c++) left[c] = given[c];
            for (int64_t k = 0; k < size; k++) {
                int64_t row = input_row(shape, line, column, k);
                const real *from = matrix_row(x, row) + first;
                real *to = matrix_row(dx, row) + first;
                for (int64_t c = 0; c < count; c++) {
                    bool hit = from[c] == top[c];
                    to[c] = (adds ? to[c] : 0) + (hit ? left[c] : 0);
                    left[c] = hit ? 0 : left[c];
                }
            }
        }
}

static void mean_backward(const PoolShape *shape, Line line, Matrix dy, Matrix dx, bool adds)
{
    int64_t size = shape->size_y * shape->size_x, width = out_width(shape);
    real scale = (real)1 / (real)size;
    for (int64_t column = 0; column < width; column++) {
        const real *given = matrix_row(dy, line.y_row + column);
        for (int64_t k = 0; k < size; k++) {
            real *to = matrix_row(dx, input_row(shape, line, column, k));
            for (int64_t c = 0; c < dx.cols; c++) to[c] = (adds ? to[c] : 0) + given[c] * scale;
        }
    }
}

void cpu_pool_backward(Backend *backend, const PoolShape *shape, Matrix x, Matrix y, Matrix dy,
                       Matrix dx, bool adds)
{
    (void)backend;
#pragma omp parallel for schedule(static) if (matrix_count(dx) > CPU_FORK)
    for (int64_t k = 0; k < out_lines(shape); k++)
        if (shape->kind == POOL_MAX)
            max_backward(shape, line_at(shape, k), x, y, dy, dx, adds);
        else
            mean_backward(shape, line_at(shape, k), dy, dx, adds);
}
