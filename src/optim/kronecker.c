#include "optim/kronecker.h"

#include "base/named.h"

static int64_t longer(int64_t n, int64_t m) { return n > m ? n : m; }
static int64_t shorter(int64_t n, int64_t m) { return n < m ? n : m; }

/* ---- where things lie */

/* Numbers of a factor's row that are kept. */
static int64_t width_of(const Optimizer *optimizer, int64_t n)
{
    return shorter(n, optimizer->block);
}

int64_t kronecker_size(const Optimizer *optimizer, const Run *run)
{
    int64_t size = 0;
    for (int axis = 0; axis < AXES; axis++) {
        int64_t n = run->axes.length[axis];
        size += optimizer_rounded(n * width_of(optimizer, n));
    }
    return size;
}

/* A single number has one factor too: that of its last axis. */
static bool has_factor(const Run *run, int axis)
{
    bool is_last = axis + 1 == AXES || run->axes.length[axis + 1] == 0;
    return run->axes.length[axis] > 1 || (run->count == 1 && is_last && run->axes.length[axis]);
}

Factors kronecker_at(const Optimizer *optimizer, real *memory, const Run *run)
{
    Factors factors = {{{0}}};
    for (int axis = 0; axis < AXES; axis++) {
        int64_t n = run->axes.length[axis], width = width_of(optimizer, n);
        if (has_factor(run, axis)) factors.axes[axis] = matrix_of(memory, n, width);
        memory += optimizer_rounded(n * width);
    }
    return factors;
}

int kronecker_count(Factors factors)
{
    int count = 0;
    for (int axis = 0; axis < AXES; axis++) count += matrix_exists(factors.axes[axis]);
    return count;
}

Matrix kronecker_diagonal(Matrix A) { return (Matrix){A.data, A.rows, 1, A.stride + 1, A.dtype}; }

void kronecker_start(Backend *backend, Factors factors, double scale)
{
    for (int axis = 0; axis < AXES; axis++) {
        Matrix A = factors.axes[axis];
        if (!matrix_exists(A)) continue;
        backend->fill(backend, A, 0);
        backend->fill(backend, kronecker_diagonal(A), (real)scale);
    }
}

bool kronecker_is_due(const Optimizer *optimizer)
{
    return (optimizer->steps_done - 1) % optimizer->interval == 0;
}

/* ---- scratch */

int64_t kronecker_longest(const Run *run)
{
    int64_t n = 0;
    for (int axis = 0; axis < AXES; axis++) n = longer(n, run->axes.length[axis]);
    return n;
}

/* Matrices of the run's shape: two more where there are axes between. */
enum { WHOLE = 6 };

static int64_t whole_count(const Run *run) { return run->axes.length[2] ? WHOLE : WHOLE - 2; }

/* Without what a bfloat16 needs. */
static int64_t wide_size(const Run *run)
{
    int64_t n = kronecker_longest(run);
    return whole_count(run) * optimizer_rounded(run->count) + optimizer_rounded(n * n) +
           optimizer_rounded(n);
}

/* Half a real for a number, or less. */
int64_t kronecker_scratch_size(const Optimizer *optimizer, const Run *run)
{
    int64_t n = kronecker_longest(run), most = longer(n * n, run->count);
    return wide_size(run) + (optimizer->is_half ? optimizer_rounded((most + 1) / 2) : 0);
}

/* With rate −1 and no decay, 0 − rate (clip g) is the clipped gradient. */
static Matrix gradient_of(Optimizer *optimizer, const Run *run, Matrix into)
{
    Backend *backend = optimizer->backend;
    real *g = optimizer->table->gradients + run->first;
    if (optimizer->clip == 0.0) return matrix_of(g, run->rows, run->cols);
    backend->fill(backend, into, 0);
    backend->update(backend, UPDATE_SGD, &optimizer->constants[CONSTANTS_DIRECTION], 0, run->count,
                    g, matrix_reals(into), (real *[UPDATE_SLOTS]){NULL});
    return into;
}

Scratch kronecker_scratch(Optimizer *optimizer, const Run *run)
{
    Matrix whole[WHOLE] = {{0}};
    int64_t count = whole_count(run), size = optimizer_rounded(run->count);
    int64_t n = kronecker_longest(run);
    for (int64_t k = 0; k < count; k++)
        whole[k] = matrix_of(optimizer->work + k * size, run->rows, run->cols);
    real *square = optimizer->work + count * size;
    return (Scratch){
        .run = run,
        .gradient = gradient_of(optimizer, run, whole[0]),
        .spare = whole[0],
        .half = whole[1],
        .middle = whole[2],
        .direction = whole[3],
        .unfolded = whole[4],
        .product = whole[5],
        .square = square,
        .line = matrix_of(square + optimizer_rounded(n * n), 1, n),
        .narrow = optimizer->is_half ? optimizer->work + wide_size(run) : NULL,
        .rounds_products = optimizer->rounds_products,
    };
}

