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
    int64_t n = features->points;
    for (int64_t p = 0; p < n; p++) {
        double log_area = features->column[0][p], power = exp(-theta[ALPHA] * log_area);
        double progress = theta[A] * power, annealing = theta[B] * features->column[1][p];
        loss[p] = theta[L0] + progress - annealing;
        law_parts(parts, n, p, theta[L0], progress, annealing);
        if (!gradient) continue;
        double *g = gradient + p * COUNT;
        g[L0] = 1.0;
        g[A] = power;
        g[ALPHA] = -progress * log_area;
        g[B] = -features->column[1][p];
    }
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
            [B] = {"B", "loss per rate", 0, INFINITY, 100, 1000, 2, 100, .linear = true},
        },
    .prepare = prepare,
    .value = value,
};
