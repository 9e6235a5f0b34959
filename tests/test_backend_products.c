#include "compute/backend.h"

#include "base/die.h"
#include "matrices.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

typedef struct {
    int64_t rows, cols, inner;
} Shape;

/* One, odd, less than a tile, some tiles, and more than 8 with a rest on both sides. */
static const Shape shapes[] = {{1, 1, 1},    {1, 7, 3},     {5, 1, 9},     {3, 5, 0},
                               {33, 17, 29}, {64, 64, 512}, {150, 70, 31}, {513, 197, 67}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* op(A)(i, k) */
static double operand(Matrix A, bool transposed, int64_t i, int64_t k)
{
    return transposed ? matrix_at(A, k, i) : matrix_at(A, i, k);
}

/* want = alpha op(A) op(B) + beta C and the sum of the absolute terms, both by definition. */
static void define(Transpose a, Transpose b, double alpha, Matrix A, Matrix B, double beta,
                   Matrix C, double *want, double *bound)
{
    int64_t inner = a == TRANSPOSED ? A.rows : A.cols;
    for (int64_t i = 0; i < C.rows; i++)
        for (int64_t j = 0; j < C.cols; j++) {
            double sum = 0.0, size = 0.0;
            for (int64_t k = 0; k < inner; k++) {
                double term = operand(A, a == TRANSPOSED, i, k) * operand(B, b != TRANSPOSED, j, k);
                sum += term;
                size += fabs(term);
            }
            double old = beta == 0.0 ? 0.0 : beta * matrix_at(C, i, j);
            want[i * C.cols + j] = alpha * sum + old;
            bound[i * C.cols + j] = fabs(alpha) * size + fabs(old);
        }
}

static void check_product(Backend *backend, Shape s, Transpose a, Transpose b, real alpha,
                          real beta)
{
    Matrix A = a == TRANSPOSED ? matrix_random(backend, 1, s.inner, s.rows, 3)
                               : matrix_random(backend, 1, s.rows, s.inner, 5);
    Matrix B = b == TRANSPOSED ? matrix_random(backend, 2, s.cols, s.inner, 2)
                               : matrix_random(backend, 2, s.inner, s.cols, 1);
    Matrix C = matrix_random(backend, 3, s.rows, s.cols, 4);
    double *want = alloc_zeroed((size_t)(2 * s.rows * s.cols), sizeof *want);
    double *bound = want + s.rows * s.cols;
    define(a, b, (double)alpha, A, B, (double)beta, C, want, bound);
    backend->gemm(backend, a, b, alpha, A, B, beta, C);
    /* inner + 2 roundings of the absolute terms, in whatever order. */
    matrix_check("product", C, want, bound, (double)(s.inner + 2) * REAL_EPSILON);
    matrix_release(backend, 3, (Matrix[]){A, B, C});
    free(want);
}

Test(products, are_their_definition_for_every_transposition_and_shape)
{
    Backend *backend = backend_cpu();
    for (int s = 0; s < SHAPES; s++)
        for (int a = PLAIN; a <= TRANSPOSED; a++)
            for (int b = PLAIN; b <= TRANSPOSED; b++) {
                check_product(backend, shapes[s], (Transpose)a, (Transpose)b, (real)1, (real)0);
                check_product(backend, shapes[s], (Transpose)a, (Transpose)b, (real)-0.5, (real)1);
            }
    backend->close(backend);
}

Test(products, with_beta_0_do_not_look_at_what_was_there)
{
    Backend *backend = backend_cpu();
    Matrix A = matrix_random(backend, 1, 20, 30, 0), B = matrix_random(backend, 2, 30, 40, 0);
    Matrix C = matrix_random(backend, 3, 20, 40, 0);
    backend->fill(backend, C, (real)NAN);
    backend->gemm(backend, PLAIN, PLAIN, (real)1, A, B, (real)0, C);
    for (int64_t k = 0; k < 800; k++) cr_assert(not(isnan((double)matrix_reals(C)[k])));
    matrix_release(backend, 3, (Matrix[]){A, B, C});
    backend->close(backend);
}

/* n numbers in rows that are `stride` apart. */
static Matrix matrix_apart(Backend *backend, uint64_t seed, int64_t rows, int64_t cols,
                           int64_t stride)
{
    Matrix close = matrix_random(backend, seed, rows, cols, 0);
    real *memory = backend->alloc(backend, (size_t)(rows * stride) * sizeof(real));
    Matrix A = {memory, rows, cols, stride, close.dtype};
    backend->copy(backend, close, A);
    matrix_release(backend, 1, &close);
    return A;
}

/* Rows of 4 KiB are copied first, as is their transpose: the arithmetic is the same. */
Test(products, of_rows_whole_pages_apart_have_the_bytes_of_other_rows)
{
    enum { ROWS = 130, INNER = 64, COLS = 4096 / sizeof(real) };
    Backend *backend = backend_cpu();
    for (int b = PLAIN; b <= TRANSPOSED; b++) {
        Matrix C[2], A, B;
        for (int k = 0; k < 2; k++) {
            int64_t stride = k ? COLS : COLS + 48;
            A = matrix_apart(backend, 1, ROWS, INNER, stride);
            B = b == PLAIN ? matrix_apart(backend, 2, INNER, COLS, stride)
                           : matrix_apart(backend, 2, COLS, INNER, stride);
            C[k] = matrix_random(backend, 3, ROWS, COLS, 0);
            backend->gemm(backend, PLAIN, (Transpose)b, 1, A, B, (real)0.5, C[k]);
            backend->release(backend, A.data);
            backend->release(backend, B.data);
        }
        cr_expect(memcmp(C[0].data, C[1].data, sizeof(real) * ROWS * COLS) == 0, "%d", b);
        matrix_release(backend, 2, C);
    }
    backend->close(backend);
}

/* ---- gram */

/* The product of A with itself to the byte where it is not below the diagonal, and its mirror image
 * below. */
static void check_gram(Backend *backend, int64_t n, int64_t inner, Transpose a, real beta)
{
    Matrix A = a == TRANSPOSED ? matrix_random(backend, 1, inner, n, 3)
                               : matrix_random(backend, 1, n, inner, 5);
    Matrix C = matrix_random(backend, 2, n, n, 4), want = matrix_random(backend, 3, n, n, 2);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            matrix_row(want, i)[j] = matrix_row(C, i)[j] =
                matrix_row(C, i < j ? i : j)[i < j ? j : i];
    if (beta == 0) backend->fill(backend, C, (real)NAN);
    backend->gram(backend, a, (real)-0.5, A, beta, C);
    backend->gemm(backend, a, a == PLAIN ? TRANSPOSED : PLAIN, (real)-0.5, A, A, beta, want);
    int64_t wrong = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            wrong += matrix_row(C, i)[j] != matrix_row(want, i < j ? i : j)[i < j ? j : i];
    cr_expect(wrong == 0, "%lld of n = %lld, inner = %lld, %s, beta = %g", (long long)wrong,
              (long long)n, (long long)inner, a == PLAIN ? "A Aᵀ" : "Aᵀ A", (double)beta);
    matrix_release(backend, 3, (Matrix[]){A, C, want});
}

Test(products, a_gram_is_half_of_a_product_and_its_mirror_image)
{
    static const int64_t sides[] = {1, 2, 5, 16, 17, 31, 32, 33, 64, 100, 127, 130, 200, 259};
    Backend *backend = backend_cpu();
    for (size_t k = 0; k < sizeof sides / sizeof *sides; k++)
        for (int a = PLAIN; a <= TRANSPOSED; a++) {
            check_gram(backend, sides[k], 7, (Transpose)a, 0);
            check_gram(backend, sides[k], 150, (Transpose)a, (real)0.75);
        }
    backend->close(backend);
}

/* ---- linear */

typedef struct {
    bool bias, pre, skip, skip_is_y;
    Activation phi;
} Options;

static double phi_of(Activation phi, double x)
{
    double u = sqrt(2.0 / M_PI) * (x + 0.044715 * x * x * x);
    double value[ACT_KINDS] = {[ACT_NONE] = x,
                               [ACT_RELU] = x > 0.0 ? x : 0.0,
                               [ACT_RELU2] = x > 0.0 ? x * x : 0.0,
                               [ACT_GELU] = 0.5 * x * (1.0 + tanh(u)),
                               [ACT_SILU] = x / (1.0 + exp(-x))};
    return value[phi];
}

static void check_linear(Backend *backend, Shape s, Options has)
{
    Matrix x = matrix_random(backend, 1, s.rows, s.inner, 2), none = {0};
    Matrix W = matrix_random(backend, 2, s.cols, s.inner, 0);
    Matrix y = matrix_random(backend, 3, s.rows, s.cols, 1);
    Matrix bias = matrix_random(backend, 4, 1, s.cols, 0);
    Matrix pre = matrix_random(backend, 5, s.rows, s.cols, 3);
    Matrix skip = has.skip_is_y ? y : matrix_random(backend, 6, s.rows, s.cols, 2);
    size_t count = (size_t)(s.rows * s.cols);
    double *before = alloc_zeroed(3 * count, sizeof *before), *bound = before + count;
    double *want = bound + count;
    define(PLAIN, TRANSPOSED, 1.0, x, W, 0.0, y, before, bound);
    for (int64_t k = 0; k < s.rows * s.cols; k++) {
        int64_t i = k / s.cols, j = k % s.cols;
        if (has.bias) before[k] += matrix_at(bias, 0, j);
        double shift = has.skip ? matrix_at(skip, i, j) : 0.0;
        want[k] = phi_of(has.phi, before[k]) + shift;
        /* phi's slope times the error of its argument, and its own few roundings. */
        double slope = has.phi == ACT_RELU2 ? 1.0 + 2.0 * fabs(before[k]) : 1.2;
        bound[k] = slope * (bound[k] + 3.0) + fabs(want[k]) + fabs(shift);
    }
    backend->linear(backend, x, W, has.bias ? bias : none, has.phi, has.pre ? pre : none,
                    has.skip ? skip : none, y);
    double unit = (double)(s.inner + 12) * REAL_EPSILON;
    matrix_check("y", y, want, bound, unit);
    if (has.pre) matrix_check("pre", pre, before, bound, unit);
    matrix_release(backend, 5, (Matrix[]){x, W, y, bias, pre});
    if (!has.skip_is_y) backend->release(backend, skip.data);
    free(before);
}

Test(linear, is_phi_of_product_and_bias_plus_skip_in_every_combination)
{
    Backend *backend = backend_cpu();
    for (int s = 0; s < SHAPES; s++)
        for (int choice = 0; choice < 12; choice++)
            for (int phi = 0; phi < ACT_KINDS; phi++) {
                int skip = choice / 4;
                Options has = {choice & 1, choice & 2, skip > 0, skip > 1, (Activation)phi};
                check_linear(backend, shapes[s], has);
            }
    backend->close(backend);
}
