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
 * axes=all gives a tensor (a convolution's weights: outputs, kernel, kernel, inputs) a factor for
 * each axis, as the authors do; with axes=matrix it is the matrix of its outputs. With d_k the
 * lengths of the axes, n_k = Π_{j≠k} d_j, and x_k the product with a matrix on axis k:
 *
 *     Z = G x_1 K_1ᵀ … x_N K_Nᵀ;  H_k = batch mat_k(Z) mat_k(Z)ᵀ / n_k
 *     c_k = damping Π_{j≠k} |K_j|² / n_k;  m ← momentum m + G x_1 K_1 K_1ᵀ … x_N K_N K_Nᵀ + decay x
 *
 * state=bfloat16 rounds G, every product, M, L, R, the direction and m to it after each operation,
 * to nearest even, as in the authors' mixed precision; sums within a product and x are not, nor the
 * numbers that multiply. A number takes a real's memory: this is about the arithmetic.
 *
 * Parameters that are no matrices get rf_rmsprop with the same numbers, at elements_rate times the
 * rate. (The authors give biases a dense factor.) */
#include "base/named.h"
#include "optim/factor_class.h"

/* Squares of a step, in order. */
enum { FACTOR_SQUARE, CHANGE_SQUARE = AXES, SQUARES = 2 * AXES };

static void read_axes(Optimizer *optimizer, Spelled *keys)
{
    static const char *const kinds[] = {"matrix", "all"};
    const char *const *row = named_row("axes", spelled_text(keys, "axes", kinds[0]),
                                       sizeof kinds / sizeof *kinds, sizeof *kinds, kinds);
    optimizer->takes_axes = row != kinds;
}

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
    if (optimizer->factors->block) optimizer->block = optimizer->factors->block;
    read_axes(optimizer, keys);
    optimizer->elements = spelled_real(keys, "elements_rate", 1.0, 0.0, 1e9);
    optimizer->is_unsteady = optimizer->interval > 1;
    kronecker_read_state(optimizer, keys);
    optimizer->rounds_products = optimizer->is_half;
    optimizer->update = optimizer->is_half ? UPDATE_RF_RMSPROP_HALF : UPDATE_RF_RMSPROP;
    optimizer->slots = 2;
}

/* ---- state: m, the factors, their changes' momentum, as their class keeps them */

static int64_t matrix_state(const Optimizer *optimizer, const Run *run)
{
    return optimizer_rounded(run->count) + 2 * kronecker_size(optimizer, run);
}

static Factors kept_factors(const Optimizer *optimizer, const Run *run, int kind)
{
    real *memory = optimizer->state + run->state + optimizer_rounded(run->count);
    return kronecker_at(optimizer, memory + kind * kronecker_size(optimizer, run), run);
}

enum { ROOTS, CHANGES };

/* Where not all of a factor is kept, scratch has room for whole ones: a change and the roots. */
static int64_t matrix_work(const Optimizer *optimizer, const Run *run)
{
    int64_t size = kronecker_scratch_size(optimizer, run), n = kronecker_longest(run);
    if (!optimizer->factors->unpack) return size;
    size += optimizer_rounded(n * n);
    for (int axis = 0; axis < AXES; axis++)
        size += optimizer_rounded(run->axes.length[axis] * run->axes.length[axis]);
    return size;
}

static Matrix whole_change(const Optimizer *optimizer, const Run *run, int64_t n)
{
    return matrix_of(optimizer->work + kronecker_scratch_size(optimizer, run), n, n);
}

static Factors open_roots(Optimizer *optimizer, const Run *run, Factors kept)
{
    int64_t n = kronecker_longest(run);
    if (!optimizer->factors->unpack) return kept;
    real *place = matrix_reals(whole_change(optimizer, run, n)) + optimizer_rounded(n * n);
    for (int axis = 0; axis < AXES; axis++) {
        Matrix *K = &kept.axes[axis];
        if (!matrix_exists(*K)) continue;
        *K = factor_class_open(optimizer, *K, matrix_of(place, K->rows, K->rows));
        place += optimizer_rounded(K->rows * K->rows);
    }
    return kept;
}

static void matrix_start(Optimizer *optimizer, const Run *run)
{
    Factors roots = kept_factors(optimizer, run, ROOTS);
    for (int axis = 0; axis < AXES; axis++) {
        Matrix kept = roots.axes[axis], unit = kept;
        if (!matrix_exists(kept)) continue;
        if (optimizer->factors->unpack) unit = whole_change(optimizer, run, kept.rows);
        optimizer->backend->fill(optimizer->backend, unit, 0);
        optimizer->backend->fill(optimizer->backend, kronecker_diagonal(unit), 1);
        factor_class_keep(optimizer, unit, kept);
    }
}

/* ---- one step */

/* M = share op(A) op(A)ᵀ + beta M */
static void add_gram(Optimizer *optimizer, Transpose a, double share, Matrix A, double beta,
                     Matrix M)
{
    Backend *backend = optimizer->backend;
    if (optimizer->factors->triangle) /* then M is not symmetric before its projection */
        backend->gemm(backend, a, a == PLAIN ? TRANSPOSED : PLAIN, (real)share, A, A, (real)beta,
                      M);
    else
        backend->gram(backend, a, (real)share, A, (real)beta, M);
}

