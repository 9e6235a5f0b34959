/* Sums over decays in few terms, and every law against its printed formula. */
#include "base/rng.h"
#include "io/csv.h"
#include "law/decays.h"
#include "law/elementary.h"
#include "law/law.h"
#include "schedules.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 8000, POINTS = 24, WARMUP = 100 };
#define PEAK 3e-4

static void choose_steps(int64_t step[POINTS])
{
    for (int64_t p = 0; p < POINTS; p++) step[p] = STEPS * (p + 1) / POINTS;
}

static LawPath *path_of(const double *rate)
{
    LawRun run = {.steps = STEPS + 1, .rate = rate, .warmup = WARMUP, .counted = WARMUP_AREA};
    return path_create(&run);
}

/* Σ drop (1 − (1 + C η^−γ S)^−β) at point p. */
static double kernel_sum(const DecayTerms *terms, int64_t p, double C, double beta, double gamma)
{
    double sum = 0.0;
    for (int64_t i = terms->first[p]; i < terms->first[p + 1]; i++) {
        double x = C * exp(terms->log_since[i] - gamma * terms->log_rate[i]);
        sum += terms->drop[i] * (1.0 - pow(1.0 + x, -beta));
    }
    return sum;
}

/* The largest error over kernels from blunt to sharp, over all that the rate moved. */
static double largest_error(const LawPath *path, const DecayTerms *few, const DecayTerms *all)
{
    static const double sharpness[] = {.1, 1, 10, 100, 1000}, betas[] = {.1, .5, 1};
    double worst = 0.0, moved = 0.0;
    for (int64_t i = 0; i < path->decays; i++) moved += fabs(path->decay[i].drop);
    for (int c = 0; c < 5; c++)
        for (int b = 0; b < 3; b++)
            for (int g = 0; g < 3; g++) {
                double gamma = .5 * g, C = sharpness[c] * pow(PEAK, gamma);
                for (int64_t p = 0; p < POINTS; p++)
                    worst = fmax(worst, fabs(kernel_sum(few, p, C, betas[b], gamma) -
                                             kernel_sum(all, p, C, betas[b], gamma)));
            }
    return worst / moved;
}

static double *waves(void)
{
    double *rate = rates_of(STEPS);
    for (int64_t s = 0; s <= STEPS; s++) rate[s] = .5 * PEAK * (1.05 + cos((double)s / 700.0));
    return rate;
}

static double *cyclic(void)
{
    double *rate = schedule_constant(STEPS, PEAK);
    for (int64_t s = 2000; s <= STEPS; s++)
        rate[s] = PEAK * fabs((double)(s % 2000) / 1000.0 - 1.0);
    return rate;
}

Test(decays, few_terms_err_by_less_than_stated)
{
    int64_t step[POINTS];
    double *schedules[] = {schedule_cosine(WARMUP, STEPS, PEAK, 0),
                           schedule_cosine(WARMUP, STEPS, PEAK, .1 * PEAK),
                           schedule_wsd(4000, STEPS, PEAK, shape_root),
                           schedule_wsd(6000, STEPS, PEAK, shape_linear),
                           waves(),
                           cyclic()};
    choose_steps(step);
    for (int i = 0; i < 6; i++) {
        LawPath *path = path_of(schedules[i]);
        DecayTerms *all = decays_create(path, POINTS, step, 0.0);
        double openings[] = {1.0, .5, .25, .125};
        for (int o = 0; o < 4; o++) {
            DecayTerms *few = decays_create(path, POINTS, step, openings[o]);
            double error = largest_error(path, few, all), bound = 2e-4 * pow(openings[o], 4);
            cr_expect(error <= bound, "schedule %d, opening %g: %g above %g", i, openings[o], error,
                      bound);
            cr_expect(openings[o] < .5 || few->first[POINTS] < all->first[POINTS] / 10,
                      "%ld terms of %ld", few->first[POINTS], all->first[POINTS]);
            decays_free(few);
        }
        decays_free(all);
        path_free(path);
        free(schedules[i]);
    }
}

Test(decays, moments_of_few_terms_are_those_of_all)
{
    /* Total drop and Σ drop u are exact: the nodes keep them. */
    int64_t step[POINTS];
    double *rate = schedule_cosine(WARMUP, STEPS, PEAK, 0);
    LawPath *path = path_of(rate);
    choose_steps(step);
    DecayTerms *all = decays_create(path, POINTS, step, 0.0);
    DecayTerms *few = decays_create(path, POINTS, step, DECAYS_OPENING);
    for (int64_t p = 0; p < POINTS; p++) {
        double want[4] = {0}, got[4] = {0};
        for (int side = 0; side < 2; side++) {
            const DecayTerms *terms = side ? few : all;
            for (int64_t i = terms->first[p]; i < terms->first[p + 1]; i++)
                for (int power = 0; power < 4; power++)
                    (side ? got : want)[power] +=
                        terms->drop[i] * exp(power * terms->log_before[i]);
        }
        for (int power = 0; power < 4; power++) /* thousands of terms, rounded */
            cr_expect(fabs(got[power] - want[power]) <= 1e-12 * fabs(want[power]),
                      "moment %d of point %ld: %.15g, not %.15g", power, p, got[power],
                      want[power]);
        cr_expect(fabs(got[0] - (path->rate[WARMUP] - path->rate[step[p]])) < 1e-12 * PEAK);
    }
    decays_free(all);
    decays_free(few);
    path_free(path);
    free(rate);
}

