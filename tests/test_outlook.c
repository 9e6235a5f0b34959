/* Ends of schedules that were never run: from logs that follow the law, and that do not. */
#include "fit/outlook.h"

#include "curves.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <omp.h>

enum { STEPS = 8000, WARMUP = 100, EVERY = 20, POINTS = (STEPS - WARMUP) / EVERY };
#define PEAK 3e-4

/* arXiv 2505.07796, figure 3: L0, A, alpha, C, lambda. */
static const double truth[] = {3.057, 0.490, 0.497, 0.299, 0.999};

/* A run of the law itself, `rate` of its steps taken over. */
static Curve known(double *rate)
{
    Curve curve = {.rate = rate,
                   .step = alloc_zeroed(POINTS, sizeof *curve.step),
                   .loss = alloc_zeroed(POINTS, sizeof *curve.loss)};
    for (int k = 0; k < POINTS; k++) curve.step[k] = WARMUP + (k + 1) * EVERY;
    curve.run = (LawRun){"known", STEPS + 1,  rate,       WARMUP, WARMUP_AREA,
                         POINTS,  curve.step, curve.loss, 0.0};
    LawPath *path = path_create(&curve.run);
    law_predict(law_find("annealing"), truth, path, POINTS, curve.step, curve.loss, NULL);
    path_free(path);
    return curve;
}

static Curve constant(void) { return known(schedule_constant(STEPS, PEAK)); }
static Curve cosine(void) { return known(schedule_cosine(WARMUP, STEPS, PEAK, 0.1 * PEAK)); }

static double true_end(const LawRun *run)
{
    LawPath *path = path_create(run);
    int64_t end = run->steps - 1;
    double loss;
    law_predict(law_find("annealing"), truth, path, 1, &end, &loss, NULL);
    path_free(path);
    return loss;
}

/* A schedule that is asked for: a warm-up counts as the logs' does. */
static LawRun asked(double *rate, int64_t steps)
{
    return (LawRun){"asked", steps + 1, rate, WARMUP, WARMUP_AREA, 0, NULL, NULL, 0.0};
}

static Outlook look_by(const Law *law, int count, const Curve *logs, int64_t schedules,
                       const LawRun *schedule)
{
    const LawRun *run[4];
    for (int k = 0; k < count; k++) run[k] = &logs[k].run;
    OutlookTask task = {.count = count,
                        .run = run,
                        .resamples = 40,
                        .seed = 1,
                        .schedules = schedules,
                        .schedule = schedule};
    return outlook_run(law, &task);
}

static Outlook look(int count, const Curve *logs, int64_t schedules, const LawRun *schedule)
{
    return look_by(law_find("annealing"), count, logs, schedules, schedule);
}

static double half(Interval loss) { return loss.high - loss.estimate; }

/* Without noise the bootstrap says nothing is open: the model's own error is the whole width. */
Test(outlook,
     logs_of_the_law_tell_the_end_of_every_schedule_and_nothing_but_the_models_error_is_open)
{
    Curve logs[] = {constant(), cosine()};
    double *wsd = schedule_wsd(STEPS - 1600, STEPS, PEAK, shape_linear);
    double *longer = schedule_cosine(WARMUP, 5 * STEPS, PEAK, 0.1 * PEAK);
    LawRun schedule[] = {asked(wsd, STEPS), asked(longer, 5 * STEPS)};
    Outlook outlook = look(2, logs, 2, schedule);
    cr_expect(outlook.has_decay);
    cr_expect(eq(i64, outlook.checked, 2));
    for (int k = 0; k < 2; k++)
        cr_expect(epsilon_eq(dbl, outlook.loss[k].estimate, true_end(&schedule[k]), 2e-4));
    double last = logs[0].step[POINTS - 1], reach = log(5 * STEPS / last);
    double widths[] = {FORECAST_MODEL * outlook.loss[0].estimate,
                       FORECAST_MODEL * outlook.loss[1].estimate * reach};
    for (int k = 0; k < 2; k++)
        cr_expect(
            epsilon_eq(dbl, half(outlook.loss[k]) / outlook.widened, widths[k], 0.05 * widths[k]));
    outlook_free(&outlook);
    free(wsd), free(longer);
    for (int k = 0; k < 2; k++) curve_free(&logs[k]);
}

/* Noise of up to 0.04 %, its mean zero. */
static void shake(Curve *curve)
{
    for (int k = 0; k < POINTS; k++)
        curve->loss[k] *= 1.0 + 0.0001 * (k % 2 ? 1.0 : -1.0) * (k % 5);
}

