/* What an optimizer has learnt about the curvature: batch v over all trained numbers, v the running
 * mean square of their gradients (Lin et al. 2024, arXiv 2402.03496: with the factor `batch`, 1
 * where a kind has no such key, it estimates the curvature of the mean loss).
 *
 * v is as the state holds it: not corrected for its start. Only numbers of parameters count, not
 * the zeros between them. Kinds without a mean square, and those that treat matrices apart, have
 * none. */
#ifndef OPTIM_OBSERVE_H
#define OPTIM_OBSERVE_H

#include "optim/optimizer.h"

typedef struct {
    int64_t count;            /* numbers with a mean square; 0: none, and NaN in what follows */
    double low, median, high; /* of batch v, deciles 1, 5 and 9; a NaN counts as infinite */
    double moved;             /* share of them whose v is not where it started, to the bit */
} ObservedCurvature;

/* Bins of equal width in log10 of batch v, from `low` to `high`: bin k begins at low + k (high −
 * low) / count. What lies below (0 as well) is in the first, what lies above (NaN) in the last. */
typedef struct {
    double low, high;
    int64_t count;
} CurvatureBins;

/* One download of the state, between two steps. share: bins->count of them, summing to 1 (NaN where
 * there is none); both may be NULL. */
ObservedCurvature optimizer_observe(const Optimizer *optimizer, const CurvatureBins *bins,
                                    double *share);

/* Whether this kind has a mean square of its gradients. */
bool optimizer_is_observable(const Optimizer *optimizer);

#endif
