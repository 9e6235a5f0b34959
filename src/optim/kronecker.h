/* Preconditioners that are Kronecker products: one factor for each axis of a tensor.
 *
 * Private to the optimizers. The factors of a tensor G are squares of the lengths of its axes: a
 * pair (L, R) for a matrix (rows x cols). An axis of length 1 has no factor (data is NULL), so a
 * vector has one, of its own length. The factors of one kind stand in state or scratch behind one
 * another; axes[0] is that of the slowest axis: L. */
#ifndef OPTIM_KRONECKER_H
#define OPTIM_KRONECKER_H

#include "optim/optimizer_kinds.h"

enum { AXES = PARAMETER_AXES };

typedef struct {
    Matrix axes[AXES];
} Factors;

/* Reals that a tensor's factors take; those that begin at `memory`. Of an n x n factor n x b are
 * kept, b the shorter of n and the optimizer's block: all, but for classes of factor_class.h. */
int64_t kronecker_size(const Optimizer *optimizer, const Run *run);
Factors kronecker_at(const Optimizer *optimizer, real *memory, const Run *run);

/* How many factors there are. */
int kronecker_count(Factors factors);

/* All factors become scale times the unit matrix. */
void kronecker_start(Backend *backend, Factors factors, double scale);

/* The diagonal of a square as a column. */
Matrix kronecker_diagonal(Matrix A);

/* Whether this step makes new factors: steps 1, 1 + interval, 1 + 2 interval … */
bool kronecker_is_due(const Optimizer *optimizer);

/* Where a run's scratch lies: matrices of its shape and a square, each apart. */
typedef struct {
    const Run *run;
    Matrix gradient;                       /* clipped; the table's own where nothing is clipped */
    Matrix spare, half, middle, direction; /* spare: the clipped gradient's place */
    Matrix unfolded, product;              /* where there are axes between the first and the last */
    Matrix line;                           /* 1 x the longest axis */
    real *square;                          /* see kronecker_square() */
    real *narrow;                          /* for kronecker_round(); NULL: nothing is rounded */
    bool rounds_products;
} Scratch;

int64_t kronecker_scratch_size(const Optimizer *optimizer, const Run *run);
Scratch kronecker_scratch(Optimizer *optimizer, const Run *run);

/* n x n of the scratch, n the length of an axis; there is one such place. */
Matrix kronecker_square(const Scratch *scratch, int64_t n);

/* The length of the longest axis. */
int64_t kronecker_longest(const Run *run);

/* The key state: float32, or bfloat16 in the memory of reals (rules_update.h says why); a product
 * with a factor of two bytes would first widen it into scratch of its own size. */
void kronecker_read_state(Optimizer *optimizer, Spelled *keys);

/* A rounded to bfloat16, to nearest even, where the optimizer's state is. */
void kronecker_round(Backend *backend, const Scratch *scratch, Matrix A);
void kronecker_round_all(Backend *backend, const Scratch *scratch, Factors factors);

/* ---- products: kronecker_products.c */

/* The tensor X (contiguous, of the run's shape) as a matrix whose rows (*lines is PLAIN) or columns
 * (TRANSPOSED) are counted by the axis: X itself for the first and the last axis, for one in
 * between the scratch's `unfolded`. Its gram() by *lines is mat(X) mat(X)ᵀ, mat the unfolding. */
Matrix kronecker_unfold(Backend *backend, int axis, const Scratch *scratch, Matrix X,
                        Transpose *lines);

/* Y = X times op(K) on each axis that has a factor K: op(L) X op(R)ᵀ for a matrix. Y is another
 * matrix than X, and neither is the scratch's half. */
void kronecker_multiply(Backend *backend, Factors factors, Transpose op, const Scratch *scratch,
                        Matrix X, Matrix Y);

/* Y = X times K Kᵀ on each axis: L Lᵀ X R Rᵀ, where these are what the factors are roots of. Takes
 * the scratch's square, half and middle; neither X nor Y is one of them. */
void kronecker_precondition(Backend *backend, Factors roots, const Scratch *scratch, Matrix X,
                            Matrix Y);

/* T with T Tᵀ = (S + shift)^power, by eigenvectors: T = Q (w + shift)^(power / 2). Q, line: scratch
 * of S's size and of its length. */
void kronecker_root(Backend *backend, Matrix S, double shift, double power, Matrix Q, Matrix line,
                    Matrix T);

/* ---- statistics of gradients */

/* All S from the others' inverses, S⁻¹ = T Tᵀ (n: the lengths of the other axes multiplied; 1, and
 * no inverse, for a vector): S_L ← beta2 S_L + (1 − beta2) batch / n G S_R⁻¹ Gᵀ, and so for R.
 * Where the Gaussian that fits the gradients best has the covariance S_L x S_R, this stands still.
 */
void kronecker_coupled(Optimizer *optimizer, Factors inverse_roots, const Scratch *scratch,
                       Factors S);

/* Shampoo's own: S_L ← beta2 S_L + (1 − beta2) G Gᵀ, S_R ← beta2 S_R + (1 − beta2) Gᵀ G. */
void kronecker_uncoupled(Optimizer *optimizer, const Scratch *scratch, Factors S);

/* What remains of a step: heavy ball and decay on a direction (momentum m ← momentum m + D + decay
 * x), or the direction itself with decoupled decay. */
void kronecker_apply_ball(Optimizer *optimizer, const Run *run, Matrix D, real *m);
void kronecker_apply(Optimizer *optimizer, const Run *run, Matrix D);

/* M ← momentum M + share G, and a copy of it in `into`: momentum before preconditioning. */
void kronecker_momentum(Optimizer *optimizer, const Run *run, real *m, Matrix into);

#endif
