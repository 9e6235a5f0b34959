/* L = L0 + A S1^−α + B N^−β − C N^γ S2 (arXiv 2408.11029, equation 7): the annealing law for
 * models of several sizes. The annealing term carries N^γ. Columns as in annealing.c. */
#include "law/kinds.h"
#include "law/private.h"

#include <assert.h>
#include <stdlib.h>

enum { L0, A, ALPHA, C, LAMBDA, B, BETA, GAMMA, COUNT };

static void prepare(LawFeatures *features)
{
    assert(features->path->size > 0.0);
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
    double log_size = log(features->path->size);
    double by_size = exp(-theta[BETA] * log_size), grown = exp(theta[GAMMA] * log_size);
    Annealing s2 = law_annealing_at(features, theta[LAMBDA]);
    LawDrop by = {theta[L0] + theta[B] * by_size, grown, s2.value, s2.slope};
    law_drop_value(features, theta, &by, loss, gradient, parts);
    for (int64_t p = 0; p < features->points && gradient; p++) {
        double *g = gradient + p * COUNT;
        g[B] = by_size;
        g[BETA] = -theta[B] * by_size * log_size;
        g[GAMMA] = -theta[C] * grown * s2.value[p] * log_size;
    }
    free(s2.owned);
}

const Law law_annealing_size = {
    .name = "annealing_size",
    .title = "Annealing law in size",
    .formula = "L0 + A S1^-alpha + B N^-beta - C N^gamma S2(lambda)",
    .source = "Tissue, Wang and Wang 2024, arXiv 2408.11029, equation 7",
    .count = COUNT,
    .parameter =
        {
            [L0] = {"L0", "loss", 0, INFINITY, .1, 2.1, 2, 1, .linear = true},
            [A] = {"A", "loss area^alpha", 0, INFINITY, 1, 22, 2, 1, .linear = true},
            [ALPHA] = {"alpha", "1", 0, 5, .2, .8, 3, 1, .scale = LAW_PLAIN},
            [C] = {"C", "loss per rate", 0, INFINITY, 1, 22, 2, 1, .linear = true, .gains = true},
            [LAMBDA] = {"lambda", "1 per step", 0, .99999, .999, .999, 1, 1, .scale = LAW_BELOW_ONE,
                        .fixed = true},
            [B] = {"B", "loss (1e6 parameters)^beta", 0, INFINITY, 1, 22, 2, 1, .linear = true},
            [BETA] = {"beta", "1", 0, 5, .1, .7, 3, 1, .scale = LAW_PLAIN},
            [GAMMA] = {"gamma", "1", -2, 2, 0, .2, 2, 1, .scale = LAW_PLAIN},
        },
    .sized = true,
    .prepare = prepare,
    .tune = tune,
    .value = value,
};
