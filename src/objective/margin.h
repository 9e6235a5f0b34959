/* Is a data set linearly separable, and with what margin?
 *
 * The largest margin gamma = max_{|w|=1} min_i a_i·w is the distance from the
 * origin to the convex hull of the rows (duality). Wolfe's nearest-point
 * algorithm (1976) finds that point with two certificates: a direction whose
 * smallest margin is a lower bound, and a convex combination of rows whose
 * length is an upper bound (0: not separable, and the combination proves it). */
#ifndef OBJECTIVE_MARGIN_H
#define OBJECTIVE_MARGIN_H

#include "compute/design.h"

typedef enum { MARGIN_SEPARABLE, MARGIN_INSEPARABLE, MARGIN_UNDECIDED } MarginVerdict;

typedef struct {
    MarginVerdict verdict;
    double low, high; /* low <= gamma <= high; low > 0 proves separability */
    int64_t iterations;
    int64_t support; /* rows in the certificate */
} Margin;

/* direction (cols, may be NULL) gets the unit vector of the best margin. Stops when
 * high - low <= tolerance * high, or after `iterations` passes over the data (UNDECIDED
 * when no certificate was found by then). */
Margin margin_find(const Design *design, double tolerance, int64_t iterations, double *direction);

#endif
