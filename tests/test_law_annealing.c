/* The annealing law: what S1 and S2 are, and what the published equation predicts. */
#include "law/law.h"
#include "schedules.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

/* The equation of Fig. 2 of arXiv 2408.11029: L0, A, alpha, C, lambda. */
static const double PUBLISHED[] = {2.628, .429, .550, .411, .999};
#define PEAK 2e-4

/* The tables were computed once, by other code, and are printed to four digits; whether S1 has a
 * rate more or less moves the loss by α A S1^(−α−1) η < 1e-5. */
#define PRINTED 0.6e-4

typedef struct {
    double loss, parts[LAW_PARTS];
} Prediction;

/* At the last step of a schedule, which it frees. */
static Prediction at_end(int64_t steps, double *rate)
{
    LawRun run = {.steps = steps + 1, .rate = rate};
    LawPath *path = path_create(&run);
    Prediction prediction;
    law_predict(law_find("annealing"), PUBLISHED, path, 1, &steps, &prediction.loss,
                prediction.parts);
    path_free(path);
    free(rate);
    return prediction;
}

static double end_loss(int64_t steps, double *rate) { return at_end(steps, rate).loss; }

static void check(const char *what, double got, double want, double bound)
{
    cr_expect(fabs(got - want) <= bound, "%s is %.6f, not %.6f within %.2g", what, got, want,
              bound);
}

Test(annealing, s2_is_the_sum_of_every_drop_times_its_remembered_share)
{
    /* S2(s) = Σ_k (η_{k−1} − η_k) (1 − λ^{s−k+1}) / (1 − λ): arXiv 2503.12811, appendix A. */
    enum { STEPS = 40 };
    double rate[STEPS + 1], lambda = 0.9, s2[STEPS + 1], slope[STEPS + 1], up[STEPS + 1];
    double down[STEPS + 1];
    int64_t step[STEPS + 1];
    for (int64_t s = 0; s <= STEPS; s++) step[s] = s, rate[s] = 1.0 + sin(0.4 * (double)s);
    LawRun run = {.steps = STEPS + 1, .rate = rate};
    LawPath *path = path_create(&run);
    path_annealing(path, lambda, STEPS + 1, step, s2, slope);
    path_annealing(path, lambda + 1e-6, STEPS + 1, step, up, NULL);
    path_annealing(path, lambda - 1e-6, STEPS + 1, step, down, NULL);
    for (int64_t s = 0; s <= STEPS; s++) {
        double sum = 0.0;
        for (int64_t k = 1; k <= s; k++)
            sum +=
                (rate[k - 1] - rate[k]) * (1.0 - pow(lambda, (double)(s - k + 1))) / (1.0 - lambda);
        check("S2", s2[s], sum, 1e-13); /* 40 terms of order 1, 10 times amplified */
        /* h² S2''' / 6 + eps S2 / h: 1e-12 · 1e4 / 6 + 1e-9 */
        check("dS2", slope[s], (up[s] - down[s]) / 2e-6, 5e-8);
    }
    path_free(path);
}

Test(annealing, a_constant_rate_has_no_annealing_and_lambda_zero_gives_the_drop_so_far)
{
    int64_t steps[] = {0, 10, 50};
    double *rate = schedule_constant(50, PEAK), s2[3];
    LawRun run = {.steps = 51, .rate = rate};
    LawPath *path = path_create(&run);
    path_annealing(path, .999, 3, steps, s2, NULL);
    cr_assert(s2[2] == 0.0 && path->decays == 0);
    check("S1", path->area[50], 51.0 * PEAK, 1e-17);
    path_free(path);
    free(rate);
    rate = schedule_cosine(0, 50, PEAK, 0.0);
    run.rate = rate;
    path = path_create(&run);
    path_annealing(path, 0.0, 3, steps, s2, NULL);
    check("S2 at lambda 0", s2[1], PEAK - rate[10], 1e-18);
    path_annealing(path, .999, 3, steps, s2, NULL);
    cr_assert(s2[2] < PEAK / (1.0 - .999)); /* its bound: all of the drop, remembered for ever */
    path_free(path);
    free(rate);
}

