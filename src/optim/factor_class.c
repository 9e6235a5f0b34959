#include "optim/factor_class.h"

#include "base/named.h"

static void copy(Optimizer *optimizer, Matrix from, Matrix to)
{
    optimizer->backend->copy(optimizer->backend, from, to);
}

static void clear(Optimizer *optimizer, Matrix A)
{
    optimizer->backend->fill(optimizer->backend, A, 0);
}

/* ---- diagonal */

static void unpack_diagonal(Optimizer *optimizer, Matrix kept, Matrix A)
{
    clear(optimizer, A);
    copy(optimizer, kept, kronecker_diagonal(A));
}

static void pack_diagonal(Optimizer *optimizer, Matrix A, Matrix kept)
{
    copy(optimizer, kronecker_diagonal(A), kept);
}

/* ---- blocks */

/* Rows first … of A, n of them, and as many columns from `col` on. */
static Matrix block_of(Matrix A, int64_t first, int64_t col, int64_t n)
{
    return matrix_rows(matrix_columns(A, col, n), first, n);
}

static int64_t block_length(Matrix kept, int64_t first)
{
    int64_t rest = kept.rows - first;
    return rest < kept.cols ? rest : kept.cols;
}

static void unpack_blocks(Optimizer *optimizer, Matrix kept, Matrix A)
{
    clear(optimizer, A);
    for (int64_t first = 0; first < A.rows; first += kept.cols) {
        int64_t n = block_length(kept, first);
        copy(optimizer, block_of(kept, first, 0, n), block_of(A, first, first, n));
    }
}

static void pack_blocks(Optimizer *optimizer, Matrix A, Matrix kept)
{
    for (int64_t first = 0; first < A.rows; first += kept.cols) {
        int64_t n = block_length(kept, first);
        copy(optimizer, block_of(A, first, first, n), block_of(kept, first, 0, n));
    }
}

/* ---- triangular Toeplitz matrices: kept_j stands on the j-th diagonal */

/* From entry (i, i) on: row i of an upper triangle, column i of a lower one; as a column. */
static Matrix line_of(const Optimizer *optimizer, Matrix A, int64_t i)
{
    Matrix from = block_of(A, i, i, A.rows - i);
    return (Matrix){from.data, from.rows, 1, optimizer->factors->triangle > 0 ? 1 : A.stride,
                    A.dtype};
}

static void unpack_toeplitz(Optimizer *optimizer, Matrix kept, Matrix A)
{
    clear(optimizer, A);
    for (int64_t i = 0; i < A.rows; i++)
        copy(optimizer, matrix_rows(kept, 0, A.rows - i), line_of(optimizer, A, i));
}

static void pack_toeplitz(Optimizer *optimizer, Matrix A, Matrix kept)
{
    copy(optimizer, line_of(optimizer, A, 0), kept);
}

/* The j-th diagonal above (j > 0) or below, as a column. */
static Matrix beside(Matrix A, int64_t j)
{
    int64_t size = j < 0 ? -j : j;
    Matrix from =
        j < 0 ? matrix_rows(A, size, A.rows - size) : matrix_columns(A, size, A.cols - size);
    return (Matrix){from.data, A.rows - size, 1, A.stride + 1, A.dtype};
}

static void project_toeplitz(Optimizer *optimizer, Matrix A, Matrix ones, Matrix kept)
{
    Backend *backend = optimizer->backend;
    for (int64_t j = 0; j < A.rows; j++) {
        Matrix line = matrix_columns(ones, 0, A.rows - j), mean = matrix_rows(kept, j, 1);
        real share = (real)1 / (real)(A.rows - j);
        backend->gemm(backend, PLAIN, PLAIN, share, line, beside(A, j), 0, mean);
        if (j > 0) backend->gemm(backend, PLAIN, PLAIN, share, line, beside(A, -j), 1, mean);
    }
}

/* ---- by name */

static const FactorClass classes[] = {
    {"dense", INT64_MAX, 0, NULL, NULL, NULL},
    {"diagonal", 1, 0, unpack_diagonal, pack_diagonal, NULL},
    {"blocks", 0, 0, unpack_blocks, pack_blocks, NULL},
    {"upper_toeplitz", 1, 1, unpack_toeplitz, pack_toeplitz, project_toeplitz},
    {"lower_toeplitz", 1, -1, unpack_toeplitz, pack_toeplitz, project_toeplitz},
};

const FactorClass *factor_class_find(const char *name)
{
    return named_row("class of factors", name, sizeof classes / sizeof *classes, sizeof *classes,
                     classes);
}

Matrix factor_class_open(Optimizer *optimizer, Matrix kept, Matrix A)
{
    if (!optimizer->factors->unpack) return kept;
    optimizer->factors->unpack(optimizer, kept, A);
    return A;
}

void factor_class_keep(Optimizer *optimizer, Matrix A, Matrix kept)
{
    if (optimizer->factors->pack) optimizer->factors->pack(optimizer, A, kept);
}

void factor_class_project(Optimizer *optimizer, Matrix A, Matrix ones, Matrix kept)
{
    const FactorClass *class = optimizer->factors;
    if (class->project)
        class->project(optimizer, A, ones, kept);
    else
        factor_class_keep(optimizer, A, kept);
}
