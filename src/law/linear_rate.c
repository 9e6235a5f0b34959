/* L = L0 + A S1^−α − B (η_peak − η): the loss follows the rate at once (the λ = 0 case of the
 * annealing law; "LLDL" in Luo et al. 2025, appendix). Column 0 holds ln S1, column 1 the total
 * drop. */
#include "law/kinds.h"
#include "law/private.h"

enum { L0, A, ALPHA, B, COUNT };

static void prepare(LawFeatures *features)
{
    const LawPath *path = features->path;
    law_log_area(features, features->column[0]);
    for (int64_t p = 0; p < features->points; p++) {
        int64_t s = features->step[p];
        bool annealing = s > path->first_decay;
        features->column[1][p] = annealing ? path->rate[path->first_decay] - path->rate[s] : 0.0;
    }
}

static void value(const LawFeatures *features, const double *theta, double *loss, double *gradient,
                  double *parts)
{
    LawDrop by = {theta[L0], 1.0, features->column[1], NULL};
    law_drop_value(features, theta, &by, loss, gradient, parts);
}

const Law law_linear_rate = {
    .name = "linear_rate",
    .title = "Linear in the rate",
    .formula = "L0 + A S1^-alpha - B (rate_0 - rate)",
    .source = "Luo et al. 2025, arXiv 2503.12811, appendix (LLDL)",
    .count = COUNT,
    .parameter =
        {
            [L0] = {"L0", "loss", 0, INFINITY, .1, 2.1, 2, 1, .linear = true},
            [A] = {"A", "loss area^alpha", 0, INFINITY, .5, 1.5, 2, 1, .linear = true},
            [ALPHA] = {"alpha", "1", 0, 5, .2, .8, 3, 1, .scale = LAW_PLAIN},
            [B] = {"B", "loss per rate", 0, INFINITY, 100, 1000, 2, 100, .linear = true,
                   .gains = true},
        },
    .prepare = prepare,
    .value = value,
};
