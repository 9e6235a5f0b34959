/* The multi-power law (Luo et al. 2025, arXiv 2503.12811, equations 2 to 4):
 *     L = L0 + A S1^−α − B Σ_k (η_{k−1} − η_k) (1 − (1 + C η_k^−γ S_k)^−β)
 * with S1 counted from the first step, warm-up included (their S1 + S_W), and S_k the area since
 * decay k. Column 0 holds ln S1; the terms of the sum are law/decays.h's. */
#include "law/elementary.h"
#include "law/kinds.h"
#include "law/private.h"

enum { L0, A, ALPHA, B, C, BETA, GAMMA, COUNT };

static void prepare(LawFeatures *features)
{
    law_log_area(features, features->column[0]);
    features->terms =
        decays_create(features->path, features->points, features->step, DECAYS_OPENING);
}

/* The sum and its derivatives by ln C, β and γ. */
typedef struct {
    double sum, log_c, beta, gamma;
} Sums;

/* With y = C η^−γ S and P = (1 + y)^−β:
 * ∂P/∂ln C = −β P y / (1 + y), ∂P/∂β = −P ln(1 + y), ∂P/∂γ = β P y / (1 + y) ln η. */
static Sums sum_terms(const DecayTerms *terms, int64_t p, double log_c, double beta, double gamma)
{
    const double *drop = terms->drop, *log_rate = terms->log_rate, *log_since = terms->log_since;
    double sum = 0.0, by_log_c = 0.0, by_beta = 0.0, by_gamma = 0.0;
#pragma omp simd reduction(+ : sum, by_log_c, by_beta, by_gamma)
    for (int64_t i = terms->first[p]; i < terms->first[p + 1]; i++) {
        double y = elementary_exp(log_c + log_since[i] - gamma * log_rate[i]);
        double log_1y = elementary_ln(1.0 + y), power = elementary_exp(-beta * log_1y);
        double slope = drop[i] * beta * power * y / (1.0 + y);
        sum += drop[i] * (1.0 - power);
        by_log_c += slope;
        by_beta += drop[i] * power * log_1y;
        by_gamma -= slope * log_rate[i];
    }
    return (Sums){sum, by_log_c, by_beta, by_gamma};
}

static void value(const LawFeatures *features, const double *theta, double *loss, double *gradient,
                  double *parts)
{
    int64_t n = features->points;
    for (int64_t p = 0; p < n; p++) {
        double log_area = features->column[0][p], power = exp(-theta[ALPHA] * log_area);
        Sums s = sum_terms(features->terms, p, log(theta[C]), theta[BETA], theta[GAMMA]);
        double progress = theta[A] * power, annealing = theta[B] * s.sum;
        loss[p] = theta[L0] + progress - annealing;
        law_parts(parts, n, p, theta[L0], progress, annealing);
        if (!gradient) continue;
        double *g = gradient + p * COUNT;
        g[L0] = 1.0;
        g[A] = power;
        g[ALPHA] = -progress * log_area;
        g[B] = -s.sum;
        g[C] = -theta[B] * s.log_c / theta[C];
        g[BETA] = -theta[B] * s.beta;
        g[GAMMA] = -theta[B] * s.gamma;
    }
}

const Law law_multi_power = {
    .name = "multi_power",
    .title = "Multi-power law",
    .formula =
        "L0 + A S1^-alpha - B sum_k (rate_k-1 - rate_k) (1 - (1 + C rate_k^-gamma S_k)^-beta)",
    .source = "Luo et al. 2025, arXiv 2503.12811, equations 2 to 4",
    .count = COUNT,
    .parameter =
        {
            [L0] = {"L0", "loss", 0, INFINITY, .1, 2.1, 2, 1, .linear = true},
            [A] = {"A", "loss area^alpha", 0, INFINITY, .5, 1.5, 2, 1, .linear = true},
            [ALPHA] = {"alpha", "1", 0, 5, .3, .7, 2, 1, .scale = LAW_PLAIN},
            [B] = {"B", "loss per rate", 0, INFINITY, 100, 1000, 2, 100, .linear = true,
                   .gains = true},
            [C] = {"C", "area^-1 rate^gamma", 1e-3, 1e3, .3, 3, 2, 1, .scale = LAW_LOG},
            [BETA] = {"beta", "1", .05, 1, .3, .8, 2, 1, .scale = LAW_PLAIN},
            [GAMMA] = {"gamma", "1", 0, 1, .3, .8, 2, 1, .scale = LAW_PLAIN},
        },
    .blocks = true,
    .prepare = prepare,
    .value = value,
};
