/* S2 of a schedule's points for every λ, from a table: what makes a fit of λ cost O(points) an
 * evaluation instead of O(steps).
 *
 * In z = −ln(1 − λ), the logarithm of the remembered steps, S2 is smooth on the scale of 1. Between
 * MEMORY_NODES values of z, h apart, it is the cubic with the exact S2 and dS2/dz at both ends,
 * so that its error is at most h⁴/384 max |d⁴S2/dz⁴|: h = 0.25, and for every kind of schedule
 * below 3e-5 of the largest S2 (test_forecast), some 1e-6 of the loss. */
#ifndef LAW_MEMORIES_H
#define LAW_MEMORIES_H

#include "law/path.h"

enum { MEMORY_NODES = 48 };
#define MEMORY_LONGEST 11.55 /* beyond ln of the 1e5 steps that λ ≤ 0.99999 remembers */

typedef struct {
    int64_t points;
    double *value, *slope; /* MEMORY_NODES x points: S2 and dS2/dz */
} Memories;

/* O(MEMORY_NODES x last step), in parallel. memories_free() frees. */
Memories *memories_create(const LawPath *path, int64_t points, const int64_t *step);
void memories_free(Memories *memories);

/* S2 and dS2/dλ at λ in [0, 0.99999]: points each. */
void memories_at(const Memories *memories, double lambda, double *s2, double *slope);

#endif
