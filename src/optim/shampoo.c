/* Shampoo (Gupta et al. 2018, arXiv 1802.09568) with running means, as run by Lin et al. 2024
 * through the distributed implementation of Shi et al. 2023 (arXiv 2309.06497):
 *
 *   S_L ← beta2 S_L + (1 − beta2) G Gᵀ;  S_R ← beta2 S_R + (1 − beta2) Gᵀ G
 *   every `interval` steps:  P_L = (S_L + epsilon)^(−1/4), P_R = (S_R + epsilon)^(−1/4)
 *   M ← beta1 M + (1 − beta1) G;  x ← x − rate (P_L M P_R + decay x)
 *
 * S starts at 0 and is not corrected for it. A vector has one factor, to the power −1/2. graft=1
 * gives the direction the length of Adam's for the same matrix (Agarwal et al. 2020, arXiv
 * 2002.11803), so that Adam's rates fit. Parameters that are no matrices get AdamW at adamw_rate
 * times the rate. The roots are taken by eigenvectors in the precision of the numbers; where
 * epsilon is below the rounding of the largest eigenvalue, they are rounding errors.
 *
 * state=bfloat16 rounds both S to it, to nearest even, whenever they change; their roots are taken
 * in the precision of the numbers. A number takes a real's memory: this is about the arithmetic. */
#include "optim/kronecker.h"

enum { ADAM_SQUARE, OWN_SQUARE, SQUARES };

static void read(Optimizer *optimizer, Spelled *keys)
{
    optimizer_read_moments(optimizer, keys, 0.9, 0.99);
    optimizer->base.momentum = (real)optimizer->beta1;
    optimizer->base.share = (real)(1.0 - optimizer->beta1);
    optimizer->interval = spelled_int(keys, "interval", 1, 1, 1000000000);
    optimizer->is_grafted = spelled_bool(keys, "graft", false);
    optimizer->elements = spelled_real(keys, "adamw_rate", 1.0, 0.0, 1e9);
    kronecker_read_state(optimizer, keys);
    optimizer->is_unsteady = true;
    optimizer->update = UPDATE_ADAMW;
    optimizer->slots = 2;
}

/* ---- state: M, the means, the roots; Adam's two moments for grafting */

static int64_t matrix_state(const Optimizer *optimizer, const Run *run)
{
    int64_t whole = optimizer->is_grafted ? 3 : 1;
    return whole * optimizer_rounded(run->count) + 2 * kronecker_size(optimizer, run);
}

/* ---- one step */

static void take_roots(Optimizer *optimizer, const Scratch *scratch, Factors S, Factors roots)
{
    int order = kronecker_count(S);
    for (int axis = 0; axis < AXES; axis++)
        if (matrix_exists(S.axes[axis]))
            kronecker_root(optimizer->backend, S.axes[axis], (double)optimizer->base.epsilon,
                           -0.5 / order, kronecker_square(scratch, S.axes[axis].rows),
                           scratch->line, roots.axes[axis]);
}

/* D |Adam's direction| / |D|; `adam` is scratch, `moments` the two of Adam. */
static void graft(Optimizer *optimizer, const Run *run, real *moments, Matrix adam, Matrix D)
{
    Backend *backend = optimizer->backend;
    real *slot[UPDATE_SLOTS] = {moments, moments + optimizer_rounded(run->count)};
    backend->fill(backend, adam, 0);
    backend->update(backend, UPDATE_ADAM, &optimizer->constants[CONSTANTS_DIRECTION], 0, run->count,
                    optimizer->table->gradients + run->first, matrix_reals(adam), slot);
    backend->sum_squares(backend, adam, run->square + ADAM_SQUARE);
    backend->sum_squares(backend, D, run->square + OWN_SQUARE);
    backend->normalise(backend, run->square + OWN_SQUARE, D, D);
    backend->scale_by_norm(backend, run->square + ADAM_SQUARE, D, D);
}

static void matrix_step(Optimizer *optimizer, const Run *run)
{
    real *M = optimizer->state + run->state, *S_at = M + optimizer_rounded(run->count);
    real *roots_at = S_at + kronecker_size(optimizer, run);
    real *moments = roots_at + kronecker_size(optimizer, run);
    Factors S = kronecker_at(optimizer, S_at, run), roots = kronecker_at(optimizer, roots_at, run);
    Scratch scratch = kronecker_scratch(optimizer, run);
    kronecker_uncoupled(optimizer, &scratch, S);
    if (kronecker_is_due(optimizer)) take_roots(optimizer, &scratch, S, roots);
    kronecker_momentum(optimizer, run, M, scratch.direction);
    kronecker_precondition(optimizer->backend, roots, &scratch, scratch.direction, scratch.spare);
    if (optimizer->is_grafted) graft(optimizer, run, moments, scratch.direction, scratch.spare);
    kronecker_apply(optimizer, run, scratch.spare);
}

const OptimizerKind optimizer_shampoo = {
    .help = "Shampoo (Gupta et al. 2018), AdamW at adamw_rate times the rate for what is no "
            "matrix: beta1, beta2, epsilon, interval (steps from one eigendecomposition to the "
            "next), graft=1 (Adam's length), adamw_rate, state (float32, "
            "bfloat16: S); decay decoupled",
    .read = read,
    .matrix_state = matrix_state,
    .matrix_work = kronecker_scratch_size,
    .matrix_step = matrix_step,
    .squares = SQUARES,
};
