/* Is a data set separable? Certificates along the path of regularised minimisers.
 *
 * At any w the slopes of the losses make a convex combination of the rows, sum p_i a_i with
 * p_i ~ weight_i sigma(-a_i·w), of length |∇L(w)| / mean(sigma): an upper bound of the margin.
 * The smallest margin of w over |w| is a lower one. As lambda falls one of the two decides:
 * minimisers of separable data end up separating them (Rosset et al. 2004), all others
 * converge and ∇L vanishes. A few Newton steps, where the nearest-point
 * algorithm of objective/margin.h may need thousands of passes; but the bounds
 * that it leaves are wider. */
#ifndef SOLVE_SEPARABILITY_H
#define SOLVE_SEPARABILITY_H

#include "objective/margin.h"

/* Starts from the minimiser at lambda. MARGIN_UNDECIDED where doubles cannot tell. */
Margin separability_by_path(const Design *design, double lambda, const double *minimiser);

/* The same, then the nearest-point algorithm with at most so many passes where the data are
 * not certainly inseparable: the better of each bound. */
Margin separability_find(const Design *design, double lambda, const double *minimiser,
                         int64_t passes);

#endif
