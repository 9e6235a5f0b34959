/* Inverse-free Shampoo (Lin et al. 2024, arXiv 2402.03496; the equations of the authors' code):
 * Shampoo without the root whose curvature S_L x S_R is kept by roots of its inverse,
 * S_L⁻¹ = L Lᵀ and S_R⁻¹ = R Rᵀ, so that nothing but products is needed.
 *
 *   every `interval` steps, for both factors from the old ones:
 *     Z = Lᵀ G R;  H_L = batch Z Zᵀ / cols;  c_L = damping |R|² / cols   (and so for R)
 *     M_L ← geodesic M_L + (1 − geodesic) (H_L + c_L Lᵀ L − 1) / 2
 *     L ← L − (1 − beta2) / max(1, |M_L|) L M_L
 *   m ← momentum m + L Lᵀ G R Rᵀ + decay x;  x ← x − rate m
 *
 * The paper's beta2 is 1 − beta2 here; its alpha1 is momentum, its alpha2 (Riemannian momentum)
 * geodesic. L and R start at 1. A vector has one factor, and c = damping. `factors` keeps M, and
 * with it L and R, in a class that is closed under products. The gradient has to be that of a mean
 * over `batch` examples.
 *
 * state=bfloat16 rounds G, every product, M, L, R, the direction and m to it after each operation,
 * to nearest even, as in the authors' mixed precision; sums within a product and x are not, nor the
 * numbers that multiply. A number takes a real's memory: this is about the arithmetic.
 *
 * Parameters that are no matrices get rf_rmsprop with the same numbers, at elements_rate times the
 * rate. (The authors give biases a dense factor and convolutions one per axis; a convolution is a
 * matrix here.) */
#include "optim/factor_class.h"
#include "optim/kronecker.h"

/* Squares of a step, in order. */
enum { FACTOR_SQUARE, CHANGE_SQUARE = SIDES, SQUARES = 2 * SIDES };

static void read(Optimizer *optimizer, Spelled *keys)
{
    optimizer->beta2 = spelled_real(keys, "beta2", 0.99, 0.0, 1.0);
    optimizer->base.momentum = (real)spelled_real(keys, "momentum", 0.9, 0.0, 1.0);
    optimizer->base.share = 1;
    optimizer->geodesic = spelled_real(keys, "geodesic", 0.5, 0.0, 1.0);
    optimizer->damping = spelled_real(keys, "damping", 1e-3, 0.0, 1e30);
    optimizer->base.epsilon = (real)optimizer->damping;
    optimizer_read_batch(optimizer, keys, 0, false);
    optimizer->interval = spelled_int(keys, "interval", 1, 1, 1000000000);
    optimizer->factors = factor_class_find(spelled_text(keys, "factors", "dense"));
    optimizer->block = spelled_int(keys, "block", 32, 1, 1000000000);
    optimizer->elements = spelled_real(keys, "elements_rate", 1.0, 0.0, 1e9);
    optimizer->is_unsteady = optimizer->interval > 1;
    kronecker_read_state(optimizer, keys);
    optimizer->rounds_products = optimizer->is_half;
    optimizer->update = optimizer->is_half ? UPDATE_RF_RMSPROP_HALF : UPDATE_RF_RMSPROP;
    optimizer->slots = 2;
}

/* ---- state: m, the factors, their changes' momentum */

static int64_t matrix_state(const Optimizer *optimizer, int64_t rows, int64_t cols)
{
    (void)optimizer;
    return optimizer_rounded(rows * cols) + 2 * kronecker_size(rows, cols);
}

static real *factors_of(const Optimizer *optimizer, const Run *run)
{
    return optimizer->state + run->state + optimizer_rounded(run->count);
}

static void matrix_start(Optimizer *optimizer, const Run *run)
{
    Factors factors = kronecker_at(factors_of(optimizer, run), run);
    kronecker_start(optimizer->backend, factors, 1.0);
}

/* ---- one step */

/* M = share op(A) op(A)ᵀ + beta M */
static void add_gram(Optimizer *optimizer, Transpose a, double share, Matrix A, double beta,
                     Matrix M)
{
    Backend *backend = optimizer->backend;
    if (optimizer->factors->is_triangular) /* then M is not symmetric before its projection */
        backend->gemm(backend, a, a == PLAIN ? TRANSPOSED : PLAIN, (real)share, A, A, (real)beta,
                      M);
    else
        backend->gram(backend, a, (real)share, A, (real)beta, M);
}

/* M of one side. The outer product is Z Zᵀ for L, Zᵀ Z for R; c Kᵀ K = (|other| K)ᵀ (|other| K)
 * damping / n with n the length of the other side, 1 for a vector. */
