/* The running mean square of rf_rmsprop alone: does it find the mean square of its gradients, in
 * this precision and in so many steps? (Root-free methods start it at 1 / batch; in bfloat16 it
 * cannot fall where 1 − beta2 is below 2^-9.)
 *
 * Gradients are normal and drawn anew each step; the rate is 0, so nothing is trained. */
#ifndef OPTIM_STALL_H
#define OPTIM_STALL_H

#include "optim/observe.h"

typedef struct {
    const char *state; /* of rf_rmsprop: float32, bfloat16, stochastic, frozen */
    double batch;
    double truth;  /* batch E g² */
    double forget; /* 1 − beta2 */
    int64_t numbers, steps;
    uint64_t seed;
} Stall;

/* Of batch v after the steps. */
ObservedCurvature stall_measure(const Stall *stall, Backend *backend);

/* What exact arithmetic would give on average, the start of 1 included:
 * beta2^steps + (1 − beta2^steps) truth. */
double stall_expected(const Stall *stall);

#endif
