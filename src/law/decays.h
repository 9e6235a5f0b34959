/* Sums over all decays before a step, Σ_k (η_{k−1} − η_k) f(η_k, S_k(t), S1(k − 1)), in few terms.
 *
 * S_k(t) = S1(t) − S1(k − 1) is the area since decay k. A law that sums over decays is
 * quadratic in the steps; here blocks of decays that lie close together, seen from step t,
 * are replaced by two decays with the same total drop, mean, variance and skewness of
 * u = S1(k − 1) and the same covariance of u and ln η (Gauss's quadrature with two nodes). The
 * terms do not depend on a law's parameters, so a fit makes them once: O(log n) a step.
 *
 * A block stands for its decays where all have one sign, its width in u is at most
 * `opening` times its distance from t and from the start, and ln η varies by at most `opening`,
 * within opening²/8 of a straight line in u. Two nodes integrate
 * cubics exactly, so the error is of order opening⁴: over kernels of all widths and schedules of
 * all kinds it stays below 2e-4 opening⁴ Σ|drop| (test_law_decays), 1.3e-5 of the drops at
 * the default. Rates that jitter up and down leave no blocks: exact, but slow.
 * opening = 0: every decay is a term of its own. */
#ifndef LAW_DECAYS_H
#define LAW_DECAYS_H

#include "law/path.h"

#define DECAYS_OPENING 0.5

/* The blocks of all sizes; part of a path. O(decays). */
struct DecayTree *decays_tree(const LawPath *path);
void decays_tree_free(struct DecayTree *tree);

typedef struct {
    int64_t points;
    int64_t *first;     /* points + 1: the terms of point p are first[p] … first[p + 1] − 1 */
    double *drop;       /* weight of a term */
    double *log_rate;   /* ln η */
    double *log_since;  /* ln S_k(t) */
    double *log_before; /* ln S1(k − 1) */
} DecayTerms;

/* Terms at `points` ascending steps. decays_free() frees. */
DecayTerms *decays_create(const LawPath *path, int64_t points, const int64_t *step, double opening);
void decays_free(DecayTerms *terms);

#endif
