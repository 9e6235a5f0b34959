#include "compute/backend.h"

#include "base/die.h"
#include "close.h"
#include "matrices.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <omp.h>
#include <stdlib.h>

static const int64_t sizes[] = {1, 2, 3, 17, 32, 65, 130};
enum { SIZES = sizeof sizes / sizeof *sizes };

typedef struct {
    Backend *backend;
    int64_t n;
    Matrix A, Q, w;
} Case;

/* (B + Bᵀ) / 2 of normal numbers: entries of size 1, eigenvalues up to about sqrt(2 n). */
static Case case_of(int64_t n)
{
    Case c = {.backend = backend_cpu(), .n = n};
    c.A = matrix_random(c.backend, 1, n, n, 3);
    c.Q = matrix_random(c.backend, 2, n, n, 1);
    c.w = matrix_random(c.backend, 3, 1, n, 0);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < i; j++) {
            real mean = (matrix_row(c.A, i)[j] + matrix_row(c.A, j)[i]) / 2;
            matrix_row(c.A, i)[j] = matrix_row(c.A, j)[i] = mean;
        }
    return c;
}

static void case_run(Case *c) { c->backend->eigen(c->backend, c->A, c->Q, c->w); }

static void case_free(Case *c)
{
    matrix_release(c->backend, 3, (Matrix[]){c->A, c->Q, c->w});
    c->backend->close(c->backend);
}

/* LAPACK promises errors of a modest multiple of u |A| (User's Guide 4.7.1); 4 n u |A| with
 * |A| <= sqrt(2 n) + 2 is far above what is seen and far below a wrong vector. */
static double bound(int64_t n)
{
    return 4.0 * (double)n * 0.5 * FLT_EPSILON * (sqrt(2.0 * (double)n) + 2.0);
}

Test(eigen, vectors_and_values_give_the_matrix_back)
{
    for (int s = 0; s < SIZES; s++) {
        Case c = case_of(sizes[s]);
        case_run(&c);
        for (int64_t i = 0; i < c.n; i++)
            for (int64_t j = 0; j < c.n; j++) {
                double sum = 0.0;
                for (int64_t k = 0; k < c.n; k++)
                    sum += matrix_at(c.Q, i, k) * matrix_at(c.w, 0, k) * matrix_at(c.Q, j, k);
                close_check_one("A", sum, matrix_at(c.A, i, j), bound(c.n));
            }
        cr_expect(matrix_gaps_whole(c.Q) && matrix_gaps_whole(c.A));
        case_free(&c);
    }
}

Test(eigen, columns_are_orthonormal_and_values_ascend)
{
    for (int s = 0; s < SIZES; s++) {
        Case c = case_of(sizes[s]);
        case_run(&c);
        for (int64_t k = 0; k < c.n; k++) {
            cr_expect(k == 0 || matrix_at(c.w, 0, k - 1) <= matrix_at(c.w, 0, k));
            for (int64_t l = 0; l <= k; l++) {
                double sum = 0.0;
                for (int64_t i = 0; i < c.n; i++)
                    sum += matrix_at(c.Q, i, k) * matrix_at(c.Q, i, l);
                close_check_one("columns", sum, k == l ? 1.0 : 0.0,
                                4.0 * (double)c.n * 0.5 * FLT_EPSILON);
            }
        }
        case_free(&c);
    }
}

Test(eigen, a_spectrum_that_is_known_is_found)
{
    /* The second difference, 2 on the diagonal and −1 beside it: w_k = 2 − 2 cos(k π / (n + 1)),
     * vectors sqrt(2 / (n + 1)) sin(i k π / (n + 1)). */
    const int64_t n = 24;
    const double pi = 3.14159265358979323846, step = pi / (double)(n + 1);
    Case c = case_of(n);
    c.backend->fill(c.backend, c.A, 0);
    for (int64_t i = 0; i < n; i++) {
        matrix_row(c.A, i)[i] = 2;
        if (i > 0) matrix_row(c.A, i)[i - 1] = matrix_row(c.A, i - 1)[i] = -1;
    }
    case_run(&c);
    for (int64_t k = 1; k <= n; k++) {
        double value = 2.0 - 2.0 * cos((double)k * step), size = sqrt(2.0 / (double)(n + 1));
        close_check_one("value", matrix_at(c.w, 0, k - 1), value, 8.0 * FLT_EPSILON * 4.0);
        /* Vectors turn by the error of the matrix over the gap to the next value, at least 0.047.
         */
        for (int64_t i = 0; i < n; i++) {
            double entry = size * sin((double)((i + 1) * k) * step);
            double got = fabs(matrix_at(c.Q, i, k - 1));
            close_check_one("vector", got, fabs(entry), 8.0 * FLT_EPSILON * 4.0 / 0.047);
        }
    }
    case_free(&c);
}

Test(eigen, the_first_entry_of_the_largest_size_is_positive)
{
    for (int s = 0; s < SIZES; s++) {
        Case c = case_of(sizes[s]);
        case_run(&c);
        for (int64_t k = 0; k < c.n; k++) {
            double largest = 0.0;
            for (int64_t i = 0; i < c.n; i++) {
                double entry = matrix_at(c.Q, i, k);
                if (fabs(entry) > fabs(largest)) largest = entry;
            }
            cr_assert(largest > 0.0, "column %lld of %lld", (long long)k, (long long)c.n);
        }
        case_free(&c);
    }
}

Test(eigen, the_vectors_may_take_the_place_of_the_matrix)
{
    Case c = case_of(17), other = case_of(17);
    case_run(&c);
    other.backend->eigen(other.backend, other.A, other.A, other.w);
    for (int64_t i = 0; i < 17; i++)
        close_check_bytes("Q", 17 * sizeof(real), matrix_row(other.A, i), matrix_row(c.Q, i));
    cr_expect(matrix_gaps_whole(other.A));
    case_free(&c), case_free(&other);
}

/* As large as LAPACK divides and conquers: smaller ones come out NaN by themselves. */
Test(eigen, what_is_not_finite_has_no_vectors)
{
    const real numbers[] = {(real)NAN, (real)INFINITY};
    for (int k = 0; k < 2; k++) {
        Case c = case_of(65);
        matrix_row(c.A, 3)[5] = matrix_row(c.A, 5)[3] = numbers[k];
        case_run(&c);
        for (int64_t i = 0; i < 65; i++) {
            cr_assert(isnan(matrix_at(c.w, 0, i)));
            for (int64_t j = 0; j < 65; j++) cr_assert(isnan(matrix_at(c.Q, i, j)));
        }
        cr_expect(matrix_gaps_whole(c.Q));
        case_free(&c);
    }
}

Test(eigen, any_number_of_threads_gives_the_same_bytes)
{
    Case one = case_of(130);
    omp_set_num_threads(1);
    case_run(&one);
    for (int threads = 2; threads <= 8; threads *= 2) {
        Case c = case_of(130);
        omp_set_num_threads(threads);
        case_run(&c);
        cr_expect(eq(int, omp_get_max_threads(), threads));
        for (int64_t i = 0; i < 130; i++)
            close_check_bytes("Q", 130 * sizeof(real), matrix_row(c.Q, i), matrix_row(one.Q, i));
        close_check_bytes("w", 130 * sizeof(real), c.w.data, one.w.data);
        case_free(&c);
    }
    case_free(&one);
}
