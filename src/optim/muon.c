/* Muon (K. Jordan et al. 2024, kellerjordan.github.io/posts/muon): momentum whose matrix is
 * replaced by the orthogonal one nearest to it, U Vᵀ of U S Vᵀ, to 0.68 … 1.2 in each singular
 * value that is not below 0.002 |S|. Matrices only; AdamW for the rest.
 *
 *   M ← momentum M + g;  D = g + momentum M (or M, nesterov=0);  X = D / |D|_F
 *   5 times:  X ← a X + (b A + c A²) X  with A = X Xᵀ  (a, b, c) = (3.4445, −4.7750, 2.0315)
 *   x ← x − rate (sqrt(max(1, rows / cols)) X + decay x)
 *
 * adamw_rate: at rates that suit Muon (0.01 … 0.03) AdamW wants less; 0.3 times the rate trained
 * a byte model of 0.1 M parameters better than 0.1 or 0.015 (the author's 3e-4 / 0.02).
 *
 * The author's code computes X in bfloat16 and adds 1e-7 to |D|; here both are exact to real's
 * precision. A is formed on the shorter side: with rows > cols as Xᵀ X, and X is multiplied from
 * the right, which is the same polynomial without a transposed copy. */
#include "optim/optimizer_kinds.h"

#include <math.h>

enum { DEFAULT_ITERATIONS = 5 };

static void read(Optimizer *optimizer, Spelled *keys)
{
    optimizer->base.momentum = (real)spelled_real(keys, "momentum", 0.95, 0.0, 1.0);
    optimizer->base.share = 1;
    optimizer->nesterov = spelled_bool(keys, "nesterov", true);
    optimizer->iterations = (int)spelled_int(keys, "iterations", DEFAULT_ITERATIONS, 1, 100);
    optimizer->elements = spelled_real(keys, "adamw_rate", 0.3, 0.0, 1e9);
    optimizer_read_moments(optimizer, keys, 0.9, 0.95);
    optimizer->update = UPDATE_ADAMW;
    optimizer->slots = 2;
}

static int64_t shorter(int64_t rows, int64_t cols) { return rows < cols ? rows : cols; }

static int64_t matrix_state(const Optimizer *optimizer, const Run *run)
{
    (void)optimizer;
    return run->count;
}

/* Two of the matrix, two squares on its shorter side. */
static int64_t matrix_work(const Optimizer *optimizer, const Run *run)
{
    (void)optimizer;
    int64_t side = shorter(run->rows, run->cols);
    return 2 * run->count + 2 * side * side;
}

/* Y = scale (a X + (b A + c A²) X), with A and B as scratch. */
static void newton_schulz(Backend *backend, Matrix X, Matrix A, Matrix B, double scale, Matrix Y)
{
    const double a = 3.4445, b = -4.7750, c = 2.0315;
    bool wide = X.rows <= X.cols;
    backend->gemm(backend, wide ? PLAIN : TRANSPOSED, wide ? TRANSPOSED : PLAIN, 1, X, X, 0, A);
    backend->copy(backend, A, B);
    backend->gemm(backend, PLAIN, PLAIN, (real)c, A, A, (real)b, B);
    backend->copy(backend, X, Y);
    backend->gemm(backend, PLAIN, PLAIN, (real)scale, wide ? B : X, wide ? X : B, (real)(scale * a),
                  Y);
}

static void matrix_step(Optimizer *optimizer, const Run *run)
{
    Backend *backend = optimizer->backend;
    int64_t side = shorter(run->rows, run->cols);
    Matrix X = matrix_of(optimizer->work, run->rows, run->cols);
    Matrix Y = matrix_of(optimizer->work + run->count, run->rows, run->cols);
    Matrix A = matrix_of(optimizer->work + 2 * run->count, side, side);
    Matrix B = matrix_of(optimizer->work + 2 * run->count + side * side, side, side);
    double scale = sqrt(fmax(1.0, (double)run->rows / (double)run->cols));

    real *slot[UPDATE_SLOTS] = {optimizer->state + run->state};
    backend->fill(backend, Y, 0);
    backend->update(backend, optimizer->nesterov ? UPDATE_NESTEROV : UPDATE_MOMENTUM,
                    &optimizer->constants[CONSTANTS_DIRECTION], 0, run->count,
                    optimizer->table->gradients + run->first, matrix_reals(Y), slot);
    backend->sum_squares(backend, Y, run->square);
    backend->normalise(backend, run->square, Y, X);
    for (int i = 1; i <= optimizer->iterations; i++) {
        newton_schulz(backend, X, A, B, i < optimizer->iterations ? 1.0 : scale, Y);
        Matrix swap = X;
        X = Y, Y = swap;
    }
    backend->update(backend, UPDATE_SGD, &optimizer->constants[CONSTANTS_APPLY], run->decay,
                    run->count, matrix_reals(X), optimizer->table->values + run->first,
                    (real *[UPDATE_SLOTS]){NULL});
}

const OptimizerKind optimizer_muon = {
    .help = "orthogonalised momentum for matrices (Jordan et al. 2024), AdamW at adamw_rate times "
            "the rate for the rest: momentum, nesterov, iterations, adamw_rate, beta1, beta2, "
            "epsilon; decay decoupled",
    .read = read,
    .matrix_state = matrix_state,
    .matrix_work = matrix_work,
    .matrix_step = matrix_step,
    .squares = 1,
};
