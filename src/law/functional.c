/* The functional scaling law's ansatz for language models (Li et al. 2025, arXiv 2509.19189):
 *     L = L0 + c1 T^−s − c2 Σ_i (η_{i−1} − η_i) (c3 + T_i^−s) (1 − (1 + c4 (T − T_i))^−g)
 * with the intrinsic time T = S1 and T_i its value before decay i. Column 0 holds ln S1; the
 * terms of the sum are law/decays.h's. */
#include "law/elementary.h"
#include "law/kinds.h"
#include "law/private.h"

enum { L0, C1, S, C2, C3, C4, G, COUNT };

static void prepare(LawFeatures *features)
{
    law_log_area(features, features->column[0]);
    features->terms =
        decays_create(features->path, features->points, features->step, DECAYS_OPENING);
}

/* Σ drop (1 − P) and Σ drop T_i^−s (1 − P), and their derivatives. */
typedef struct {
    double flat, aged, s, log_c4, g;
} Sums;

/* With y = c4 (T − T_i) and P = (1 + y)^−g: ∂P/∂ln c4 = −g P y / (1 + y), ∂P/∂g = −P ln(1 + y). */
static Sums sum_terms(const DecayTerms *terms, int64_t p, const double *theta)
{
    const double *drop = terms->drop, *log_since = terms->log_since;
    const double *log_before = terms->log_before;
    double log_c4 = log(theta[C4]), s = theta[S], g = theta[G], c3 = theta[C3];
    double flat = 0.0, aged = 0.0, by_s = 0.0, by_log_c4 = 0.0, by_g = 0.0;
#pragma omp simd reduction(+ : flat, aged, by_s, by_log_c4, by_g)
    for (int64_t i = terms->first[p]; i < terms->first[p + 1]; i++) {
        double y = elementary_exp(log_c4 + log_since[i]), log_1y = elementary_ln(1.0 + y);
        double power = elementary_exp(-g * log_1y), age = elementary_exp(-s * log_before[i]);
        double weight = drop[i] * (c3 + age) * power;
        flat += drop[i] * (1.0 - power);
        aged += drop[i] * age * (1.0 - power);
        by_s -= drop[i] * age * (1.0 - power) * log_before[i];
        by_log_c4 += weight * g * y / (1.0 + y);
        by_g += weight * log_1y;
    }
    return (Sums){flat, aged, by_s, by_log_c4, by_g};
}

static void value(const LawFeatures *features, const double *theta, double *loss, double *gradient,
                  double *parts)
{
    int64_t n = features->points;
    for (int64_t p = 0; p < n; p++) {
        double log_area = features->column[0][p], power = exp(-theta[S] * log_area);
        Sums s = sum_terms(features->terms, p, theta);
        double progress = theta[C1] * power, sum = theta[C3] * s.flat + s.aged;
        loss[p] = theta[L0] + progress - theta[C2] * sum;
        law_parts(parts, n, p, theta[L0], progress, theta[C2] * sum);
        if (!gradient) continue;
        double *g = gradient + p * COUNT;
        g[L0] = 1.0;
        g[C1] = power;
        g[S] = -progress * log_area - theta[C2] * s.s;
        g[C2] = -sum;
        g[C3] = -theta[C2] * s.flat;
        g[C4] = -theta[C2] * s.log_c4 / theta[C4];
        g[G] = -theta[C2] * s.g;
    }
}

const Law law_functional = {
    .name = "functional",
    .title = "Functional scaling law",
    .formula =
        "L0 + c1 T^-s - c2 sum_i (rate_i-1 - rate_i) (c3 + T_i^-s) (1 - (1 + c4 (T - T_i))^-g)",
    .source = "Li et al. 2025, arXiv 2509.19189, the ansatz for language models",
    .count = COUNT,
    .parameter =
        {
            [L0] = {"L0", "loss", 0, INFINITY, .1, 2.1, 2, 1, .linear = true},
            [C1] = {"c1", "loss area^s", 0, INFINITY, .5, 1.5, 2, 1, .linear = true},
            [S] = {"s", "1", 0, 5, .3, .7, 2, 1, .scale = LAW_PLAIN},
            [C2] = {"c2", "loss per rate area^s", 0, INFINITY, 10, 1000, 2, 100, .linear = true,
                    .gains = true},
            [C3] = {"c3", "area^-s", 0, 20, .5, 5, 2, 1, .scale = LAW_PLAIN},
            [C4] = {"c4", "1 per area", 1e-3, 1e6, 1, 100, 3, 1, .scale = LAW_LOG},
            [G] = {"g", "1", .01, 5, .3, 1, 2, 1, .scale = LAW_PLAIN},
        },
    .blocks = true,
    .prepare = prepare,
    .value = value,
};