static void change_of(Optimizer *optimizer, const Run *run, const Scratch *scratch, int side,
                      Factors factors, Matrix M)
{
    Backend *backend = optimizer->backend;
    Matrix K = factors.sides[side], other = factors.sides[!side], Z = scratch->middle;
    Matrix scaled = scratch->squares.sides[side];
    double half = 0.5 * (1.0 - optimizer->geodesic);
    double n = matrix_exists(other) ? (double)other.rows : 1.0;
    double share = half * (double)optimizer->base.batch / n;
    add_gram(optimizer, side == 0 ? PLAIN : TRANSPOSED, share, Z, optimizer->geodesic, M);
    kronecker_round(backend, scratch, M);
    if (matrix_exists(other))
        backend->scale_by_norm(backend, run->square + FACTOR_SQUARE + !side, K, scaled);
    else
        backend->copy(backend, K, scaled);
    kronecker_round(backend, scratch, scaled);
    add_gram(optimizer, TRANSPOSED, half * optimizer->damping / n, scaled, 1.0, M);
    kronecker_round(backend, scratch, M);
    backend->fill(backend, scratch->line, 1);
    Matrix ones = matrix_columns(scratch->line, 0, K.rows);
    backend->axpy(backend, (real)-half, matrix_reshaped(ones, K.rows, 1), kronecker_diagonal(M));
    if (optimizer->factors->project)
        optimizer->factors->project(backend, optimizer->block, M, scratch, scaled);
    kronecker_round(backend, scratch, M);
}

/* K ← K − (1 − beta2) / max(1, |M|) K M */
static void move(Optimizer *optimizer, const Scratch *scratch, int side, Matrix K, Matrix M,
                 double *square)
{
    Backend *backend = optimizer->backend;
    StepConstants *constants = &optimizer->constants[CONSTANTS_FACTOR];
    Matrix product = scratch->squares.sides[side];
    backend->sum_squares(backend, M, square);
    backend->clip(backend, square, 1, constants);
    backend->gemm(backend, PLAIN, PLAIN, 1, K, M, 0, product);
    kronecker_round(backend, scratch, product);
    backend->update(backend, UPDATE_SGD, constants, 0, matrix_count(K), matrix_reals(product),
                    matrix_reals(K), (real *[UPDATE_SLOTS]){NULL});
    kronecker_round(backend, scratch, K);
}

static void update_factors(Optimizer *optimizer, const Run *run, const Scratch *scratch,
                           Factors factors)
{
    Backend *backend = optimizer->backend;
    real *memory = factors_of(optimizer, run) + kronecker_size(run->rows, run->cols);
    Factors changes = kronecker_at(memory, run);
    kronecker_multiply(backend, factors, TRANSPOSED, PLAIN, scratch, scratch->gradient,
                       scratch->middle);
    for (int side = 0; side < SIDES; side++)
        if (matrix_exists(factors.sides[side]))
            backend->sum_squares(backend, factors.sides[side], run->square + FACTOR_SQUARE + side);
    for (int side = 0; side < SIDES; side++) {
        Matrix K = factors.sides[side], M = changes.sides[side];
        if (!matrix_exists(K)) continue;
        change_of(optimizer, run, scratch, side, factors, M);
        move(optimizer, scratch, side, K, M, run->square + CHANGE_SQUARE + side);
    }
}

/* The table's own stays as it is. */
static void round_gradient(Backend *backend, Scratch *scratch)
{
    if (scratch->gradient.data != scratch->spare.data)
        backend->copy(backend, scratch->gradient, scratch->spare);
    scratch->gradient = scratch->spare;
    kronecker_round(backend, scratch, scratch->gradient);
}

static void matrix_step(Optimizer *optimizer, const Run *run)
{
    Factors factors = kronecker_at(factors_of(optimizer, run), run);
    Scratch scratch = kronecker_scratch(optimizer, run);
    if (optimizer->is_half) round_gradient(optimizer->backend, &scratch);
    if (kronecker_is_due(optimizer)) update_factors(optimizer, run, &scratch, factors);
    kronecker_precondition(optimizer->backend, factors, &scratch, scratch.gradient,
                           scratch.direction);
    kronecker_apply_ball(optimizer, run, scratch.direction, optimizer->state + run->state);
}

const OptimizerKind optimizer_if_shampoo = {
    .help = "inverse-free Shampoo without the root (Lin et al. 2024), rf_rmsprop for what is no "
            "matrix: beta2, momentum, geodesic, damping, batch, interval, factors (dense, "
            "diagonal, blocks, upper_toeplitz, lower_toeplitz), block, elements_rate, state "
            "(float32, bfloat16: all but x); decay is added to the direction",
    .read = read,
    .matrix_state = matrix_state,
    .matrix_work = kronecker_scratch_size,
    .matrix_step = matrix_step,
    .matrix_start = matrix_start,
    .squares = SQUARES,
};