/* scaled = K Π_{j≠k} |K_j|: c KᵀK is its gram times damping / n. */
static void scale(Optimizer *optimizer, const Scratch *scratch, int axis, Factors factors,
                  Matrix scaled)
{
    Backend *backend = optimizer->backend;
    const double *square = scratch->run->square + FACTOR_SQUARE;
    Matrix K = factors.axes[axis];
    for (int other = 0; other < AXES; other++) {
        if (other == axis || !matrix_exists(factors.axes[other])) continue;
        backend->scale_by_norm(backend, square + other, K, scaled);
        kronecker_round(backend, scratch, scaled);
        K = scaled;
    }
    if (K.data != scaled.data) backend->copy(backend, K, scaled);
}

/* M of one axis, whole; n is the product of the other axes' lengths. */
static Matrix change_of(Optimizer *optimizer, const Scratch *scratch, int axis, Factors factors,
                        Matrix kept)
{
    Backend *backend = optimizer->backend;
    Transpose lines;
    Matrix Z = kronecker_unfold(backend, axis, scratch, scratch->middle, &lines);
    Matrix scaled = kronecker_square(scratch, kept.rows);
    Matrix M = factor_class_open(optimizer, kept, whole_change(optimizer, scratch->run, kept.rows));
    double half = 0.5 * (1.0 - optimizer->geodesic);
    int64_t columns = scratch->run->count / kept.rows;
    double n = (double)columns;
    add_gram(optimizer, lines, half * (double)optimizer->base.batch / n, Z, optimizer->geodesic, M);
    kronecker_round(backend, scratch, M);
    scale(optimizer, scratch, axis, factors, scaled);
    add_gram(optimizer, TRANSPOSED, half * optimizer->damping / n, scaled, 1.0, M);
    kronecker_round(backend, scratch, M);
    backend->fill(backend, scratch->line, 1);
    Matrix ones = matrix_columns(scratch->line, 0, M.rows);
    backend->axpy(backend, (real)-half, matrix_reshaped(ones, M.rows, 1), kronecker_diagonal(M));
    factor_class_project(optimizer, M, ones, kept);
    kronecker_round(backend, scratch, kept);
    return factor_class_open(optimizer, kept, M);
}

/* K ← K − (1 − beta2) / max(1, |M|) K M */
static void move(Optimizer *optimizer, const Scratch *scratch, Matrix M, double *square, Matrix K,
                 Matrix kept)
{
    Backend *backend = optimizer->backend;
    StepConstants *constants = &optimizer->constants[CONSTANTS_FACTOR];
    Matrix product = kronecker_square(scratch, K.rows);
    backend->sum_squares(backend, M, square);
    backend->clip(backend, square, 1, constants);
    backend->gemm(backend, PLAIN, PLAIN, 1, K, M, 0, product);
    kronecker_round(backend, scratch, product);
    backend->update(backend, UPDATE_SGD, constants, 0, matrix_count(K), matrix_reals(product),
                    matrix_reals(K), (real *[UPDATE_SLOTS]){NULL});
    kronecker_round(backend, scratch, K);
    factor_class_keep(optimizer, K, kept);
    factor_class_open(optimizer, kept, K); /* without what rounding has put beside the class */
}

/* All M are from the old roots. */
static void update_roots(Optimizer *optimizer, const Scratch *scratch, Factors roots, Factors kept)
{
    Backend *backend = optimizer->backend;
    double *square = scratch->run->square;
    Factors changes = kept_factors(optimizer, scratch->run, CHANGES);
    kronecker_multiply(backend, roots, TRANSPOSED, scratch, scratch->gradient, scratch->middle);
    for (int axis = 0; axis < AXES; axis++)
        if (matrix_exists(roots.axes[axis]))
            backend->sum_squares(backend, roots.axes[axis], square + FACTOR_SQUARE + axis);
    for (int axis = 0; axis < AXES; axis++) {
        if (!matrix_exists(roots.axes[axis])) continue;
        Matrix M = change_of(optimizer, scratch, axis, roots, changes.axes[axis]);
        move(optimizer, scratch, M, square + CHANGE_SQUARE + axis, roots.axes[axis],
             kept.axes[axis]);
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
    Factors kept = kept_factors(optimizer, run, ROOTS);
    Factors roots = open_roots(optimizer, run, kept);
    Scratch scratch = kronecker_scratch(optimizer, run);
    if (optimizer->is_half) round_gradient(optimizer->backend, &scratch);
    if (kronecker_is_due(optimizer)) update_roots(optimizer, &scratch, roots, kept);
    kronecker_precondition(optimizer->backend, roots, &scratch, scratch.gradient,
                           scratch.direction);
    kronecker_apply_ball(optimizer, run, scratch.direction, optimizer->state + run->state);
}

const OptimizerKind optimizer_if_shampoo = {
    .help = "inverse-free Shampoo without the root (Lin et al. 2024), rf_rmsprop for what is no "
            "matrix: beta2, momentum, geodesic, damping, batch, interval, factors (dense, "
            "diagonal, blocks, upper_toeplitz, lower_toeplitz), block, axes (matrix; all: a factor "
            "for each axis of a convolution), elements_rate, state (float32, bfloat16: all but "
            "x); decay is added to the direction",
    .read = read,
    .matrix_state = matrix_state,
    .matrix_work = matrix_work,
    .matrix_step = matrix_step,
    .matrix_start = matrix_start,
    .squares = SQUARES,
};
