/* Stochastic gradient descent on kernel regression with a power-law spectrum, exactly: the expected
 * risk under any schedule, no Monte Carlo (the toy of Li et al. 2025, arXiv 2509.19189).
 *
 * Features x ~ N(0, diag λ), λ_j = j^−b, targets with θ_j² = λ_j^(s−1) / j, label noise σ, batch 1,
 * loss ½ (residual)², from zero. The errors' second moments e_j = E[(w_j − θ_j)²] then close
 * (Isserlis):
 *     e_j ← e_j (1 − 2 η λ_j + 2 η² λ_j²) + η² λ_j (Σ_i λ_i e_i + σ²),   risk = ½ Σ λ_j e_j. */
#ifndef LAW_RECURSION_H
#define LAW_RECURSION_H

#include <stdint.h>

enum { RECURSION_MAX = 4096 };

typedef struct {
    int64_t dimension; /* M, up to RECURSION_MAX */
    double source;     /* s: how easy the target is */
    double capacity;   /* b: how fast the spectrum falls */
    double noise;      /* σ */
} Recursion;

/* risk[p] = the risk after step[p] updates with rate[0], rate[1], …; steps ascend, 0 is the start.
 * A diverging rate gives inf or NaN. O(last step x dimension) */
void recursion_risk(const Recursion *recursion, const double *rate, int64_t points,
                    const int64_t *step, double *risk);

/* The same with the noise of the labels: loss = risk + σ²/2 = ½ E (residual)². */
void recursion_loss(const Recursion *recursion, const double *rate, int64_t points,
                    const int64_t *step, double *loss);

#endif
