/* KL-Shampoo (Lin et al. 2025, arXiv 2509.03378): the covariance S_L x S_R of best fit to the
 * gradients in the Kullback-Leibler divergence, with the root that rf_shampoo leaves out.
 *
 *   S_L ← beta2 S_L + (1 − beta2) / cols G S_R⁻¹ Gᵀ;  S_R ← beta2 S_R + (1 − beta2) / rows Gᵀ S_L⁻¹
 * G M ← beta1 M + (1 − beta1) G;  x ← x − rate (S_L^(−1/2) M S_R^(−1/2) + decay x)
 *
 * Both S start at `start` times 1, and epsilon is added to their eigenvalues. Here the inverses are
 * those of the last full eigendecomposition, every `interval` steps; the authors' code refines
 * eigenvalues in a basis that is turned by one QR step now and then. AdamW at adamw_rate times the
 * rate for what is no matrix. state=bfloat16: see shampoo. */
#include "optim/kronecker.h"

#include <math.h>

static void read(Optimizer *optimizer, Spelled *keys)
{
    optimizer_read_moments(optimizer, keys, 0.9, 0.99);
    optimizer->base.momentum = (real)optimizer->beta1;
    optimizer->base.share = (real)(1.0 - optimizer->beta1);
    optimizer->base.batch = 1;
    optimizer->initial = spelled_real(keys, "start", 0.1, 1e-30, 1e30);
    optimizer->interval = spelled_int(keys, "interval", 1, 1, 1000000000);
    optimizer->elements = spelled_real(keys, "adamw_rate", 1.0, 0.0, 1e9);
    kronecker_read_state(optimizer, keys);
    optimizer->is_unsteady = true;
    optimizer->update = UPDATE_ADAMW;
    optimizer->slots = 2;
}

/* ---- state: M, both S, T of S⁻¹ = T Tᵀ, R of S^(−1/2) = R Rᵀ */

enum { PAIRS = 3 };

static int64_t matrix_state(const Optimizer *optimizer, const Run *run)
{
    return optimizer_rounded(run->count) + PAIRS * kronecker_size(optimizer, run);
}

static Factors pair_of(const Optimizer *optimizer, const Run *run, int pair)
{
    real *memory = optimizer->state + run->state + optimizer_rounded(run->count);
    return kronecker_at(optimizer, memory + pair * kronecker_size(optimizer, run), run);
}

static void matrix_start(Optimizer *optimizer, const Run *run)
{
    double start = optimizer->initial; /* R is made in the first step */
    kronecker_start(optimizer->backend, pair_of(optimizer, run, 0), start);
    kronecker_start(optimizer->backend, pair_of(optimizer, run, 1), 1.0 / sqrt(start));
}

/* ---- one step */

/* T and R of one axis from the same eigenvectors. */
static void take_roots(Optimizer *optimizer, const Scratch *scratch, Matrix S, Matrix T, Matrix R)
{
    Backend *backend = optimizer->backend;
    Matrix Q = kronecker_square(scratch, S.rows), w = matrix_columns(scratch->line, 0, S.rows);
    backend->eigen(backend, S, Q, w);
    backend->scale_columns(backend, Q, w, optimizer->base.epsilon, (real)-0.5, T);
    backend->scale_columns(backend, Q, w, optimizer->base.epsilon, (real)-0.25, R);
}

static void matrix_step(Optimizer *optimizer, const Run *run)
{
    Factors S = pair_of(optimizer, run, 0), T = pair_of(optimizer, run, 1);
    Factors R = pair_of(optimizer, run, 2);
    Scratch scratch = kronecker_scratch(optimizer, run);
    kronecker_coupled(optimizer, T, &scratch, S);
    for (int axis = 0; axis < AXES && kronecker_is_due(optimizer); axis++)
        if (matrix_exists(S.axes[axis]))
            take_roots(optimizer, &scratch, S.axes[axis], T.axes[axis], R.axes[axis]);
    kronecker_momentum(optimizer, run, optimizer->state + run->state, scratch.direction);
    kronecker_precondition(optimizer->backend, R, &scratch, scratch.direction, scratch.spare);
    kronecker_apply(optimizer, run, scratch.spare);
}

const OptimizerKind optimizer_kl_shampoo = {
    .help = "KL-Shampoo (Lin et al. 2025), AdamW at adamw_rate times the rate for what is no "
            "matrix: beta1, beta2, epsilon, start, interval (steps from one eigendecomposition to "
            "the next), adamw_rate, state (float32, bfloat16: S); decay decoupled",
    .read = read,
    .matrix_state = matrix_state,
    .matrix_work = kronecker_scratch_size,
    .matrix_step = matrix_step,
    .matrix_start = matrix_start,
};