Test(outlook, a_difference_is_known_better_than_its_losses_and_is_its_own_opposite)
{
    Curve logs[] = {constant(), cosine()};
    for (int k = 0; k < 2; k++) shake(&logs[k]);
    LawRun schedule[] = {asked(logs[0].rate, STEPS), asked(logs[1].rate, STEPS)};
    Outlook outlook = look(2, logs, 2, schedule);
    Interval more = outlook_difference(&outlook, 1, 0), less = outlook_difference(&outlook, 0, 1);
    Interval same = outlook_difference(&outlook, 1, 1);
    cr_expect(epsilon_eq(dbl, more.estimate, true_end(&schedule[1]) - true_end(&schedule[0]),
                         1e-3)); /* the noise */
    cr_expect(more.low > 0.0);   /* here the area lost is worth more than the decay */
    cr_expect(half(more) > 0.0 && half(more) < half(outlook.loss[0]));
    cr_expect(epsilon_eq(dbl, less.estimate, -more.estimate, 1e-15));
    cr_expect(epsilon_eq(dbl, half(less), half(more), 1e-15));
    cr_expect(same.low == 0.0 && same.high == 0.0);
    outlook_free(&outlook);
    for (int k = 0; k < 2; k++) curve_free(&logs[k]);
}

Test(outlook, one_log_is_not_checked_and_its_intervals_are_twice_as_wide)
{
    Curve log = cosine();
    LawRun schedule = asked(log.rate, STEPS);
    Outlook outlook = look(1, &log, 1, &schedule);
    cr_expect(eq(i64, outlook.checked, 0));
    cr_expect(eq(dbl, outlook.widened, 2.0));
    double width = 2.0 * FORECAST_MODEL * outlook.loss[0].estimate;
    cr_expect(epsilon_eq(dbl, half(outlook.loss[0]), width, 0.05 * width));
    outlook_free(&outlook);
    curve_free(&log);
}

/* The gain of a whole decay is 3.5 % of the loss, within a factor of exp(0.35 x 1.64) for 90 %: at
 * least 0.4 of it is open on the larger side. */
Test(outlook, without_a_decay_in_the_logs_its_gain_is_taken_from_published_fits_and_left_wide_open)
{
    Curve log = constant();
    double *decaying = schedule_wsd(STEPS - 1600, STEPS, PEAK, shape_linear);
    LawRun schedule[] = {asked(decaying, STEPS), asked(log.rate, STEPS)};
    Outlook outlook = look(1, &log, 2, schedule);
    cr_expect(not(outlook.has_decay));
    double held = outlook.loss[1].estimate, gain = held - outlook.loss[0].estimate;
    cr_expect(gain > 0.01 * held && gain < FORECAST_GAIN * 1.01 * held);
    cr_expect(half(outlook.loss[0]) / outlook.widened > 0.4 * gain);
    cr_expect(half(outlook.loss[1]) < half(outlook.loss[0]));
    Interval lost = outlook_difference(&outlook, 1, 0); /* the draws are all that is open of it */
    cr_expect(epsilon_eq(dbl, lost.estimate, gain, 1e-12));
    cr_expect(half(lost) / outlook.widened > 0.4 * gain && half(lost) < half(outlook.loss[0]));
    outlook_free(&outlook);
    free(decaying);
    curve_free(&log);
}

static bool is_of_curves(const Law *law) { return !law->ends_only && !law->sized; }

/* loss = floor + progress − annealing, and the last in proportion to the flagged parameter. */
Test(laws, every_law_with_a_term_for_decays_has_one_parameter_that_says_what_a_decay_gains)
{
    Curve log = cosine();
    log.run.size = 25.0;
    LawPath *path = path_create(&log.run);
    for (int i = 0; i < law_count(); i++) {
        const Law *law = law_at(i);
        LawFeatures *features = law_features(law, path, 1, log.step + POINTS - 1);
        double theta[LAW_MAX_PARAMETERS], loss, one[LAW_PARTS], two[LAW_PARTS];
        for (int k = 0; k < law->count; k++) theta[k] = law->parameter[k].start_high;
        law->value(features, theta, &loss, NULL, one);
        int gain = law_gain(law), flags = 0;
        for (int k = 0; k < law->count; k++) flags += law->parameter[k].gains;
        cr_expect(flags == (one[LAW_ANNEALING] != 0.0) && (gain >= 0) == flags, "%s", law->name);
        if (gain >= 0) {
            theta[gain] *= 2.0; /* a power of two: no rounding */
            law->value(features, theta, &loss, NULL, two);
            cr_expect(two[LAW_ANNEALING] == 2.0 * one[LAW_ANNEALING], "%s", law->name);
            cr_expect(two[LAW_FLOOR] == one[LAW_FLOOR] && two[LAW_PROGRESS] == one[LAW_PROGRESS]);
        }
        law_features_free(features);
    }
    path_free(path);
    curve_free(&log);
}

