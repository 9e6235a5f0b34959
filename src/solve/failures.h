/* A search for failures of gradient descent from w = 0 on random separable sets.
 *
 * A set has two to four distinct rows in one or two dimensions, margins log-uniform in
 * [1e-3, 1] and multiplicities log-uniform in [1, 1000]; lambda is log-uniform in
 * [1e-6, 1e-2]. A failure is a run that ends in a cycle or diverges. */
#ifndef SOLVE_FAILURES_H
#define SOLVE_FAILURES_H

#include "base/rng.h"

/* The rates that are tried: shares of min(1/lambda, critical), then the recommended rate, then
 * 0.99 critical where that lies above 1.02/lambda. */
enum {
    FAILURES_SHARES = 5,
    FAILURES_RECOMMENDED = FAILURES_SHARES,
    FAILURES_BETWEEN,
    FAILURES_RATES
};
extern const double failures_share[FAILURES_SHARES];

typedef struct {
    int64_t tried[FAILURES_RATES], failed[FAILURES_RATES];
} FailureCount;

FailureCount failures_count(int64_t sets, Rng rng);

#endif
