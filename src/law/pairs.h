/* Schedules that the annealing law cannot tell apart: equal S1 and S2 at the end, unlike shapes.
 *
 * A staircase holds `first` for its updates 1 … begin[0], then two levels, the second from update
 * begin[1] + 1 on. Both sums are linear in the rates,
 *     S1 = Σ_{i ≤ T} η_i,   S2 = Σ_k (η_{k−1} − η_k) (1 − λ^(T−k+1)) / (1 − λ),
 * so that two levels are solved for two sums: a schedule's end is met exactly, up to rounding. */
#ifndef LAW_PAIRS_H
#define LAW_PAIRS_H

#include "law/path.h"

typedef struct {
    int64_t begin[2]; /* 0 ≤ begin[0] < begin[1] < T */
    double level[3];  /* level[0] is the schedule's rate at step 0 */
} Staircase;

/* The staircase with S1 and S2 of `path` at its last step T. False where a level would lie
 * below 0: then there is no such pair with these steps. */
bool pairs_staircase(const LawPath *path, double lambda, int64_t first_step, int64_t second_step,
                     Staircase *stairs);

#endif
