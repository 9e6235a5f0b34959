/* Shampoo without the root, in its plain form with inverses (Lin et al. 2024, arXiv 2402.03496; its
 * inverse-free form is if_shampoo): the curvature S_L x S_R of best fit to the gradients.
 *
 *   every `interval` steps, both from the old inverses:
 *     S_L ← beta2 S_L + (1 − beta2) (batch / cols G S_R⁻¹ Gᵀ + damping tr(S_R⁻¹) / cols)
 *     S_R ← beta2 S_R + (1 − beta2) (batch / rows Gᵀ S_L⁻¹ G + damping tr(S_L⁻¹) / rows)
 *   m ← momentum m + S_L⁻¹ G S_R⁻¹ + decay x;  x ← x − rate m
 *
 * The paper's beta2 is 1 − beta2 here. Both S start at 1; a vector has one. What is no matrix gets
 * rf_rmsprop with the same numbers, at elements_rate times the rate. Inverses are kept as T Tᵀ with
 * T = Q w^(−1/2) from eigenvectors: then tr(S⁻¹) = |T|². state=bfloat16: see shampoo. */
#include "optim/kronecker.h"

static void read(Optimizer *optimizer, Spelled *keys)
{
    optimizer->beta2 = spelled_real(keys, "beta2", 0.99, 0.0, 1.0);
    optimizer->base.momentum = (real)spelled_real(keys, "momentum", 0.9, 0.0, 1.0);
    optimizer->base.share = 1;
    optimizer->damping = spelled_real(keys, "damping", 1e-3, 0.0, 1e30);
    optimizer->base.epsilon = (real)optimizer->damping;
    optimizer_read_batch(optimizer, keys, 0, false);
    optimizer->interval = spelled_int(keys, "interval", 1, 1, 1000000000);
    optimizer->elements = spelled_real(keys, "elements_rate", 1.0, 0.0, 1e9);
    kronecker_read_state(optimizer, keys);
    optimizer->is_unsteady = true;
    optimizer->update = UPDATE_RF_RMSPROP;
    optimizer->slots = 2;
}

/* ---- state: m, both S, both T */

static int64_t matrix_state(const Optimizer *optimizer, const Run *run)
{
    return optimizer_rounded(run->count) + 2 * kronecker_size(optimizer, run);
}

static void matrix_start(Optimizer *optimizer, const Run *run)
{
    real *memory = optimizer->state + run->state + optimizer_rounded(run->count);
    kronecker_start(optimizer->backend, kronecker_at(optimizer, memory, run), 1.0);
    memory += kronecker_size(optimizer, run);
    kronecker_start(optimizer->backend, kronecker_at(optimizer, memory, run), 1.0);
}

/* ---- one step */

/* S += (1 − beta2) damping |T|² / n on the diagonal, T that of the other axis, n its length. */
static void damp(Optimizer *optimizer, const Scratch *scratch, Matrix T, double *square, Matrix S)
{
    Backend *backend = optimizer->backend;
    Matrix ones = matrix_columns(scratch->line, 0, S.rows);
    double n = matrix_exists(T) ? (double)T.rows : 1.0;
    backend->fill(backend, ones, 1);
    if (matrix_exists(T)) {
        backend->sum_squares(backend, T, square);
        backend->scale_by_norm(backend, square, ones, ones);
        backend->scale_by_norm(backend, square, ones, ones);
    }
    backend->axpy(backend, (real)((1.0 - optimizer->beta2) * optimizer->damping / n),
                  matrix_reshaped(ones, S.rows, 1), kronecker_diagonal(S));
}

static void update_curvature(Optimizer *optimizer, const Run *run, const Scratch *scratch,
                             Factors S, Factors T)
{
    kronecker_coupled(optimizer, T, scratch, S);
    for (int axis = 0; axis < AXES; axis++)
        if (matrix_exists(S.axes[axis]))
            damp(optimizer, scratch, T.axes[!axis], run->square + axis, S.axes[axis]);
    kronecker_round_all(optimizer->backend, scratch, S);
    for (int axis = 0; axis < AXES; axis++)
        if (matrix_exists(S.axes[axis]))
            kronecker_root(optimizer->backend, S.axes[axis], 0.0, -1.0,
                           kronecker_square(scratch, S.axes[axis].rows), scratch->line,
                           T.axes[axis]);
}

static void matrix_step(Optimizer *optimizer, const Run *run)
{
    real *m = optimizer->state + run->state, *S_at = m + optimizer_rounded(run->count);
    Factors S = kronecker_at(optimizer, S_at, run);
    Factors T = kronecker_at(optimizer, S_at + kronecker_size(optimizer, run), run);
    Scratch scratch = kronecker_scratch(optimizer, run);
    if (kronecker_is_due(optimizer)) update_curvature(optimizer, run, &scratch, S, T);
    kronecker_precondition(optimizer->backend, T, &scratch, scratch.gradient, scratch.direction);
    kronecker_apply_ball(optimizer, run, scratch.direction, m);
}

const OptimizerKind optimizer_rf_shampoo = {
    .help = "Shampoo without the root, with inverses (Lin et al. 2024), rf_rmsprop for what is no "
            "matrix: beta2, momentum, damping, batch, interval, elements_rate, state (float32, "
            "bfloat16: S); decay is added to the direction",
    .read = read,
    .matrix_state = matrix_state,
    .matrix_work = kronecker_scratch_size,
    .matrix_step = matrix_step,
    .matrix_start = matrix_start,
    .squares = AXES,
};
