/* The exact recursion of kernel regression, and the convex bound. */
#include "base/rng.h"
#include "law/convex_bound.h"
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

static ConvexBound bound_of(int64_t steps, double *rate)
{
    ConvexBound bound = convex_bound(steps, rate);
    free(rate);
    return bound;
}

Test(convex_bound, best_rates_and_bounds_are_those_of_the_dossier)
{
    enum { T = 400 }; /* rates of steps 0 … T − 1; the zero at T would move nothing */
    double *inverse = rates_of(T);
    for (int64_t s = 0; s <= T; s++) inverse[s] = 1.0 / sqrt((double)s + 1.0);
    struct {
        const char *name;
        double *rate, best, value;
    } table[] = {
        {"constant", schedule_constant(T, 1), .0182, .1375},
        {"1/sqrt", inverse, .2121, .1223},
        {"cosine", schedule_cosine(0, T, 1, 0), .0482, .1034},
        {"linear", schedule_wsd(0, T, 1, shape_linear), .0496, .1006},
        {"WSD", schedule_wsd(320, T, 1, shape_linear), .0254, .1093},
        {"1-sqrt", schedule_wsd(0, T, 1, shape_root), .0738, .1012},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        ConvexBound bound = bound_of(T, table[i].rate);
        check(table[i].name, convex_bound_best_rate(bound), table[i].best, 0.51e-4);
        check(table[i].name, convex_bound_best(bound), table[i].value, 0.51e-4);
        check("at the best", convex_bound_at(bound, convex_bound_best_rate(bound)),
              convex_bound_best(bound), 1e-15);
    }
}

Test(convex_bound, a_constant_rate_pays_a_logarithm_and_cosine_does_not)
{
    static const double table[][3] = {
        {100, 2.485, 2.091}, {400, 2.751, 2.068}, {1000, 2.913, 2.063}, {4000, 3.142, 2.061}};
    for (int i = 0; i < 4; i++) {
        int64_t steps = (int64_t)table[i][0];
        double root = sqrt(table[i][0]);
        check("constant", root * convex_bound_best(bound_of(steps, schedule_constant(steps, 1))),
              table[i][1], 0.51e-3);
        check("cosine", root * convex_bound_best(bound_of(steps, schedule_cosine(0, steps, 1, 0))),
              table[i][2], 0.51e-3);
    }
}

Test(convex_bound, is_the_formula_term_by_term)
{
    enum { T = 12 };
    double rate[T], sum = 0.0, squares = 0.0, late = 0.0;
    for (int k = 0; k < T; k++)
        rate[k] = 1.0 + .5 * cos(k), sum += rate[k], squares += rate[k] * rate[k];
    for (int k = 0; k < T - 1; k++) {
        double after = 0.0, from = 0.0, from2 = 0.0;
        for (int j = k; j < T; j++) {
            after += j > k ? rate[j] : 0.0;
            from += rate[j], from2 += rate[j] * rate[j];
        }
        late += rate[k] / after * from2 / from;
    }
    ConvexBound bound = convex_bound(T, rate);
    check("T1", bound.distance, .5 / sum, 1e-16);
    check("T2", bound.noise, .5 * squares / sum + .5 * late, 1e-14);
    double padded[T + 2] = {0};
    for (int k = 0; k < T; k++) padded[k] = rate[k];
    cr_assert(eq(dbl, convex_bound(T + 2, padded).noise, bound.noise));
}
