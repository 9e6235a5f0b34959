/* Powers without annealing. power: L = L0 + A S1^−α, of a curve; chinchilla: L = L0 + A s^−α in
 * steps s (Hoffmann et al. 2022, one model size), of the end points of runs that all have the same
 * shape of schedule. Column 0 holds the logarithm of S1 or s. */
#include "law/kinds.h"
#include "law/private.h"

enum { L0, A, ALPHA, COUNT };

static void prepare_area(LawFeatures *features) { law_log_area(features, features->column[0]); }

static void prepare_steps(LawFeatures *features)
{
    for (int64_t p = 0; p < features->points; p++)
        features->column[0][p] = log(fmax(1.0, (double)features->step[p]));
}

static void value(const LawFeatures *features, const double *theta, double *loss, double *gradient,
                  double *parts)
{
    int64_t n = features->points;
    for (int64_t p = 0; p < n; p++) {
        double log_x = features->column[0][p], power = exp(-theta[ALPHA] * log_x);
        loss[p] = theta[L0] + theta[A] * power;
        law_parts(parts, n, p, theta[L0], theta[A] * power, 0.0);
        if (!gradient) continue;
        double *g = gradient + p * COUNT;
        g[L0] = 1.0;
        g[A] = power;
        g[ALPHA] = -theta[A] * power * log_x;
    }
}

const Law law_power = {
    .name = "power",
    .title = "Power law",
    .formula = "L0 + A S1^-alpha",
    .source = "Kaplan et al. 2020, arXiv 2001.08361, with a floor",
    .count = COUNT,
    .parameter =
        {
            [L0] = {"L0", "loss", 0, INFINITY, .1, 2.1, 2, 1, .linear = true},
            [A] = {"A", "loss area^alpha", 0, INFINITY, .5, 1.5, 2, 1, .linear = true},
            [ALPHA] = {"alpha", "1", 0, 5, .2, .8, 3, 1, .scale = LAW_PLAIN},
        },
    .prepare = prepare_area,
    .value = value,
};

const Law law_chinchilla = {
    .name = "chinchilla",
    .title = "Chinchilla law",
    .formula = "L0 + A s^-alpha",
    .source = "Hoffmann et al. 2022, arXiv 2203.15556, equation 2, at one model size",
    .count = COUNT,
    .parameter =
        {
            [L0] = {"L0", "loss", 0, INFINITY, .1, 2.1, 2, 1, .linear = true},
            [A] = {"A", "loss steps^alpha", 0, INFINITY, 1, 100, 3, 10, .linear = true},
            [ALPHA] = {"alpha", "1", 0, 5, .2, .8, 3, 1, .scale = LAW_PLAIN},
        },
    .ends_only = true,
    .prepare = prepare_steps,
    .value = value,
};
