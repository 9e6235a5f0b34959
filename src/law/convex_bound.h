/* What convex theory says of a schedule, without a parameter to fit: the bound on the last iterate
 * of subgradient descent (Schaipp et al. 2025, arXiv 2501.18965, theorem 1; Defazio et al. 2023)
 *     Ω(T) = D²/(2 Σ η) + G² Σ η²/(2 Σ η)
 *          + G²/2 Σ_{k<T} η_k / Σ_{j>k} η_j · Σ_{j≥k} η_j² / Σ_{j≥k} η_j.
 * With η = g × shape it is D² T1 / g + G² T2 g: the best g is D/G √(T1/T2). */
#ifndef LAW_CONVEX_BOUND_H
#define LAW_CONVEX_BOUND_H

#include <stdint.h>

typedef struct {
    double distance; /* T1: Ω's term in D², for g = 1 */
    double noise;    /* T2: Ω's terms in G², for g = 1 */
} ConvexBound;

/* rate: `steps` positive rates. A rate of zero at the end is left out: it moves nothing. O(steps)
 */
ConvexBound convex_bound(int64_t steps, const double *rate);

/* Ω for D = G = 1 at η = g × rate, the best g, and Ω there. */
double convex_bound_at(ConvexBound bound, double g);
double convex_bound_best_rate(ConvexBound bound);
double convex_bound_best(ConvexBound bound);

#endif
