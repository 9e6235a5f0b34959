/* SOAP (Vyas et al. 2024, arXiv 2409.11321): Adam in the eigenbasis of Shampoo's means.
 *
 *   G' = Q_Lᵀ G Q_R; Adam's moments m, v of G' and its direction D'; x ← x − rate (Q_L D' Q_Rᵀ +
 *   decay x);  then S_L ← beta2 S_L + (1 − beta2) G Gᵀ, S_R likewise, and every `interval` steps
 *   the columns of Q become the eigenvectors of S, in ascending order, and m is turned with them
 *
 * (v is not). The first step only makes the basis, as in the authors' code: in the basis of its own
 * gradient, G' would be diagonal and D' the sign of rounding errors beside it. There the basis is
 * refined by one QR step; here it is found anew. AdamW at adamw_rate times the rate for what is no
 * matrix. */
#include "optim/kronecker.h"

static void read(Optimizer *optimizer, Spelled *keys)
{
    optimizer_read_moments(optimizer, keys, 0.95, 0.95);
    optimizer->interval = spelled_int(keys, "interval", 10, 1, 1000000000);
    optimizer->elements = spelled_real(keys, "adamw_rate", 1.0, 0.0, 1e9);
    optimizer->is_unsteady = true;
    optimizer->is_late = true;
    optimizer->update = UPDATE_ADAMW;
    optimizer->slots = 2;
}

/* ---- state: m and v in the basis, both S, both Q */

static int64_t matrix_state(const Optimizer *optimizer, const Run *run)
{
    return 2 * optimizer_rounded(run->count) + 2 * kronecker_size(optimizer, run);
}

/* ---- one step */

static void move(Optimizer *optimizer, const Run *run, const Scratch *scratch, Factors Q,
                 real *slot[UPDATE_SLOTS])
{
    Backend *backend = optimizer->backend;
    Matrix turned = scratch->middle, D = scratch->direction;
    StepConstants *constants = &optimizer->constants[CONSTANTS_DIRECTION]; /* they clip */
    Matrix G = matrix_of(optimizer->table->gradients + run->first, run->rows, run->cols);
    kronecker_multiply(backend, Q, TRANSPOSED, scratch, G, turned);
    backend->fill(backend, D, 0);
    backend->update(backend, UPDATE_ADAM, constants, 0, run->count, matrix_reals(turned),
                    matrix_reals(D), slot);
    kronecker_multiply(backend, Q, PLAIN, scratch, D, turned);
    kronecker_apply(optimizer, run, turned);
}

static void turn(Optimizer *optimizer, const Scratch *scratch, Factors S, Factors Q, Matrix m)
{
    Backend *backend = optimizer->backend;
    bool is_first = optimizer->steps_done == 1; /* m and Q are 0 */
    if (!is_first) kronecker_multiply(backend, Q, PLAIN, scratch, m, scratch->middle);
    for (int axis = 0; axis < AXES; axis++) {
        Matrix A = S.axes[axis];
        if (!matrix_exists(A)) continue;
        backend->eigen(backend, A, Q.axes[axis], matrix_columns(scratch->line, 0, A.rows));
    }
    if (!is_first) kronecker_multiply(backend, Q, TRANSPOSED, scratch, scratch->middle, m);
}

static void matrix_step(Optimizer *optimizer, const Run *run)
{
    int64_t size = optimizer_rounded(run->count);
    real *m = optimizer->state + run->state, *memory = m + 2 * size;
    Factors S = kronecker_at(optimizer, memory, run);
    Factors Q = kronecker_at(optimizer, memory + kronecker_size(optimizer, run), run);
    Scratch scratch = kronecker_scratch(optimizer, run);
    if (optimizer->steps_done > 1)
        move(optimizer, run, &scratch, Q, (real *[UPDATE_SLOTS]){m, m + size});
    kronecker_uncoupled(optimizer, &scratch, S);
    if (kronecker_is_due(optimizer))
        turn(optimizer, &scratch, S, Q, matrix_of(m, run->rows, run->cols));
}

const OptimizerKind optimizer_soap = {
    .help = "SOAP: Adam in Shampoo's eigenbasis (Vyas et al. 2024), AdamW at adamw_rate times the "
            "rate for what is no matrix: beta1, beta2, epsilon, interval (steps from one basis to "
            "the next), adamw_rate; decay decoupled",
    .read = read,
    .matrix_state = matrix_state,
    .matrix_work = kronecker_scratch_size,
    .matrix_step = matrix_step,
};