Matrix kronecker_square(const Scratch *scratch, int64_t n)
{
    return matrix_of(scratch->square, n, n);
}

/* ---- bfloat16 */

void kronecker_read_state(Optimizer *optimizer, Spelled *keys)
{
    static const char *const states[] = {"float32", "bfloat16"};
    const char *const *row = named_row("state", spelled_text(keys, "state", states[0]),
                                       sizeof states / sizeof *states, sizeof *states, states);
    optimizer->is_half = row != states;
}

void kronecker_round(Backend *backend, const Scratch *scratch, Matrix A)
{
    if (!scratch->narrow) return;
    Matrix narrow = {scratch->narrow, A.rows, A.cols, A.cols, DTYPE_BFLOAT16};
    backend->copy(backend, A, narrow);
    backend->copy(backend, narrow, A);
}

void kronecker_round_all(Backend *backend, const Scratch *scratch, Factors factors)
{
    for (int axis = 0; axis < AXES; axis++)
        if (matrix_exists(factors.axes[axis]))
            kronecker_round(backend, scratch, factors.axes[axis]);
}

/* ---- roots */

void kronecker_root(Backend *backend, Matrix S, double shift, double power, Matrix Q, Matrix line,
                    Matrix T)
{
    Matrix w = matrix_columns(line, 0, S.rows);
    backend->eigen(backend, S, Q, w);
    backend->scale_columns(backend, Q, w, (real)shift, (real)(0.5 * power), T);
}

/* ---- statistics of gradients */

/* S ← beta2 S + (1 − beta2) scale mat(X) mat(X)ᵀ: X Xᵀ on the left of a matrix, Xᵀ X on the right.
 */
static void add_outer(Optimizer *optimizer, int axis, const Scratch *scratch, double scale,
                      Matrix X, Matrix S)
{
    Backend *backend = optimizer->backend;
    Transpose lines;
    Matrix U = kronecker_unfold(backend, axis, scratch, X, &lines);
    real share = (real)((1.0 - optimizer->beta2) * scale);
    backend->gram(backend, lines, share, U, (real)optimizer->beta2, S);
}

void kronecker_coupled(Optimizer *optimizer, Factors inverse_roots, const Scratch *scratch,
                       Factors S)
{
    Backend *backend = optimizer->backend;
    for (int axis = 0; axis < AXES; axis++) {
        Factors others = inverse_roots;
        Matrix X = scratch->gradient;
        if (!matrix_exists(S.axes[axis])) continue;
        others.axes[axis].data = NULL;
        if (kronecker_count(others)) {
            kronecker_multiply(backend, others, TRANSPOSED, scratch, X, scratch->middle);
            X = scratch->middle;
        }
        int64_t columns = scratch->run->count / S.axes[axis].rows;
        double share = (double)optimizer->base.batch / (double)columns;
        add_outer(optimizer, axis, scratch, share, X, S.axes[axis]);
    }
    kronecker_round_all(backend, scratch, S);
}

void kronecker_uncoupled(Optimizer *optimizer, const Scratch *scratch, Factors S)
{
    for (int axis = 0; axis < AXES; axis++)
        if (matrix_exists(S.axes[axis]))
            add_outer(optimizer, axis, scratch, 1.0, scratch->gradient, S.axes[axis]);
    kronecker_round_all(optimizer->backend, scratch, S);
}

/* ---- the end of a step */

static void apply(Optimizer *optimizer, const Run *run, UpdateKind kind, Matrix D, real *m)
{
    Backend *backend = optimizer->backend;
    backend->update(backend, kind, &optimizer->constants[CONSTANTS_APPLY], run->decay, run->count,
                    matrix_reals(D), optimizer->table->values + run->first,
                    (real *[UPDATE_SLOTS]){m});
}

void kronecker_apply_ball(Optimizer *optimizer, const Run *run, Matrix D, real *m)
{
    apply(optimizer, run, optimizer->rounds_products ? UPDATE_MOMENTUM_HALF : UPDATE_MOMENTUM, D,
          m);
}

void kronecker_apply(Optimizer *optimizer, const Run *run, Matrix D)
{
    apply(optimizer, run, UPDATE_SGD, D, NULL);
}

void kronecker_momentum(Optimizer *optimizer, const Run *run, real *m, Matrix into)
{
    Backend *backend = optimizer->backend;
    backend->fill(backend, into, 0);
    backend->update(backend, UPDATE_MOMENTUM, &optimizer->constants[CONSTANTS_DIRECTION], 0,
                    run->count, optimizer->table->gradients + run->first, matrix_reals(into),
                    (real *[UPDATE_SLOTS]){m});
}
