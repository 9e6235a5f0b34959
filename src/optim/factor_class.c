#include "optim/factor_class.h"

#include "base/named.h"

/* Entries first … first + n − 1 of the diagonal, and all between. */
static Matrix block_of(Matrix A, int64_t first, int64_t n)
{
    return matrix_rows(matrix_columns(A, first, n), first, n);
}

/* The j-th diagonal above (j > 0) or below, as a column. */
static Matrix beside(Matrix A, int64_t j)
{
    int64_t size = j < 0 ? -j : j;
    Matrix from =
        j < 0 ? matrix_rows(A, size, A.rows - size) : matrix_columns(A, size, A.cols - size);
    return (Matrix){from.data, A.rows - size, 1, A.stride + 1, A.dtype};
}

static void keep_blocks(Backend *backend, int64_t block, Matrix A, const Scratch *scratch,
                        Matrix other)
{
    (void)scratch;
    backend->copy(backend, A, other);
    backend->fill(backend, A, 0);
    for (int64_t first = 0; first < A.rows; first += block) {
        int64_t n = A.rows - first < block ? A.rows - first : block;
        backend->copy(backend, block_of(other, first, n), block_of(A, first, n));
    }
}

static void keep_diagonal(Backend *backend, int64_t block, Matrix A, const Scratch *scratch,
                          Matrix other)
{
    (void)block, (void)scratch;
    backend->copy(backend, A, other);
    backend->fill(backend, A, 0);
    backend->copy(backend, kronecker_diagonal(other), kronecker_diagonal(A));
}

/* sign: 1 the upper triangle, −1 the lower one. */
static void average_diagonals(Backend *backend, int sign, Matrix A, const Scratch *scratch,
                              Matrix other)
{
    Matrix sum = scratch->number;
    backend->copy(backend, A, other);
    backend->fill(backend, A, 0);
    for (int64_t j = 0; j < A.rows; j++) {
        Matrix ones = matrix_columns(scratch->line, 0, A.rows - j);
        backend->gemm(backend, PLAIN, PLAIN, 1, ones, beside(other, j), 0, sum);
        if (j > 0) backend->gemm(backend, PLAIN, PLAIN, 1, ones, beside(other, -j), 1, sum);
        real share = (real)1 / (real)(A.rows - j);
        backend->gemm(backend, TRANSPOSED, PLAIN, share, ones, sum, 0, beside(A, sign * j));
    }
}

static void upper_toeplitz(Backend *backend, int64_t block, Matrix A, const Scratch *scratch,
                           Matrix other)
{
    (void)block;
    average_diagonals(backend, 1, A, scratch, other);
}

static void lower_toeplitz(Backend *backend, int64_t block, Matrix A, const Scratch *scratch,
                           Matrix other)
{
    (void)block;
    average_diagonals(backend, -1, A, scratch, other);
}

static const FactorClass classes[] = {
    {"dense", NULL, false},
    {"diagonal", keep_diagonal, false},
    {"blocks", keep_blocks, false},
    {"upper_toeplitz", upper_toeplitz, true},
    {"lower_toeplitz", lower_toeplitz, true},
};

const FactorClass *factor_class_find(const char *name)
{
    return named_row("class of factors", name, sizeof classes / sizeof *classes, sizeof *classes,
                     classes);
}
