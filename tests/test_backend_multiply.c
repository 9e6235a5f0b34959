#include "compute/cpu_multiply.h"

#include "base/die.h"
#include "base/rng.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* rows, cols, inner: below, at and beyond tiles of 14 x 32 (or 6 x 16), registers of 16 and 8,
 * and panels of 256 terms. */
static const int64_t sizes[][3] = {{1, 1, 1},     {1, 16, 3},   {2, 5, 0},    {14, 32, 16},
                                   {13, 31, 17},  {15, 33, 15}, {64, 64, 64}, {70, 48, 257},
                                   {6, 100, 300}, {29, 7, 520}};
enum { SIZES = sizeof sizes / sizeof *sizes, GAP = 5 };

typedef struct {
    Matrix A, B, C;
} Factors;

/* rows x cols normal numbers inside a larger matrix of NaN. */
static Matrix draw(int64_t rows, int64_t cols, uint32_t stream)
{
    int64_t stride = cols + GAP, count = (rows + 1) * stride + 64;
    double *wide = alloc_zeroed((size_t)count, sizeof *wide);
    real *x = alloc_zeroed((size_t)count, sizeof *x);
    Rng rng = rng_stream(6000, stream, RNG_INIT);
    rng_fill_normal(&rng, count, 1.0, wide);
    for (int64_t i = 0; i < count; i++)
        x[i] = i % stride < cols && i < rows * stride ? (real)wide[i] : NAN;
    free(wide);
    return (Matrix){x, rows, cols, stride, (Dtype)DTYPE_REAL};
}

static Product draw_product(int size, bool a, bool b, real alpha, real beta)
{
    int64_t m = sizes[size][0], n = sizes[size][1], k = sizes[size][2];
    return (Product){.transpose_a = a,
                     .transpose_b = b,
                     .alpha = alpha,
                     .beta = beta,
                     .A = a ? draw(k, m, 1) : draw(m, k, 1),
                     .B = b ? draw(n, k, 2) : draw(k, n, 2),
                     .C = draw(m, n, 3)};
}

static void free_product(Product *p) { free(p->A.data), free(p->B.data), free(p->C.data); }

/* op(X)[i][j] */
static real element(Matrix X, bool transpose, int64_t i, int64_t j)
{
    return transpose ? matrix_row(X, j)[i] : matrix_row(X, i)[j];
}

/* One row and column of the definition. */
static double define(const Product *p, int64_t i, int64_t j, double start, double *bound)
{
    int64_t depth = p->transpose_a ? p->A.rows : p->A.cols;
    double kept = p->beta != 0 ? (double)p->beta * start : 0.0, sum = 0.0, size = 0.0;
    for (int64_t k = 0; k < depth; k++) {
        double a = element(p->A, p->transpose_a, i, k), b = element(p->B, p->transpose_b, k, j);
        sum += a * b, size += fabs(a * b);
    }
    /* One rounding a term, and of alpha B, beta C and the start. */
    size = fabs((double)p->alpha) * size + fabs(kept);
    *bound = 0.5 * FLT_EPSILON * ((double)depth + 3.0) * size;
    return p->alpha * sum + kept;
}

static void expect_product(const Product *p, const char *what)
{
    Matrix C = p->C;
    size_t bytes = (size_t)((C.rows + 1) * C.stride) * sizeof(real);
    real *start = memcpy(alloc_zeroed(1, bytes), C.data, bytes);
    cpu_multiply(p);
    for (int64_t i = 0; i < C.rows; i++) {
        for (int64_t j = p->triangle == TRIANGLE_RESULT ? i : 0; j < C.cols; j++) {
            double bound, c = define(p, i, j, start[i * C.stride + j], &bound);
            cr_assert(epsilon_eq(dbl, matrix_row(C, i)[j], c, bound), "%s: (%ld, %ld) of %ld x %ld",
                      what, (long)i, (long)j, (long)C.rows, (long)C.cols);
        }
        for (int64_t j = C.cols; j < C.stride; j++) cr_assert(isnan(matrix_row(C, i)[j]));
    }
    free(start);
}

Test(multiply, every_form_is_the_sum_of_its_definition_and_nothing_else_is_written)
{
    const real alphas[] = {1, (real)-0.5}, betas[] = {0, 1, (real)0.25};
    for (int size = 0; size < SIZES; size++)
        for (int form = 0; form < 24; form++) {
            Product p =
                draw_product(size, form & 1, form & 2, alphas[form / 4 % 2], betas[form / 8]);
            if (p.beta == 0) /* what stood there does not matter */
                for (int64_t i = 0; i < p.C.rows; i++)
                    for (int64_t j = 0; j < p.C.cols; j++) matrix_row(p.C, i)[j] = NAN;
            expect_product(&p, format_text("form %d", form));
            free_product(&p);
        }
}

static void clear_triangle(const Product *p)
{
    for (int64_t i = 0; i < p->A.rows; i++)
        for (int64_t j = 0; j < p->A.cols; j++) {
            int64_t row = p->transpose_a ? j : i, col = p->transpose_a ? i : j;
            bool is_zero = p->triangle == TRIANGLE_LOWER ? col > row : col < row;
            if (is_zero) matrix_row(p->A, i)[j] = 0;
        }
}

Test(multiply, zeros_of_a_triangular_left_factor_may_be_left_out)
{
    for (int size = 0; size < SIZES; size++)
        for (int form = 0; form < 16; form++) {
            Product p = draw_product(size, form & 1, form & 2, 1, form & 4 ? 1 : 0);
            p.triangle = form & 8 ? TRIANGLE_LOWER : TRIANGLE_UPPER;
            clear_triangle(&p);
            expect_product(&p, format_text("form %d", form));
            free_product(&p);
        }
}

Test(multiply, what_is_wanted_of_a_triangular_result_is_there)
{
    for (int size = 0; size < SIZES; size++)
        for (int form = 0; form < 8; form++) {
            Product p = draw_product(size, form & 1, form & 2, 1, form & 4 ? 1 : 0);
            p.triangle = TRIANGLE_RESULT;
            expect_product(&p, format_text("form %d", form));
            free_product(&p);
        }
}

Test(multiply, every_row_may_begin_from_the_same_numbers)
{
    for (int size = 0; size < SIZES; size++) {
        Product p = draw_product(size, false, true, 1, 0),
                other = draw_product(size, false, true, 1, 1);
        Matrix start = draw(1, p.C.cols, 4);
        p.start = matrix_row(start, 0);
        for (int64_t i = 0; i < p.C.rows; i++)
            memcpy(matrix_row(other.C, i), p.start, (size_t)p.C.cols * sizeof(real));
        cpu_multiply(&p);
        cpu_multiply(&other); /* C = … + C: the same sums in the same order */
        for (int64_t i = 0; i < p.C.rows; i++)
            cr_assert(zero(int, memcmp(matrix_row(p.C, i), matrix_row(other.C, i),
                                       (size_t)p.C.cols * sizeof(real))));
        free_product(&p), free_product(&other), free(start.data);
    }
}

Test(multiply, a_nan_goes_through)
{
    Product p = draw_product(6, false, true, 1, 0);
    matrix_row(p.A, 3)[5] = NAN;
    cpu_multiply(&p);
    cr_expect(isnan(matrix_row(p.C, 3)[0]) && isnan(matrix_row(p.C, 3)[63]));
    cr_expect(isfinite(matrix_row(p.C, 2)[0]) && isfinite(matrix_row(p.C, 4)[0]));
    free_product(&p);
}
