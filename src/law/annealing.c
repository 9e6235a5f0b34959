/* L = L0 + A S1^−α − C S2 (Tissue, Wang and Wang 2024, arXiv 2408.11029, equation 1).
 *
 * Column 0 holds ln S1, columns 1 and 2 S2 and its slope by λ, for the λ that the features
 * are tuned to; those of another are computed on the way, in one pass over the steps. */
#include "base/die.h"
#include "law/kinds.h"
#include "law/private.h"

#include <math.h>
#include <stdlib.h>

enum { L0, A, ALPHA, C, LAMBDA, COUNT };

static void prepare(LawFeatures *features)
{
    law_log_area(features, features->column[0]);
    features->tuned = NAN;
}

static void tune(LawFeatures *features, const double *theta)
{
    law_tune_annealing(features, theta[LAMBDA]);
}

static void value(const LawFeatures *features, const double *theta, double *loss, double *gradient,
                  double *parts)
{
    Annealing s2 = law_annealing_at(features, theta[LAMBDA]);
    LawDrop by = {theta[L0], 1.0, s2.value, s2.slope};
    law_drop_value(features, theta, &by, loss, gradient, parts);
    free(s2.owned);
}

const Law law_annealing = {
    .name = "annealing",
    .title = "Annealing law",
    .formula = "L0 + A S1^-alpha - C S2(lambda)",
    .source = "Tissue, Wang and Wang 2024, arXiv 2408.11029, equation 1",
    .count = COUNT,
    .parameter =
        {
            [L0] = {"L0", "loss", 0, INFINITY, .1, 2.1, 2, 1, .linear = true},
            [A] = {"A", "loss area^alpha", 0, INFINITY, 1, 22, 3, 1, .linear = true},
            [ALPHA] = {"alpha", "1", 0, 5, 0, .8, 3, 1, .scale = LAW_PLAIN},
            [C] = {"C", "loss per rate", 0, INFINITY, 1, 22, 3, 1, .linear = true, .gains = true},
            [LAMBDA] = {"lambda", "1 per step", 0, .99999, .999, .999, 1, 1, .scale = LAW_BELOW_ONE,
                        .fixed = true},
        },
    .prepare = prepare,
    .tune = tune,
    .value = value,
};
