#include "compute/backend.h"

#include "base/die.h"
#include "close.h"

#include <omp.h>
#include <stdlib.h>

/* Edges: one image, one pixel, odd sides, borders, strides that leave lines over, patches,
 * channels of one, fewer and more than a register, panels of outputs that are not full. */
static const ConvShape shapes[] = {
    {1, 1, 1, 1, 1, 1, 1, 0},     {2, 5, 7, 3, 5, 3, 1, 1},    {3, 28, 28, 1, 16, 3, 1, 1},
    {1, 9, 9, 4, 33, 3, 2, 1},    {2, 8, 8, 16, 32, 3, 2, 1},  {2, 7, 5, 6, 7, 1, 1, 0},
    {2, 6, 8, 5, 3, 1, 2, 0},     {3, 12, 8, 3, 20, 4, 4, 0},  {2, 11, 13, 2, 17, 5, 3, 2},
    {1, 40, 33, 32, 70, 3, 1, 1}, {17, 6, 6, 8, 16, 3, 1, 0},  {1, 3, 3, 2, 2, 3, 1, 0},
    {2, 15, 30, 3, 48, 2, 1, 1},  {1, 90, 70, 20, 6, 3, 1, 1},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef struct {
    ConvShape shape;
    int64_t out_height, out_width, window;
    Matrix x, W, bias, y;
} Case;

static Matrix filled(uint32_t stream, int64_t rows, int64_t cols)
{
    Matrix A = matrix_of(alloc_zeroed((size_t)(rows * cols), sizeof(real)), rows, cols);
    close_fill(stream, rows * cols, 1.0, A.data);
    return A;
}

static Case case_of(const ConvShape *s)
{
    Case c = {.shape = *s};
    c.out_height = conv_side(s, s->height);
    c.out_width = conv_side(s, s->width);
    c.window = s->kernel * s->kernel * s->inputs;
    c.x = filled(1, s->batch * s->height * s->width, s->inputs);
    c.W = filled(2, s->outputs, c.window);
    c.bias = filled(3, 1, s->outputs);
    c.y = filled(4, s->batch * c.out_height * c.out_width, s->outputs);
    return c;
}

static void case_free(Case *c)
{
    free(c->x.data), free(c->W.data), free(c->bias.data), free(c->y.data);
}

/* The definition: calls `each` for every product x[i] W[j] that goes into y[k]. */
typedef void Each(void *context, int64_t i, int64_t j, int64_t k);

static void for_each_product(const Case *c, Each *each, void *context)
{
    const ConvShape *s = &c->shape;
    for (int64_t row = 0; row < c->y.rows; row++) {
        int64_t b = row / (c->out_height * c->out_width);
        int64_t oy = row / c->out_width % c->out_height, ox = row % c->out_width;
        for (int64_t j = 0; j < c->window; j++) {
            int64_t channel = j % s->inputs, kx = j / s->inputs % s->kernel;
            int64_t ky = j / s->inputs / s->kernel;
            int64_t iy = oy * s->stride + ky - s->padding, ix = ox * s->stride + kx - s->padding;
            if (iy < 0 || iy >= s->height || ix < 0 || ix >= s->width) continue;
            int64_t i = ((b * s->height + iy) * s->width + ix) * s->inputs + channel;
            for (int64_t o = 0; o < s->outputs; o++)
                each(context, i, o * c->window + j, row * s->outputs + o);
        }
    }
}

/* out[...] and the sum of absolute terms, for the bound. */
typedef struct {
    const real *a, *b;
    double *sum, *size;
} Sums;

static void add(Sums *s, int64_t a, int64_t b, int64_t to)
{
    double term = (double)s->a[a] * (double)s->b[b];
    s->sum[to] += term, s->size[to] += fabs(term);
}

static void to_y(void *context, int64_t i, int64_t j, int64_t k) { add(context, i, j, k); }
static void to_x(void *context, int64_t i, int64_t j, int64_t k) { add(context, j, k, i); }
static void to_W(void *context, int64_t i, int64_t j, int64_t k) { add(context, i, k, j); }

static Sums sums_of(Matrix a, Matrix b, Matrix start)
{
    int64_t n = matrix_count(start);
    Sums s = {a.data, b.data, alloc_zeroed((size_t)n, sizeof(double)),
              alloc_zeroed((size_t)n, sizeof(double))};
    for (int64_t i = 0; i < n; i++) {
        s.sum[i] = (double)((real *)start.data)[i];
        s.size[i] = fabs(s.sum[i]);
    }
    return s;
}

/* A sum of n terms in any order is within (n + 1) u of the sum of absolute terms; errors of
 * single roundings add like a random walk, but the bound is the guaranteed one. */
static double unit(int64_t terms) { return (double)(terms + 2) * (double)REAL_EPSILON / 2.0; }

static void check(const char *what, Sums s, Matrix got, int64_t terms)
{
    close_check_double(what, matrix_count(got), got.data, s.sum, s.size, unit(terms));
    free(s.sum), free(s.size);
}

Test(backend_conv, a_convolution_is_its_definition)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_of(&shapes[k]);
        Matrix start = filled(9, c.y.rows, c.y.cols);
        for (int64_t i = 0; i < matrix_count(start); i++)
            ((real *)start.data)[i] = ((real *)c.bias.data)[i % c.y.cols];
        Sums sums = sums_of(c.x, c.W, start);
        for_each_product(&c, to_y, &sums);
        backend->convolve(backend, &c.shape, c.x, c.W, c.bias, c.y);
        check("y", sums, c.y, c.window);
        free(start.data);
        case_free(&c);
    }
    backend->close(backend);
}

