/* How a method goes on when the loss, the batch or the coordinates change (Lin et al. 2024, arXiv
 * 2402.03496): two walks that theory says are the same walk, or are not.
 *
 * The problem: W (3 x 2, or a tensor 3 x 2 x 2) with the gradient loss (H W + N_t), H a fixed
 * linear map and N_t normal noise of the step, the same in all walks. In coordinates V (W = Aᵀ V B)
 * the optimizer is given V and A G Bᵀ. It computes in reals; all else is in double. */
#ifndef OPTIM_INVARIANCE_H
#define OPTIM_INVARIANCE_H

#include "optim/coordinates.h"
#include "optim/optimizer.h"

/* Brings the state before the first step, `state` on the host, into the coordinates. */
typedef void InvarianceTransport(const Optimizer *optimizer, const Coordinates *of, real *state);

/* The start 1 / batch of v: element (i, j) times (A_ii B_jj)². For stretched axes. */
InvarianceTransport transport_squares;
/* L = A⁻ᵀ, R = B⁻ᵀ of if_shampoo, and C⁻ᵀ on the third axis of a tensor. */
InvarianceTransport transport_factors;
/* S_L = A Aᵀ, S_R = B Bᵀ of rf_shampoo, with the roots of their inverses. */
InvarianceTransport transport_curvature;

typedef struct {
    const char *text; /* of the optimizer */
    double rate;
    double loss;                    /* the factor on the loss */
    const Coordinates *of;          /* NULL: W itself */
    InvarianceTransport *transport; /* NULL: the start stays what it is */
} InvarianceWalk;

typedef struct {
    const char *setting, *method; /* names for tables */
    bool holds;                   /* what theory says: the walks are the same */
    InvarianceWalk plain, changed;
} InvarianceLaw;

/* The laws of the methods here, and counterexamples beside them: where something is left behind,
 * or the method has no such law. */
extern const InvarianceLaw invariance_laws[];
extern const int invariance_law_count;

/* |W' − W| / |W| after each of `steps` steps, W' the changed walk's: difference[steps]. */
void invariance_differences(const InvarianceLaw *law, Backend *backend, int64_t steps,
                            double *difference);

/* Walks that are the same differ by no more than this in the end: the problem forgets, so that some
 * 20 roundings of the last steps remain, times ten for luck, and times 20 where conditions of about
 * 100 cost digits. In float 5e-4 to 1e-5, in double 1e-13. Other walks are apart by at least
 * INVARIANCE_APART. */
#define INVARIANCE_EQUAL (400 * (double)REAL_EPSILON)
#define INVARIANCE_APART 1e-2

#endif
