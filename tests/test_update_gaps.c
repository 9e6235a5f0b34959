#include "update/equal.h"
#include "update/gaps.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

enum { FAR = 7 }; /* any numbers that tell settings apart */

/* Two settings, two peaks, two repeats. In setting 0 the best peaks for repeat 0, which are those
 * of repeat 1, are 1 for ptfs (3.25 against 3.5: by its own loss it would be 2), 1 for cpt, where
 * both are equal, and 2 for ours; those for repeat 1 are 2, 1 and 2. */
static const GapRun runs[] = {
    {"ptfs", 0, 0, 1.0, 3.5, 3.0},   {"ptfs", 0, 1, 1.0, 3.25, 3.0},
    {"ptfs", 0, 0, 2.0, 2.5, 3.0},   {"ptfs", 0, 1, 2.0, 3.5, 3.0},
    {"cpt", 0, 0, 1.0, 4.0, 3.25},   {"cpt", 0, 1, 1.0, 4.0, NAN},
    {"cpt", 0, 0, 2.0, 6.0, 2.75},   {"cpt", 0, 1, 2.0, 4.0, 3.25},
    {"ours", 0, 0, 1.0, 3.0, NAN},   {"ours", 0, 1, 1.0, 4.0, NAN},
    {"ours", 0, 0, 2.0, 2.75, NAN},  {"ours", 0, 1, 2.0, 2.75, NAN},
    {"ptfs", FAR, 0, 1.0, 9.0, NAN}, {"ours", FAR, 0, 1.0, 8.0, NAN},
};
enum { RUNS = sizeof runs / sizeof *runs };

static Gap gap_at(int k)
{
    Gap gap[RUNS];
    gaps_of(RUNS, runs, "ptfs", "cpt", gap);
    return gap[k];
}

/* All numbers are sums of a few quarters: exact in binary. */
Test(update_gaps, a_gap_is_the_loss_less_that_from_scratch_of_the_same_peak_and_repeat)
{
    cr_expect(eq(dbl, gap_at(8).gap, -0.5));
    cr_expect(eq(dbl, gap_at(9).gap, 0.75));
    cr_expect(eq(dbl, gap_at(10).gap, 0.25));
    cr_expect(eq(dbl, gap_at(11).gap, -0.75));
    cr_expect(eq(dbl, gap_at(13).gap, -1.0), "of its own setting");
    cr_expect(eq(dbl, gap_at(0).gap, 0.0));
}

/* Of two values a and b it is half their sum ± their distance times tan(0.495 pi) / 2: Student's
 * quantile of one degree of freedom at 0.995. */
Test(update_gaps, a_mean_over_repeats_has_the_interval_of_its_own_arm_setting_and_peak)
{
    const double half = 0.5 * tan(0.495 * 3.14159265358979323846);
    Interval over = gap_at(10).over;
    cr_expect(epsilon_eq(dbl, over.estimate, (0.25 - 0.75) / 2.0, 1e-12));
    cr_expect(epsilon_eq(dbl, over.high, -0.25 + half, 1e-6), "a distance of 1");
    cr_expect(epsilon_eq(dbl, over.low, -0.25 - half, 1e-6));
    cr_expect(eq(dbl, gap_at(11).over.high, over.high), "the same for both repeats");
    cr_expect(eq(dbl, gap_at(13).over.estimate, -1.0));
    cr_expect(isinf(gap_at(13).over.high), "a single one says nothing of the others");
}

Test(update_gaps, the_best_peak_is_that_of_the_least_mean_over_the_other_repeats)
{
    const bool tuned[RUNS] = {1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1};
    for (int k = 0; k < RUNS; k++) cr_expect(eq(int, gap_at(k).tuned, tuned[k]), "run %d", k);
}

Test(update_gaps, a_tuned_gap_has_both_arms_at_their_own_best_peaks)
{
    cr_expect(eq(dbl, gap_at(5).tuned_gap, 0.5), "cpt at 1 less ptfs at 2");
    cr_expect(eq(dbl, gap_at(10).tuned_gap, -0.75), "ours at 2 less ptfs at 1");
    cr_expect(eq(dbl, gap_at(11).tuned_gap, -0.75));
    cr_expect(isnan(gap_at(6).tuned_gap));
}

