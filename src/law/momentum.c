/* The forward-momentum law: L = L0 + A S^−a − C M, where M adds up Adam-like normalised averages
 * of the drops of the rate, step by step (the authors' published code; their arXiv 2512.13705):
 *     d = η_{i−1} − η_i,  m ← .9 m + .1 d,  v ← .999 v + .001 d²,
 *     M ← M + m̂ / (√(1e5 v̂ + 1e−8) + 1e−8),  m̂ = m / (1 − .9^i),  v̂ = v / (1 − .999^i).
 * Not invariant under the unit of the rate: at usual rates and steps of one the 1e-8 under the
 * root is the larger part, and M is near 1e4 (η_0 − η). Fitted to losses, not logarithms.
 * Column 0 holds ln S1, column 1 M. */
#include "law/kinds.h"
#include "law/private.h"

enum { L0, A, POWER, C, COUNT };

static void prepare(LawFeatures *features)
{
    const LawPath *path = features->path;
    double m = 0.0, v = 0.0, decay1 = 1.0, decay2 = 1.0, sum = 0.0;
    int64_t s = path->first_decay;
    law_log_area(features, features->column[0]);
    for (int64_t p = 0; p < features->points; p++) {
        while (s < features->step[p]) {
            s++;
            double d = path->rate[s - 1] - path->rate[s];
            m = .9 * m + .1 * d;
            v = .999 * v + .001 * d * d;
            decay1 *= .9, decay2 *= .999;
            sum += m / (1.0 - decay1) / (sqrt(1e5 * v / (1.0 - decay2) + 1e-8) + 1e-8);
        }
        features->column[1][p] = sum;
    }
}

static void value(const LawFeatures *features, const double *theta, double *loss, double *gradient,
                  double *parts)
{
    LawDrop by = {theta[L0], 1.0, features->column[1], NULL};
    law_drop_value(features, theta, &by, loss, gradient, parts);
}

const Law law_momentum = {
    .name = "momentum",
    .title = "Forward-momentum law",
    .formula = "L0 + A S1^-a - C M",
    .source = "arXiv 2512.13705, by the authors' published code",
    .count = COUNT,
    .parameter =
        {
            [L0] = {"L0", "loss", 1.1, 8, 1.1, 3.1, 2, 1, .linear = true},
            [A] = {"A", "loss area^a", 1e-3, 10, .5, 5, 2, 1, .linear = true},
            [POWER] = {"a", "1", .1, 10, .2, .8, 3, 1, .scale = LAW_PLAIN},
            [C] = {"C", "loss", 0, 10, .01, 1, 2, .1, .linear = true, .gains = true},
        },
    .raw = true,
    .prepare = prepare,
    .value = value,
};