Test(decays, constant_stretches_cost_nothing_and_jittered_rates_stay_exact)
{
    int64_t step[POINTS];
    choose_steps(step);
    double *rate = schedule_constant(STEPS, PEAK);
    for (int64_t s = 5000; s <= STEPS; s++) rate[s] = .1 * PEAK;
    LawPath *path = path_of(rate);
    DecayTerms *terms = decays_create(path, POINTS, step, DECAYS_OPENING);
    cr_assert(path->decays == 1 && terms->first[POINTS] == 10 /* the points from step 5000 on */);
    decays_free(terms);
    path_free(path);
    Rng rng = rng_stream(1002, 0, RNG_DATA);
    for (int64_t s = WARMUP; s <= STEPS; s++) rate[s] = PEAK * (1.0 + .1 * rng_uniform(&rng));
    path = path_of(rate);
    DecayTerms *few = decays_create(path, POINTS, step, DECAYS_OPENING);
    DecayTerms *all = decays_create(path, POINTS, step, 0.0);
    cr_expect(largest_error(path, few, all) <= 2e-4 * pow(DECAYS_OPENING, 4));
    decays_free(few);
    decays_free(all);
    path_free(path);
    free(rate);
}

/* The schedule of golden/law.py. */
static double *golden_schedule(void)
{
    double *rate = schedule_cosine(100, 3000, 3e-4, 3e-5);
    schedule_warm_up(rate, 100);
    for (int64_t s = 1500; s < 1600; s++) rate[s] = rate[1499] + 1e-6 * (double)(s - 1499);
    for (int64_t s = 1600; s < 2500; s++) rate[s] = rate[1599];
    for (int64_t s = 2500; s <= 3000; s++) rate[s] = 2e-5;
    return rate;
}

Test(laws, are_their_printed_formulas_in_other_code)
{
    Csv *csv = csv_read("tests/golden/law.csv");
    double *rate = golden_schedule();
    LawRun run = {.steps = 3001, .rate = rate, .warmup = 100, .counted = WARMUP_AREA, .size = 25.0};
    LawPath *path = path_create(&run);
    for (int64_t row = 0; row < csv_rows(csv); row++) {
        const Law *law = law_find(csv_text(csv, row, 0));
        double theta[LAW_MAX_PARAMETERS], loss, parts[LAW_PARTS];
        int64_t step = csv_int(csv, row, 1);
        for (int k = 0; k < law->count; k++) theta[k] = csv_real(csv, row, 3 + k);
        law_predict(law, theta, path, 1, &step, &loss, parts);
        /* Laws with few terms: their stated error times what a full drop gains (the weight of a
         * drop, below 400 (or 25 (15 + 8)), times the peak); else rounding of 3000 sums. */
        double bound = law->blocks ? 2e-4 * pow(DECAYS_OPENING, 4) * 600.0 * 3e-4 : 1e-12;
        cr_expect(fabs(loss - csv_real(csv, row, 2)) <= bound, "%s at %ld: %.10g, not %.10g",
                  law->name, step, loss, csv_real(csv, row, 2));
    }
    path_free(path);
    free(rate);
    csv_free(csv);
}

Test(laws, every_step_of_a_schedule_may_be_asked_for_at_once)
{
    double *rate = schedule_cosine(WARMUP, STEPS, PEAK, .1 * PEAK);
    static const double theta[] = {3.04, .525, .508, 363.8, 2.066, .583, .641};
    static double all[STEPS + 1], one, parts[LAW_PARTS * (STEPS + 1)];
    static int64_t step[STEPS + 1];
    LawPath *path = path_of(rate);
    for (int64_t s = 0; s <= STEPS; s++) step[s] = s;
    law_predict(law_find("multi_power"), theta, path, STEPS + 1, step, all, parts);
    for (int64_t s = 0; s <= STEPS; s += 97) {
        law_predict(law_find("multi_power"), theta, path, 1, &s, &one, NULL);
        cr_assert(eq(dbl, one, all[s]));
        double sum = parts[s] + parts[STEPS + 1 + s] - parts[2 * (STEPS + 1) + s];
        cr_assert(epsilon_eq(dbl, sum, one, 1e-14 * one));
    }
    path_free(path);
    free(rate);
}

static double in_units(double got, double want)
{
    return fabs(got - want) / (DBL_EPSILON * fmax(fabs(want), DBL_MIN));
}

Test(elementary, exp_and_ln_are_those_of_libm_to_a_few_units)
{
    Rng rng = rng_stream(1003, 0, RNG_DATA);
    for (int i = 0; i < 100000; i++) {
        double x = 1400.0 * rng_uniform(&rng) - 700.0, y = exp(0.9 * x);
        cr_assert(in_units(elementary_exp(x), exp(x)) <= 4.0, "exp(%.17g)", x);
        cr_assert(in_units(elementary_ln(y), log(y)) <= 4.0, "ln(%.17g)", y);
        double near = 1.0 + 1e-3 * (rng_uniform(&rng) - .5);
        cr_assert(in_units(elementary_ln(near), log(near)) <= 4.0, "ln(%.17g)", near);
    }
    cr_assert(elementary_ln(1.0) == 0.0 && elementary_exp(0.0) == 1.0);
    cr_assert(elementary_exp(-1e9) < 1e-300 && elementary_exp(-1e9) > 0.0);
}
