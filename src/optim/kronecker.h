/* Preconditioners that are Kronecker products: one factor for each side of a matrix.
 *
 * Private to the optimizers. A factor pair (L, R) of a matrix G (rows x cols) are squares of rows
 * and of cols; a side of length 1 has no factor (data is NULL), so a vector has one, of its own
 * length. Pairs stand in state or scratch behind one another; sides[0] is L, sides[1] is R. */
#ifndef OPTIM_KRONECKER_H
#define OPTIM_KRONECKER_H

#include "optim/optimizer_kinds.h"

enum { SIDES = 2 };

typedef struct {
    Matrix sides[SIDES];
} Factors;

/* Reals that a pair takes; the pair that begins at `memory`. */
int64_t kronecker_size(int64_t rows, int64_t cols);
Factors kronecker_at(real *memory, const Run *run);

/* Both factors become scale times the unit matrix. */
void kronecker_start(Backend *backend, Factors factors, double scale);

/* The diagonal of a square as a column. */
Matrix kronecker_diagonal(Matrix A);

/* Whether this step makes new factors: steps 1, 1 + interval, 1 + 2 interval … */
bool kronecker_is_due(const Optimizer *optimizer);

/* Where a run's scratch lies: matrices of its shape and a pair of factors, each apart. */
typedef struct {
    Matrix gradient;                       /* clipped; the table's own where nothing is clipped */
    Matrix spare, half, middle, direction; /* spare: the clipped gradient's place */
    Factors squares;
    Matrix line, number; /* 1 x the longer side, 1 x 1 */
    real *narrow;        /* for kronecker_round(); NULL: nothing is rounded */
    bool rounds_products;
} Scratch;

int64_t kronecker_scratch_size(const Optimizer *optimizer, int64_t rows, int64_t cols);
Scratch kronecker_scratch(Optimizer *optimizer, const Run *run);

/* The key state: float32, or bfloat16 in the memory of reals. */
void kronecker_read_state(Optimizer *optimizer, Spelled *keys);

/* A rounded to bfloat16, to nearest even, where the optimizer's state is. */
void kronecker_round(Backend *backend, const Scratch *scratch, Matrix A);
void kronecker_round_both(Backend *backend, const Scratch *scratch, Factors factors);

/* Y = op(L) X op(R); Y is another matrix than X, and neither is the scratch's half. */
void kronecker_multiply(Backend *backend, Factors factors, Transpose left, Transpose right,
                        const Scratch *scratch, Matrix X, Matrix Y);

/* Y = L Lᵀ X R Rᵀ, where L Lᵀ and R Rᵀ are what the factors are roots of. Takes the scratch's
 * squares, half and middle; neither X nor Y is one of them. */
void kronecker_precondition(Backend *backend, Factors roots, const Scratch *scratch, Matrix X,
                            Matrix Y);

/* T with T Tᵀ = (S + shift)^power, by eigenvectors: T = Q (w + shift)^(power / 2). Q, line: scratch
 * of S's size and of its length. */
void kronecker_root(Backend *backend, Matrix S, double shift, double power, Matrix Q, Matrix line,
                    Matrix T);

/* Both S of a pair from the other's inverse, S⁻¹ = T Tᵀ (n: the length of the other side; 1, and no
 * inverse, for a vector): S_L ← beta2 S_L + (1 − beta2) batch / cols G S_R⁻¹ Gᵀ, and so for R.
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
