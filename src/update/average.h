/* Weights of averaged parameters along a trunk: what replaces a decay without training for it.
 *
 * Of a window of the last `window` updates the parameters after every `every`-th are taken,
 * window / every samples, the last update's among them. Sample number i of n, 1 the oldest, gets
 * the weight c_i ≥ 0, and Σ c_i = 1:
 *
 *   lawa  c_i = 1 / n                             Kaddour 2022: latest weight averaging
 *   ema   c_i ∝ decay^((n − i) every)             decay per update; cut off behind the window
 *   wsm   c_i = sqrt(i / n) − sqrt((i − 1) / n)   Tian et al. 2025 (arXiv 2507.17634)
 *
 * The last is a merge that stands for a 1-sqrt decay: an update between samples i − 1 and i reaches
 * the merge with the factor Σ_{j ≥ i} c_j = 1 − sqrt((i − 1) / n). (A merge for a linear decay is
 * lawa.) */
#ifndef UPDATE_AVERAGE_H
#define UPDATE_AVERAGE_H

#include <stdint.h>

typedef struct AverageKind AverageKind;

typedef struct {
    const AverageKind *kind; /* NULL: no average, the parameters themselves */
    int64_t window, every;   /* updates; window is a multiple of every */
    double decay;            /* ema: of a sample's weight, per update */
} Average;

/* Exit 2 with the list of names on an unknown one. */
const AverageKind *average_kind(const char *name);
const char *average_name(const Average *average);

int64_t average_samples(const Average *average);

/* c_i, i from 1 (the oldest) to average_samples(). */
double average_weight(const Average *average, int64_t i);

/* The number of the sample that is taken after `done` updates of a path of `total`, or 0. */
int64_t average_sample_at(const Average *average, int64_t done, int64_t total);

#endif