/* Under a constant rate every law of curves is L0 + A S1^-alpha, so that all foretell the same: the
 * estimate to what fits of other coordinates leave, the width to what 40 resamples do. */
Test(outlook, every_law_foretells_the_same_decay_from_a_constant_rate)
{
    Curve log = constant();
    shake(&log);
    double *decaying = schedule_wsd(STEPS - 1600, STEPS, PEAK, shape_linear);
    LawRun schedule[] = {asked(decaying, STEPS), asked(log.rate, STEPS)};
    Outlook annealing = look(1, &log, 2, schedule);
    for (int i = 0; i < law_count(); i++) {
        const Law *law = law_at(i);
        if (!is_of_curves(law) || law_gain(law) < 0) continue;
        Outlook outlook = look_by(law, 1, &log, 2, schedule);
        cr_expect(not(outlook.has_decay), "%s", law->name);
        for (int k = 0; k < 2; k++) {
            Interval is = outlook.loss[k], as = annealing.loss[k];
            cr_expect(fabs(is.estimate - as.estimate) <= 1e-4, "%s: %g", law->name,
                      is.estimate - as.estimate);
            cr_expect(fabs(half(is) / half(as) - 1.0) <= 0.05, "%s: %g", law->name,
                      half(is) / half(as));
        }
        outlook_free(&outlook);
    }
    outlook_free(&annealing);
    free(decaying);
    curve_free(&log);
}

/* And with a decay in the logs every law says itself what one gains. */
Test(outlook, every_law_knows_a_decay_that_it_has_seen)
{
    Curve logs[] = {constant(), cosine()};
    LawRun schedule = asked(logs[1].rate, STEPS);
    for (int i = 0; i < law_count(); i++) {
        const Law *law = law_at(i);
        if (!is_of_curves(law) || law_gain(law) < 0) continue;
        Outlook outlook = look_by(law, 2, logs, 1, &schedule);
        cr_expect(outlook.has_decay, "%s", law->name);
        outlook_free(&outlook);
    }
    for (int k = 0; k < 2; k++) curve_free(&logs[k]);
}

/* A log 3 % above what the others say is 9 half widths of 0.32 % off. */
Test(outlook, logs_that_disagree_widen_all_intervals)
{
    Curve logs[] = {constant(), cosine(), cosine()};
    for (int k = 0; k < POINTS; k++) logs[2].loss[k] *= 1.03;
    LawRun schedule = asked(logs[0].rate, STEPS);
    Outlook agreeing = look(2, logs, 1, &schedule), apart = look(3, logs, 1, &schedule);
    cr_expect(eq(i64, apart.checked, 3));
    cr_expect(apart.widened > 2.0 && apart.widened < 10.0, "%g", apart.widened);
    cr_expect(half(apart.loss[0]) > half(agreeing.loss[0]));
    outlook_free(&agreeing);
    outlook_free(&apart);
    for (int k = 0; k < 3; k++) curve_free(&logs[k]);
}

/* 20 points of two real curves each: the cosine's end from the constant rate's log and itself. */
Test(outlook, the_cosine_of_figure_2_ends_in_the_interval_that_the_constant_rate_alone_leaves)
{
    Curve logs[] = {curve_fig2(true)}, measured = curve_fig2(false);
    LawRun schedule = measured.run;
    schedule.points = 0;
    Outlook outlook = look(1, logs, 1, &schedule);
    double end = measured.loss[measured.run.points - 1];
    cr_expect(outlook.loss[0].low < end && end < outlook.loss[0].high, "%g not in %g ... %g", end,
              outlook.loss[0].low, outlook.loss[0].high);
    outlook_free(&outlook);
    curve_free(&logs[0]);
    curve_free(&measured);
}

Test(outlook, threads_change_no_byte)
{
    Curve logs[] = {constant(), cosine()};
    LawRun schedule[] = {asked(logs[0].rate, STEPS), asked(logs[1].rate, STEPS)};
    omp_set_num_threads(1);
    Outlook one = look(2, logs, 2, schedule);
    omp_set_num_threads(4);
    Outlook four = look(2, logs, 2, schedule);
    cr_expect(memcmp(one.loss, four.loss, 2 * sizeof *one.loss) == 0);
    outlook_free(&one);
    outlook_free(&four);
    for (int k = 0; k < 2; k++) curve_free(&logs[k]);
}