Test(backend_conv, without_a_bias_zeros_give_exactly_zeros)
{
    Backend *backend = backend_cpu();
    Case c = case_of(&shapes[4]);
    memset(c.W.data, 0, (size_t)matrix_count(c.W) * sizeof(real));
    backend->convolve(backend, &c.shape, c.x, c.W, (Matrix){0}, c.y);
    for (int64_t i = 0; i < matrix_count(c.y); i++) cr_assert(((real *)c.y.data)[i] == 0);
    case_free(&c);
    backend->close(backend);
}

Test(backend_conv, the_gradient_of_the_input_is_its_definition_and_adds_when_told)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++)
        for (int adds = 0; adds < 2; adds++) {
            Case c = case_of(&shapes[k]);
            Matrix dx = filled(5, c.x.rows, c.x.cols), zero = filled(6, c.x.rows, c.x.cols);
            memset(zero.data, 0, (size_t)matrix_count(zero) * sizeof(real));
            Sums sums = sums_of(c.W, c.y, adds ? dx : zero);
            for_each_product(&c, to_x, &sums);
            backend->convolve_backward(backend, &c.shape, c.y, c.W, dx, adds);
            check("dx", sums, dx, c.window * c.shape.outputs);
            free(dx.data), free(zero.data);
            case_free(&c);
        }
    backend->close(backend);
}

Test(backend_conv, the_gradient_of_the_weights_is_its_definition_and_adds)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_of(&shapes[k]);
        Matrix dW = filled(5, c.W.rows, c.W.cols);
        Sums sums = sums_of(c.x, c.y, dW);
        for_each_product(&c, to_W, &sums);
        backend->convolve_weights(backend, &c.shape, c.x, c.y, dW);
        check("dW", sums, dW, c.y.rows);
        free(dW.data);
        case_free(&c);
    }
    backend->close(backend);
}

/* <A x, y> = <x, Aᵀ y> for the linear map A = convolution, in whole numbers: exact in floats. */
Test(backend_conv, forward_and_backward_are_adjoint_to_the_last_bit_in_whole_numbers)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_of(&shapes[k]);
        Matrix dy = filled(7, c.y.rows, c.y.cols), dx = filled(8, c.x.rows, c.x.cols);
        Matrix all[] = {c.x, c.W, dy};
        for (int m = 0; m < 3; m++)
            for (int64_t i = 0; i < matrix_count(all[m]); i++) {
                real *at = (real *)all[m].data + i;
                *at = (real)rint((double)*at);
            }
        backend->convolve(backend, &c.shape, c.x, c.W, (Matrix){0}, c.y);
        backend->convolve_backward(backend, &c.shape, dy, c.W, dx, false);
        double left = 0.0, right = 0.0;
        for (int64_t i = 0; i < matrix_count(dy); i++)
            left += (double)((real *)c.y.data)[i] * (double)((real *)dy.data)[i];
        for (int64_t i = 0; i < matrix_count(dx); i++)
            right += (double)((real *)c.x.data)[i] * (double)((real *)dx.data)[i];
        cr_expect(left == right, "shape %d: %g is not %g", k, left, right);
        free(dy.data), free(dx.data);
        case_free(&c);
    }
    backend->close(backend);
}

Test(backend_conv, pixels_of_a_wider_matrix_give_the_same_bytes)
{
    Backend *backend = backend_cpu();
    for (int k = 0; k < SHAPES; k++) {
        Case c = case_of(&shapes[k]);
        Matrix wide = filled(5, c.x.rows, c.x.cols + 3), y = filled(6, c.y.rows, c.y.cols);
        Matrix inner = matrix_columns(wide, 2, c.x.cols);
        for (int64_t i = 0; i < c.x.rows; i++)
            memcpy(matrix_row(inner, i), matrix_row(c.x, i), (size_t)c.x.cols * sizeof(real));
        backend->convolve(backend, &c.shape, c.x, c.W, c.bias, c.y);
        backend->convolve(backend, &c.shape, inner, c.W, c.bias, y);
        close_check_bytes("y", (size_t)matrix_count(y) * sizeof(real), y.data, c.y.data);
        free(wide.data), free(y.data);
        case_free(&c);
    }
    backend->close(backend);
}

static void run_all(Backend *backend, const Case *c, Matrix dx, Matrix dW)
{
    memset(dW.data, 0, (size_t)matrix_count(dW) * sizeof(real));
    backend->convolve(backend, &c->shape, c->x, c->W, c->bias, c->y);
    backend->convolve_backward(backend, &c->shape, c->y, c->W, dx, false);
    backend->convolve_weights(backend, &c->shape, c->x, c->y, dW);
}

Test(backend_conv, the_number_of_threads_changes_no_byte)
{
    Backend *backend = backend_cpu();
    static const ConvShape shape = {19, 28, 28, 16, 32, 3, 1, 1};
    Case c = case_of(&shape);
    Matrix dx = filled(5, c.x.rows, c.x.cols), dW = filled(6, c.W.rows, c.W.cols);
    Matrix dx_alone = filled(5, c.x.rows, c.x.cols), dW_alone = filled(6, c.W.rows, c.W.cols);
    omp_set_num_threads(1);
    run_all(backend, &c, dx_alone, dW_alone);
    for (int threads = 2; threads <= 8; threads *= 2) {
        omp_set_num_threads(threads);
        run_all(backend, &c, dx, dW);
        close_check_bytes("dx", (size_t)matrix_count(dx) * sizeof(real), dx.data, dx_alone.data);
        close_check_bytes("dW", (size_t)matrix_count(dW) * sizeof(real), dW.data, dW_alone.data);
    }
    free(dx.data), free(dW.data), free(dx_alone.data), free(dW_alone.data);
    case_free(&c);
    backend->close(backend);
}