Test(annealing, the_warm_up_counts_as_told)
{
    enum { WARMUP = 4, STEPS = 10 };
    double *rate = schedule_constant(STEPS, 1.0);
    schedule_warm_up(rate, WARMUP); /* 0, 1/4, 2/4, 3/4, then ones */
    LawRun run = {.steps = STEPS + 1, .rate = rate, .warmup = WARMUP};
    double area[] = {11.0, 8.5, 8.5};
    int64_t decays[] = {0, 0, 4}, last = STEPS;
    for (int counted = WARMUP_AS_PEAK; counted <= WARMUP_SIGNED; counted++) {
        double s2;
        run.counted = (LawWarmup)counted;
        LawPath *path = path_create(&run);
        path_annealing(path, 0.0, 1, &last, &s2, NULL);
        cr_assert(eq(dbl, path->area[STEPS], area[counted]));
        cr_assert(eq(i64, path->decays, decays[counted]));
        cr_assert(eq(dbl, s2, counted == WARMUP_SIGNED ? -1.0 : 0.0));
        path_free(path);
    }
    free(rate);
}

Test(annealing, the_parts_of_the_published_figures_are_those_of_the_dossier)
{
    Prediction stable = at_end(16000, schedule_constant(16000, PEAK));
    Prediction wsd = at_end(20000, schedule_wsd(16000, 20000, PEAK, shape_cosine));
    check("progress before", stable.parts[LAW_PROGRESS], .2263, PRINTED);
    check("progress after", wsd.parts[LAW_PROGRESS], .2121, PRINTED);
    check("annealing", wsd.parts[LAW_ANNEALING], .0663, PRINTED);
    Prediction cosine = at_end(60000, schedule_cosine(0, 60000, PEAK, 0.0));
    check("cosine progress", cosine.parts[LAW_PROGRESS], .1601, PRINTED);
    check("cosine annealing", cosine.parts[LAW_ANNEALING], .0821, PRINTED);
    check("cosine", cosine.loss, 2.7060, PRINTED);
    Prediction decayed = at_end(60000, schedule_wsd(48000, 60000, PEAK, shape_cosine));
    check("WSD progress", decayed.parts[LAW_PROGRESS], .1159, PRINTED);
    check("WSD annealing", decayed.parts[LAW_ANNEALING], .0796, PRINTED);
    check("WSD", decayed.loss, 2.6643, PRINTED);
    for (int part = 0; part < 2; part++)
        check("sum of parts",
              wsd.parts[LAW_FLOOR] + wsd.parts[LAW_PROGRESS] - wsd.parts[LAW_ANNEALING], wsd.loss,
              1e-15);
}

Test(annealing, constant_wins_short_runs_and_cosine_long_ones)
{
    static const double table[][3] = {{10e3, 2.9210, 2.9785},
                                      {20e3, 2.8281, 2.8398},
                                      {30e3, 2.7881, 2.7807},
                                      {60e3, 2.7374, 2.7060},
                                      {100e3, 2.7106, 2.6667}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int64_t steps = (int64_t)table[i][0];
        check("constant", end_loss(steps, schedule_constant(steps, PEAK)), table[i][1], PRINTED);
        check("cosine", end_loss(steps, schedule_cosine(0, steps, PEAK, 0)), table[i][2], PRINTED);
    }
}

Test(annealing, the_length_and_the_floor_of_a_cosine)
{
    enum { S = 500000 };
    double *early = schedule_cosine(0, 300000, PEAK, .1 * PEAK), *rate = rates_of(S);
    for (int64_t s = 0; s <= S; s++) rate[s] = s <= 300000 ? early[s] : .1 * PEAK;
    free(early);
    check("T = .6 S", end_loss(S, rate), 2.6129, PRINTED);
    double *late = schedule_cosine(0, 700000, PEAK, .1 * PEAK);
    check("T = 1.4 S", end_loss(S, late), 2.6093, PRINTED);
    check("T = S", end_loss(S, schedule_cosine(0, S, PEAK, .1 * PEAK)), 2.6014, PRINTED);
    check("to zero", end_loss(S, schedule_cosine(0, S, PEAK, 0.0)), 2.5957, PRINTED);
}

