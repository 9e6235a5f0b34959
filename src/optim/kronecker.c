#include "optim/kronecker.h"

#include "base/named.h"

static int64_t longer(int64_t rows, int64_t cols) { return rows > cols ? rows : cols; }

/* ---- where things lie */

int64_t kronecker_size(int64_t rows, int64_t cols)
{
    return optimizer_rounded(rows * rows) + optimizer_rounded(cols * cols);
}

Factors kronecker_at(real *memory, const Run *run)
{
    int64_t rows = run->rows, cols = run->cols;
    Factors factors = {{{0}}};
    if (rows > 1) factors.sides[0] = matrix_of(memory, rows, rows);
    if (cols > 1 || rows == 1)
        factors.sides[1] = matrix_of(memory + optimizer_rounded(rows * rows), cols, cols);
    return factors;
}

Matrix kronecker_diagonal(Matrix A) { return (Matrix){A.data, A.rows, 1, A.stride + 1, A.dtype}; }

void kronecker_start(Backend *backend, Factors factors, double scale)
{
    for (int side = 0; side < SIDES; side++) {
        Matrix A = factors.sides[side];
        if (!matrix_exists(A)) continue;
        backend->fill(backend, A, 0);
        backend->fill(backend, kronecker_diagonal(A), (real)scale);
    }
}

bool kronecker_is_due(const Optimizer *optimizer)
{
    return (optimizer->steps_done - 1) % optimizer->interval == 0;
}

enum { WHOLE = 4 }; /* matrices of the run's shape */

/* Without what a bfloat16 needs. */
static int64_t wide_size(int64_t rows, int64_t cols)
{
    return WHOLE * optimizer_rounded(rows * cols) + kronecker_size(rows, cols) +
           2 * optimizer_rounded(longer(rows, cols));
}

/* Half a real for a number, or less. */
int64_t kronecker_scratch_size(const Optimizer *optimizer, int64_t rows, int64_t cols)
{
    int64_t n = longer(rows, cols), narrow = optimizer->is_half ? (n * n + 1) / 2 : 0;
    return wide_size(rows, cols) + narrow;
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
    Matrix whole[WHOLE];
    int64_t rows = run->rows, cols = run->cols, size = optimizer_rounded(run->count);
    for (int k = 0; k < WHOLE; k++) whole[k] = matrix_of(optimizer->work + k * size, rows, cols);
    real *squares = optimizer->work + WHOLE * size, *line = squares + kronecker_size(rows, cols);
    return (Scratch){
        .gradient = gradient_of(optimizer, run, whole[0]),
        .spare = whole[0],
        .half = whole[1],
        .middle = whole[2],
        .direction = whole[3],
        .squares = kronecker_at(squares, run),
        .line = matrix_of(line, 1, longer(rows, cols)),
        .number = matrix_of(line + optimizer_rounded(longer(rows, cols)), 1, 1),
        .narrow = optimizer->is_half ? optimizer->work + wide_size(rows, cols) : NULL,
        .rounds_products = optimizer->rounds_products,
    };
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

void kronecker_round_both(Backend *backend, const Scratch *scratch, Factors factors)
{
    for (int side = 0; side < SIDES; side++)
        if (matrix_exists(factors.sides[side]))
            kronecker_round(backend, scratch, factors.sides[side]);
}

/* ---- products */

static void multiply(Backend *backend, Transpose a, Transpose b, const Scratch *scratch, Matrix A,
                     Matrix B, Matrix C)
{
    backend->gemm(backend, a, b, 1, A, B, 0, C);
    if (scratch->rounds_products) kronecker_round(backend, scratch, C);
}

void kronecker_multiply(Backend *backend, Factors factors, Transpose left, Transpose right,
                        const Scratch *scratch, Matrix X, Matrix Y)
{
    Matrix L = factors.sides[0], R = factors.sides[1];
    Matrix between = !matrix_exists(L) ? X : matrix_exists(R) ? scratch->half : Y;
    if (matrix_exists(L)) multiply(backend, left, PLAIN, scratch, L, X, between);
    if (matrix_exists(R)) multiply(backend, PLAIN, right, scratch, between, R, Y);
}

/* Y = T Tᵀ X, on the right side X T Tᵀ: by two products, or by one with T Tᵀ, which takes n³
 * operations where a product with X takes 2 n² m. */
static void precondition_side(Backend *backend, int side, Matrix T, const Scratch *scratch,
                              Matrix X, Matrix Y)
{
    int64_t n = T.rows, m = side == 0 ? X.cols : X.rows;
    Factors factor = {{{0}}};
    if (n < 2 * m && !scratch->rounds_products) {
        factor.sides[side] = scratch->squares.sides[side];
        backend->gram(backend, PLAIN, 1, T, 0, factor.sides[side]);
        kronecker_multiply(backend, factor, PLAIN, PLAIN, scratch, X, Y);
    } else {
        factor.sides[side] = T;
        kronecker_multiply(backend, factor, TRANSPOSED, PLAIN, scratch, X, scratch->half);
        kronecker_multiply(backend, factor, PLAIN, TRANSPOSED, scratch, scratch->half, Y);
    }
}

void kronecker_precondition(Backend *backend, Factors roots, const Scratch *scratch, Matrix X,
                            Matrix Y)
{
    Matrix L = roots.sides[0], R = roots.sides[1];
    Matrix between = !matrix_exists(L) ? X : matrix_exists(R) ? scratch->middle : Y;
    if (matrix_exists(L)) precondition_side(backend, 0, L, scratch, X, between);
    if (matrix_exists(R)) precondition_side(backend, 1, R, scratch, between, Y);
}

void kronecker_root(Backend *backend, Matrix S, double shift, double power, Matrix Q, Matrix line,
                    Matrix T)
{
    Matrix w = matrix_columns(line, 0, S.rows);
    backend->eigen(backend, S, Q, w);
    backend->scale_columns(backend, Q, w, (real)shift, (real)(0.5 * power), T);
}

/* ---- statistics of gradients */

/* S ← beta2 S + (1 − beta2) scale X Xᵀ, on the right side Xᵀ X */
static void add_outer(Optimizer *optimizer, int side, double scale, Matrix X, Matrix S)
{
    Backend *backend = optimizer->backend;
    real share = (real)((1.0 - optimizer->beta2) * scale);
    backend->gram(backend, side == 0 ? PLAIN : TRANSPOSED, share, X, (real)optimizer->beta2, S);
}

void kronecker_coupled(Optimizer *optimizer, Factors inverse_roots, const Scratch *scratch,
                       Factors S)
{
    Backend *backend = optimizer->backend;
    for (int side = 0; side < SIDES; side++) {
        Matrix T = inverse_roots.sides[!side], X = scratch->gradient;
        if (!matrix_exists(S.sides[side])) continue;
        if (matrix_exists(T)) {
            Factors other = inverse_roots;
            other.sides[side].data = NULL;
            kronecker_multiply(backend, other, TRANSPOSED, PLAIN, scratch, X, scratch->middle);
            X = scratch->middle;
        }
        double n = matrix_exists(T) ? (double)T.rows : 1.0;
        add_outer(optimizer, side, (double)optimizer->base.batch / n, X, S.sides[side]);
    }
    kronecker_round_both(backend, scratch, S);
}

void kronecker_uncoupled(Optimizer *optimizer, const Scratch *scratch, Factors S)
{
    for (int side = 0; side < SIDES; side++)
        if (matrix_exists(S.sides[side]))
            add_outer(optimizer, side, 1.0, scratch->gradient, S.sides[side]);
    kronecker_round_both(optimizer->backend, scratch, S);
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
