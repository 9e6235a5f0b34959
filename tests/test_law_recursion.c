/* The exact recursion of kernel regression, and the convex bound. */
#include "base/rng.h"
#include "law/recursion.h"
#include "schedules.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

static void check(const char *what, double got, double want, double bound)
{
    cr_expect(fabs(got - want) <= bound, "%s is %.7f, not %.7f within %.2g", what, got, want,
              bound);
}

static double end_risk(double source, double capacity, double *rate)
{
    Recursion toy = {128, source, capacity, 3.0};
    int64_t last = 10000;
    double risk;
    recursion_risk(&toy, rate, 1, &last, &risk);
    free(rate);
    return risk;
}

/* Stable to 8000, then an exponential from 0.01 to 0.001 at 10000. */
static double *wsd_exponential(void)
{
    double *rate = schedule_constant(10000, .01);
    for (int64_t s = 8000; s <= 10000; s++) rate[s] = .01 * pow(.1, (double)(s - 8000) / 2000.0);
    return rate;
}

Test(recursion, the_ends_of_cosine_and_wsd_are_those_of_the_dossier)
{
    static const double table[][4] = {{.5, 1.5, .0507, .0478},
                                      {.5, 3, .0318, .0282},
                                      {.5, 5, .0190, .0173},
                                      {.8, 3, .0083, .0093},
                                      {.8, 5, .0054, .0059}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        double s = table[i][0], b = table[i][1];
        check("cosine", end_risk(s, b, schedule_cosine(0, 10000, .01, .001)), table[i][2], 0.51e-4);
        check("WSD", end_risk(s, b, wsd_exponential()), table[i][3], 0.51e-4);
    }
}

Test(recursion, the_start_is_half_the_sum_of_squared_targets_and_zero_rates_stay_there)
{
    Recursion toy = {50, .5, 1.5, 3.0};
    double rate[10] = {0}, risk[2], want = 0.0;
    int64_t step[] = {0, 10};
    recursion_risk(&toy, rate, 2, step, risk);
    for (int j = 1; j <= 50; j++) /* λ θ² = λ^s / j */
        want += .5 * pow(pow(j, -1.5), .5) / j;
    check("start", risk[0], want, 1e-15 * 50);
    cr_assert(eq(dbl, risk[0], risk[1]));
}

Test(recursion, one_dimension_has_a_closed_form)
{
    /* λ = 1: e ← e (1 − 2η + 3η²) + η² σ², to η² σ² / (2η − 3η²). */
    Recursion toy = {1, .5, 1.5, 2.0};
    enum { STEPS = 200 };
    double rate[STEPS], risk, eta = .1, q = 1.0 - 2.0 * eta + 3.0 * eta * eta;
    int64_t last = STEPS;
    for (int s = 0; s < STEPS; s++) rate[s] = eta;
    recursion_risk(&toy, rate, 1, &last, &risk);
    double limit = eta * eta * 4.0 / (1.0 - q);
    check("risk", risk, .5 * (limit + (1.0 - limit) * pow(q, STEPS)), 1e-14);
}

Test(recursion, is_the_mean_of_simulated_runs)
{
    /* 4000 runs of 20 steps in three dimensions; five standard errors: one in two million. */
    enum { RUNS = 4000, STEPS = 20, M = 3 };
    Recursion toy = {M, .5, 1.5, 1.0};
    double rate[STEPS], risk, sum = 0.0, squares = 0.0;
    int64_t last = STEPS;
    for (int s = 0; s < STEPS; s++) rate[s] = .15;
    recursion_risk(&toy, rate, 1, &last, &risk);
    for (uint32_t run = 0; run < RUNS; run++) {
        Rng rng = rng_stream(1001, run, RNG_DATA);
        double error[M], own = 0.0;
        for (int j = 0; j < M; j++) error[j] = -sqrt(pow(pow(j + 1, -1.5), .5 - 1.0) / (j + 1));
        for (int s = 0; s < STEPS; s++) {
            double x[M], residual = rng_normal(&rng); /* σ = 1 */
            for (int j = 0; j < M; j++) {
                x[j] = sqrt(pow(j + 1, -1.5)) * rng_normal(&rng);
                residual += x[j] * error[j];
            }
            for (int j = 0; j < M; j++) error[j] -= rate[s] * residual * x[j];
        }
        for (int j = 0; j < M; j++) own += .5 * pow(j + 1, -1.5) * error[j] * error[j];
        sum += own, squares += own * own;
    }
    double mean = sum / RUNS, deviation = sqrt(squares / RUNS - mean * mean);
    check("mean", mean, risk, 5.0 * deviation / sqrt(RUNS));
}

Test(recursion, the_loss_is_the_risk_and_half_the_variance_of_the_labels)
{
    Recursion toy = {50, .5, 1.5, 3.0};
    double rate[10] = {.1, .1, .1, .1, .1}, risk[2], loss[2];
    int64_t step[] = {0, 10};
    recursion_risk(&toy, rate, 2, step, risk);
    recursion_loss(&toy, rate, 2, step, loss);
    for (int p = 0; p < 2; p++) cr_assert(eq(dbl, loss[p], risk[p] + 4.5));
}