Test(annealing, cosine_against_one_minus_root_by_the_share_of_decay)
{
    static const double table[][3] = {
        {.1, 2.6819, 2.6809}, {.2, 2.6776, 2.6810}, {.5, 2.6881, 2.6986}};
    for (int i = 0; i < 3; i++) {
        int64_t steps = 50000, stable = (int64_t)(50000.0 * (1.0 - table[i][0]) + .5);
        check("cosine", end_loss(steps, schedule_wsd(stable, steps, PEAK, shape_cosine)),
              table[i][1], PRINTED);
        check("1-sqrt", end_loss(steps, schedule_wsd(stable, steps, PEAK, shape_root)), table[i][2],
              PRINTED);
    }
}

Test(annealing, the_best_share_of_decay_falls_with_the_length)
{
    static const double table[][3] = {{20e3, .250, 2.7729},
                                      {40e3, .205, 2.6961},
                                      {60e3, .175, 2.6642},
                                      {80e3, .155, 2.6459},
                                      {100e3, .145, 2.6337}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int64_t steps = (int64_t)table[i][0];
        double best = INFINITY, share = NAN;
        for (int k = 20; k <= 60; k++) { /* the dossier's grid: steps of 0.005 */
            int64_t stable = steps - (int64_t)(.005 * k * (double)steps + .5);
            double loss = end_loss(steps, schedule_wsd(stable, steps, PEAK, shape_cosine));
            if (loss < best) best = loss, share = .005 * k;
        }
        check("share", share, table[i][1], 1e-9);
        check("loss", best, table[i][2], PRINTED);
    }
}

Test(annealing, its_failure_modes_are_as_known)
{
    /* Padding with zero rate helps, a larger rate always helps, and the best end is a cliff. */
    static const double padded[][2] = {{1000, 2.8392}, {5000, 2.8388}};
    for (int i = 0; i < 2; i++) {
        int64_t steps = 20000 + (int64_t)padded[i][0];
        double *cosine = schedule_cosine(0, 20000, PEAK, 0.0), *rate = rates_of(steps);
        for (int64_t s = 0; s <= 20000; s++) rate[s] = cosine[s];
        free(cosine);
        check("padded", end_loss(steps, rate), padded[i][1], PRINTED);
    }
    static const double scaled[][2] = {{2, 2.6657}, {5, 2.3429}, {10, 1.8985}};
    for (int i = 0; i < 3; i++)
        check("scaled", end_loss(20000, schedule_cosine(0, 20000, scaled[i][0] * PEAK, 0.0)),
              scaled[i][1], PRINTED);
    static const double cliff[][3] = {{20000, 2500, 2.7679}, {60000, 4300, 2.6609}};
    for (int i = 0; i < 2; i++) {
        int64_t steps = (int64_t)cliff[i][0], drop = steps - (int64_t)cliff[i][1];
        double *rate = schedule_constant(steps, PEAK);
        for (int64_t s = drop + 1; s <= steps; s++) rate[s] = 0.0;
        check("cliff", end_loss(steps, rate), cliff[i][2], PRINTED);
    }
}

/* A second phase: a line of `warmup` steps up to `peak`, then a cosine to zero at 100K. */
static double *continued(int64_t warmup, double peak)
{
    enum { FIRST = 60000, SECOND = 100000 };
    double *first = schedule_cosine(0, FIRST, PEAK, 2e-5), *rate = rates_of(FIRST + SECOND);
    for (int64_t s = 0; s <= FIRST; s++) rate[s] = first[s];
    for (int64_t s = 1; s <= SECOND; s++)
        rate[FIRST + s] = s <= warmup ? 2e-5 + (peak - 2e-5) * (double)s / (double)warmup
                                      : cosine_at(s, warmup, SECOND, peak, 0.0);
    free(first);
    return rate;
}

Test(annealing, rewarming_in_continued_training)
{
    static const double table[][3] = {{500, 6e-5, 2.6694},
                                      {500, 1e-4, 2.6572},
                                      {500, 2e-4, 2.6373},
                                      {5000, 2e-4, 2.6372},
                                      {10000, 2e-4, 2.6370}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        check("end", end_loss(160000, continued((int64_t)table[i][0], table[i][1])), table[i][2],
              PRINTED);
}
