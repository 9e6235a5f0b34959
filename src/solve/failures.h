/* A search for failures of gradient descent from w = 0 on random separable sets.
 *
 * A set has two to four distinct rows in one or two dimensions, margins log-uniform in
 * [1e-3, 1] and multiplicities log-uniform in [1, 1000]; lambda is log-uniform in
 * [1e-6, 1e-2]. A failure is a run that ends in a cycle or diverges. */
#ifndef SOLVE_FAILURES_H
#define SOLVE_FAILURES_H

#include "base/rng.h"

typedef struct {
    int64_t tried_below, failed_below;     /* rates 0.5 and 0.99 min(1/lambda, critical) */
    int64_t tried_between, failed_between; /* where critical > 1.02/lambda: 0.99 critical */
} FailureCount;

FailureCount failures_count(int64_t sets, Rng rng);

#endif
