/* What every law takes from a schedule: its area and its decays. */
#ifndef LAW_PATH_H
#define LAW_PATH_H

#include "law/run.h"

#include <stdbool.h>

/* A step whose rate differs from the one before: rate[step − 1] − rate[step] = drop, below zero
 * where the rate rises. Stretches of equal rates hold none: they cost nothing, exactly. */
#define PATH_FLOOR 1e-9

typedef struct {
    int64_t step;
    double drop;
    double log_rate; /* ln rate[step]; a rate below PATH_FLOOR of the peak counts as that */
    double before;   /* S1(step − 1) */
} LawDecay;

typedef struct {
    int64_t steps;
    double peak;
    double *rate;        /* steps, by the run's convention of the warm-up */
    double *area;        /* steps: S1(s) */
    int64_t first_decay; /* no decay is counted at this step or before */
    int64_t decays;
    LawDecay *decay;        /* in the order of steps */
    struct DecayTree *tree; /* of law/decays.h: blocks of decays */
    double size;
} LawPath;

/* Does not keep the run. path_free() frees. */
LawPath *path_create(const LawRun *run);
void path_free(LawPath *path);

/* S2(s) = Σ_{i ≤ s} m_i, m_i = λ m_{i−1} + (rate[i−1] − rate[i]) (arXiv 2408.11029, equation 5) at
 * `points` ascending steps, and its derivative by λ, where wanted (else NULL). O(last step). */
void path_annealing(const LawPath *path, double lambda, int64_t points, const int64_t *step,
                    double *s2, double *slope);

/* The λ that remembers 1 / (1 − λ) = `steps` steps. The law's authors: 1000 of their 20,000. */
static inline double path_lambda(double steps) { return 1.0 - 1.0 / steps; }

#endif
