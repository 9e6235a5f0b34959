#include "base/die.h"
#include "matrices.h"

#include <omp.h>
#include <stdlib.h>

/* Windows of one pixel, odd ones, whole images, more channels than are taken at a time. */
static const PoolShape shapes[] = {
    {POOL_MAX, 1, 1, 1, 1, 1},   {POOL_MAX, 3, 6, 4, 2, 2},  {POOL_MAX, 2, 9, 6, 3, 2},
    {POOL_MEAN, 2, 7, 7, 7, 7},  {POOL_MEAN, 3, 5, 1, 5, 1}, {POOL_MEAN, 9, 28, 28, 2, 2},
    {POOL_MAX, 9, 28, 28, 2, 2},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };
static const int64_t channels[] = {1, 5, 16, 70};

typedef struct {
    Backend *backend;
    PoolShape shape;
    Matrix x, y, dy, dx;
} Case;

static Case case_of(const PoolShape *s, int64_t cols)
{
    int64_t in = s->batch * s->height * s->width, out = in / (s->size_y * s->size_x);
    Case c = {.backend = backend_cpu(), .shape = *s};
    c.x = matrix_random(c.backend, 1, in, cols, 2);
    c.y = matrix_random(c.backend, 2, out, cols, 1);
    c.dy = matrix_random(c.backend, 3, out, cols, 0);
    c.dx = matrix_random(c.backend, 4, in, cols, 3);
    return c;
}

static void case_close(Case *c)
{
    matrix_release(c->backend, 4, (Matrix[]){c->x, c->y, c->dy, c->dx});
    c->backend->close(c->backend);
}

/* The row of y whose window holds row i of x. */
static int64_t window_of(const PoolShape *s, int64_t i)
{
    int64_t image = i / (s->height * s->width), y = i / s->width % s->height, x = i % s->width;
    return (image * (s->height / s->size_y) + y / s->size_y) * (s->width / s->size_x) +
           x / s->size_x;
}

Test(backend_pool, a_window_gives_its_largest_number_or_its_mean)
{
    for (int k = 0; k < SHAPES; k++)
        for (int m = 0; m < 4; m++) {
            Case c = case_of(&shapes[k], channels[m]);
            int64_t size = c.shape.size_y * c.shape.size_x, n = matrix_count(c.y);
            double *want = alloc_zeroed((size_t)n, sizeof *want);
            for (int64_t i = 0; i < n; i++) want[i] = c.shape.kind == POOL_MAX ? -INFINITY : 0.0;
            for (int64_t i = 0; i < c.x.rows; i++)
                for (int64_t j = 0; j < c.x.cols; j++) {
                    double *at = &want[window_of(&c.shape, i) * c.x.cols + j];
                    double x = matrix_at(c.x, i, j);
                    *at = c.shape.kind == POOL_MEAN ? *at + x / (double)size : fmax(*at, x);
                }
            c.backend->pool(c.backend, &c.shape, c.x, c.y);
            /* A maximum is exact; a mean of numbers below 5 has size + 1 roundings. */
            double bound = c.shape.kind == POOL_MAX ? 0.0 : 5.0 * (size + 2) * REAL_EPSILON;
            matrix_check("y", c.y, want, NULL, bound);
            free(want);
            case_close(&c);
        }
}

Test(backend_pool, the_gradient_goes_to_the_largest_or_in_equal_shares)
{
    for (int k = 0; k < SHAPES; k++)
        for (int m = 0; m < 8; m++) {
            Case c = case_of(&shapes[k], channels[m / 2]);
            bool adds = m % 2, largest = c.shape.kind == POOL_MAX;
            double *want = alloc_zeroed((size_t)matrix_count(c.dx), sizeof *want);
            c.backend->pool(c.backend, &c.shape, c.x, c.y);
            for (int64_t i = 0; i < c.x.rows; i++)
                for (int64_t j = 0; j < c.x.cols; j++) {
                    int64_t row = window_of(&c.shape, i);
                    double share = matrix_at(c.dy, row, j);
                    if (largest) /* random numbers: no two are equal */
                        share = matrix_at(c.x, i, j) == matrix_at(c.y, row, j) ? share : 0.0;
                    else
                        share /= (double)(c.shape.size_y * c.shape.size_x);
                    want[i * c.x.cols + j] = share + (adds ? matrix_at(c.dx, i, j) : 0.0);
                }
            c.backend->pool_backward(c.backend, &c.shape, c.x, c.y, c.dy, c.dx, adds);
            /* A share and a sum of numbers below 10: two roundings. */
            matrix_check("dx", c.dx, want, NULL, largest && !adds ? 0.0 : 10.0 * REAL_EPSILON);
            free(want);
            case_close(&c);
        }
}

Test(backend_pool, among_equals_the_first_gets_the_whole_gradient)
{
    Case c = case_of(&shapes[1], 16);
    for (int64_t i = 0; i < c.x.rows; i++)
        for (int64_t j = 0; j < c.x.cols; j++) matrix_row(c.x, i)[j] = (real)(j % 3);
    c.backend->pool(c.backend, &c.shape, c.x, c.y);
    c.backend->pool_backward(c.backend, &c.shape, c.x, c.y, c.dy, c.dx, false);
    for (int64_t i = 0; i < c.x.rows; i++)
        for (int64_t j = 0; j < c.x.cols; j++) {
            bool first = i / c.shape.width % 2 == 0 && i % 2 == 0;
            double want = first ? matrix_at(c.dy, window_of(&c.shape, i), j) : 0.0;
            cr_assert(matrix_at(c.dx, i, j) == want, "row %d", (int)i);
        }
    case_close(&c);
}

Test(backend_pool, nan_is_the_largest_wherever_it_stands)
{
    for (int at = 0; at < 4; at++) {
        Case c = case_of(&(PoolShape){POOL_MAX, 1, 2, 2, 2, 2}, 17);
        matrix_row(c.x, at)[3] = (real)NAN;
        c.backend->pool(c.backend, &c.shape, c.x, c.y);
        for (int64_t j = 0; j < 17; j++) cr_expect(!isnan(matrix_at(c.y, 0, j)) == (j != 3));
        case_close(&c);
    }
}

Test(backend_pool, the_number_of_threads_changes_no_byte)
{
    for (int k = SHAPES - 2; k < SHAPES; k++) {
        Case alone = case_of(&shapes[k], 16), c = case_of(&shapes[k], 16);
        for (int threads = 1; threads <= 8; threads *= 2) {
            Case *of = threads == 1 ? &alone : &c;
            omp_set_num_threads(threads);
            of->backend->pool(of->backend, &of->shape, of->x, of->y);
            of->backend->pool_backward(of->backend, &of->shape, of->x, of->y, of->dy, of->dx,
                                       false);
            for (int64_t i = 0; i < c.x.rows; i++)
                close_check_bytes("dx", 16 * sizeof(real), matrix_row(of->dx, i),
                                  matrix_row(alone.dx, i));
        }
        case_close(&alone);
        case_close(&c);
    }
}