/* With tuned gaps of 0.5 of cpt; where a run is not tuned, with gaps at its peak. */
Test(update_gaps, comparable_takes_half_of_what_going_on_loses)
{
    cr_expect(eq(dbl, gap_at(10).comparable, -0.75 - 0.25));
    cr_expect(eq(dbl, gap_at(11).comparable, -0.75 - 0.25));
    cr_expect(eq(dbl, gap_at(8).comparable, -0.5 - 0.25));
    cr_expect(eq(dbl, gap_at(4).comparable, 0.25), "half of its own gap");
    cr_expect(isnan(gap_at(13).comparable), "no cpt in this setting");
}

Test(update_gaps, a_forecast_agrees_where_it_has_the_sign_of_the_gap)
{
    cr_expect(eq(dbl, gap_at(4).agrees, 1.0));
    cr_expect(eq(dbl, gap_at(6).agrees, 0.0), "measured 3.5, foretold -0.25");
    cr_expect(eq(dbl, gap_at(7).agrees, 1.0));
    cr_expect(isnan(gap_at(5).agrees), "no forecast");
    cr_expect(isnan(gap_at(0).agrees), "of itself nothing is foretold");
}

/* Of three repeats one diverged at peak 1, where the other two are by far the best. */
Test(update_gaps, a_peak_at_which_another_repeat_diverged_is_never_the_best)
{
    const GapRun three[] = {{"ptfs", 0, 0, 1.0, INFINITY, NAN}, {"ptfs", 0, 1, 1.0, 1.0, NAN},
                            {"ptfs", 0, 2, 1.0, 1.0, NAN},      {"ptfs", 0, 0, 2.0, 5.0, NAN},
                            {"ptfs", 0, 1, 2.0, 5.0, NAN},      {"ptfs", 0, 2, 2.0, 5.0, NAN}};
    const bool tuned[] = {1, 0, 0, 0, 1, 1};
    Gap gap[6];
    gaps_of(6, three, "ptfs", "cpt", gap);
    for (int k = 0; k < 6; k++) cr_expect(eq(int, gap[k].tuned, tuned[k]), "run %d", k);
}

Test(update_gaps, a_single_repeat_chooses_its_peak_itself)
{
    const GapRun one[] = {{"ptfs", 0, 0, 1.0, 2.0, NAN},
                          {"ptfs", 0, 0, 2.0, 1.5, NAN},
                          {"ptfs", FAR, 1, 1.0, 1.0, NAN},
                          {"ours", 0, 0, 1.0, INFINITY, NAN}};
    Gap gap[4];
    gaps_of(4, one, "ptfs", "cpt", gap);
    cr_expect(not(gap[0].tuned));
    cr_expect(gap[1].tuned);
    cr_expect(gap[3].tuned, "the only peak that there is");
    cr_expect(eq(dbl, gap[3].tuned_gap, INFINITY));
}

/* 5.8 T of path switching are 10 T' of training from scratch and 4 T' of going on. */
Test(update_gaps, equal_costs_are_58_per_cent_of_a_version_from_scratch_and_145_of_going_on)
{
    static const struct {
        const char *paradigm;
        double share;
        int64_t steps;
    } cases[] = {{"ptfs", 0.58, 406},
                 {"cpt", 1.45, 1015},
                 {"wsd_s", 1.45, 1015},
                 {"path_switching", 1.0, 700}};
    Paradigm *like = paradigm_create("path_switching:alpha=0.6");
    for (int k = 0; k < 4; k++) {
        Paradigm *paradigm = paradigm_create(cases[k].paradigm);
        double share = equal_share(like, paradigm, 4);
        UpdateSetting setting = equal_setting(
            (UpdateSetting){.versions = 4, .steps = 700, .warmup = 70, .peak = 1.0}, share);
        /* One division of sums of short decimals: some roundings. */
        cr_expect(epsilon_eq(dbl, share, cases[k].share, 1e-14), "%s", cases[k].paradigm);
        cr_expect(eq(i64, setting.steps, cases[k].steps), "%s", cases[k].paradigm);
        cr_expect(eq(i64, setting.warmup, 70), "%s", cases[k].paradigm);
        double cost = paradigm_cost(paradigm, 4) * (double)setting.steps;
        cr_expect(epsilon_eq(dbl, cost, 5.8 * 700, 1e-9), "%s", cases[k].paradigm);
        paradigm_free(paradigm);
    }
    paradigm_free(like);
}
