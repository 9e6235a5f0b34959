/* Products of a tensor with a factor on each axis. An axis is counted by the rows of a matrix, or
 * by its columns, where it is the first or the last one; those in between are brought to the front
 * by as many copies as they are long (a kernel's three), and back. */
#include "optim/kronecker.h"

/* A tensor without gaps is outer x length x inner numbers, the axis in the middle. */
typedef struct {
    int64_t outer, length, inner;
} Parts;

static Parts parts_of(const Run *run, int axis)
{
    Parts parts = {1, run->axes.length[axis], 1};
    for (int before = 0; before < axis; before++) parts.outer *= run->axes.length[before];
    parts.inner = run->count / (parts.outer * parts.length);
    return parts;
}

/* Numbers at place i of the axis, outer x inner: in the tensor, and in its unfolded form. */
static Matrix slice_of(Matrix X, Parts parts, int64_t i)
{
    Matrix lines = matrix_reshaped(X, parts.outer, parts.length * parts.inner);
    return matrix_columns(lines, i * parts.inner, parts.inner);
}

static Matrix row_of(Matrix U, Parts parts, int64_t i)
{
    return matrix_reshaped(matrix_rows(U, i, 1), parts.outer, parts.inner);
}

Matrix kronecker_unfold(Backend *backend, int axis, const Scratch *scratch, Matrix X,
                        Transpose *lines)
{
    Parts parts = parts_of(scratch->run, axis);
    *lines = axis > 0 && parts.inner == 1 ? TRANSPOSED : PLAIN;
    if (*lines == TRANSPOSED) return matrix_reshaped(X, parts.outer, parts.length);
    if (parts.outer == 1) return matrix_reshaped(X, parts.length, parts.inner);
    Matrix U = matrix_reshaped(scratch->unfolded, parts.length, parts.outer * parts.inner);
    for (int64_t i = 0; i < parts.length; i++)
        backend->copy(backend, slice_of(X, parts, i), row_of(U, parts, i));
    return U;
}

/* Y = X times `left` of K on an axis that rows count, `right` of it from the right on columns. */
static void multiply(Backend *backend, int axis, Matrix K, Transpose left, Transpose right,
                     const Scratch *scratch, Matrix X, Matrix Y)
{
    Transpose lines;
    Matrix U = kronecker_unfold(backend, axis, scratch, X, &lines);
    bool is_copy = U.data == scratch->unfolded.data;
    Matrix V = matrix_reshaped(is_copy ? scratch->product : Y, U.rows, U.cols);
    if (lines == PLAIN)
        backend->gemm(backend, left, PLAIN, 1, K, U, 0, V);
    else
        backend->gemm(backend, PLAIN, right, 1, U, K, 0, V);
    if (scratch->rounds_products) kronecker_round(backend, scratch, V);
    Parts parts = parts_of(scratch->run, axis);
    for (int64_t i = 0; is_copy && i < parts.length; i++)
        backend->copy(backend, row_of(V, parts, i), slice_of(Y, parts, i));
}

void kronecker_multiply(Backend *backend, Factors factors, Transpose op, const Scratch *scratch,
                        Matrix X, Matrix Y)
{
    int left = kronecker_count(factors);
    for (int axis = 0; axis < AXES; axis++) {
        if (!matrix_exists(factors.axes[axis])) continue;
        Matrix to = --left % 2 ? scratch->half : Y; /* the last is Y */
        multiply(backend, axis, factors.axes[axis], op, op == PLAIN ? TRANSPOSED : PLAIN, scratch,
                 X, to);
        X = to;
    }
}

/* Y = X times T Tᵀ on an axis: by two products, or by one with T Tᵀ, which takes n³ operations
 * where a product with X takes 2 n² m. */
static void precondition_axis(Backend *backend, int axis, Matrix T, const Scratch *scratch,
                              Matrix X, Matrix Y)
{
    int64_t n = T.rows, m = scratch->run->count / n;
    if (n < 2 * m && !scratch->rounds_products) {
        Matrix S = kronecker_square(scratch, n);
        backend->gram(backend, PLAIN, 1, T, 0, S);
        multiply(backend, axis, S, PLAIN, PLAIN, scratch, X, Y);
    } else {
        multiply(backend, axis, T, TRANSPOSED, PLAIN, scratch, X, scratch->half);
        multiply(backend, axis, T, PLAIN, TRANSPOSED, scratch, scratch->half, Y);
    }
}

void kronecker_precondition(Backend *backend, Factors roots, const Scratch *scratch, Matrix X,
                            Matrix Y)
{
    int left = kronecker_count(roots);
    for (int axis = 0; axis < AXES; axis++) {
        if (!matrix_exists(roots.axes[axis])) continue;
        Matrix to = --left % 2 ? scratch->middle : Y;
        precondition_axis(backend, axis, roots.axes[axis], scratch, X, to);
        X = to;
    }
}
