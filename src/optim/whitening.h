/* The curvature that a matrix method without root finds (Lin et al. 2024, arXiv 2402.03496): where
 * gradients are normal with the covariance U x V / batch, its S_L x S_R stands still at U x V.
 *
 * The gradients are A X Bᵀ / sqrt(batch) with sheared A and B, X normal, 3 x 2, drawn anew each
 * step; the rate is 0. U = A Aᵀ, V = B Bᵀ. */
#ifndef OPTIM_WHITENING_H
#define OPTIM_WHITENING_H

#include "optim/optimizer.h"

typedef struct {
    const char *text;    /* of the optimizer: if_shampoo (S⁻¹ = L Lᵀ) or rf_shampoo */
    double batch;        /* as in the text */
    int64_t burn, steps; /* steps that are left out at first, and those that count */
} Whitening;

/* |mean of S_L x S_R over the steps − U x V| / |U x V|, Frobenius norms. About 1 − beta2 at its
 * best: S fluctuates, and products of what fluctuates are off by the square. */
double whitening_error(const Whitening *whitening, Backend *backend);

#endif
