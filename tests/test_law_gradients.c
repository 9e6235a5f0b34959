/* Every law's gradient against signed central differences, on one schedule that has it all. */
#include "base/die.h"
#include "law/law.h"
#include "schedules.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

enum { STEPS = 3000, POINTS = 30, WARMUP = 100 };

/* A warm-up, a cosine, a rise, a constant stretch and a cliff. */
static double *rich_schedule(void)
{
    double *rate = schedule_cosine(WARMUP, STEPS, 3e-4, 3e-5);
    schedule_warm_up(rate, WARMUP);
    for (int64_t s = 1500; s < 1600; s++) rate[s] = rate[1499] + 1e-6 * (double)(s - 1499);
    for (int64_t s = 1600; s < 2500; s++) rate[s] = rate[1599];
    for (int64_t s = 2500; s <= STEPS; s++) rate[s] = 2e-5;
    return rate;
}

static LawPath *rich_path(double *rate)
{
    LawRun run = {
        .steps = STEPS + 1, .rate = rate, .warmup = WARMUP, .counted = WARMUP_AREA, .size = 25.0};
    return path_create(&run);
}

static void choose_steps(int64_t step[POINTS])
{
    for (int64_t p = 0; p < POINTS; p++) step[p] = WARMUP + (STEPS - WARMUP) * (p + 1) / POINTS;
}

/* Somewhere inside the bounds, of usual size. */
static double inside(const LawParameter *parameter, int k)
{
    double x =
        parameter->start_low + (.3 + .05 * k) * (parameter->start_high - parameter->start_low);
    return parameter->fixed ? .99 : x;
}

static void compare(const Law *law, LawFeatures *features, double *theta, int k)
{
    double up[POINTS], down[POINTS], loss[POINTS], x = theta[k];
    bool below_one = law->parameter[k].scale == LAW_BELOW_ONE;
    double h = 1e-5 * (below_one ? 1.0 - x : fmax(fabs(x), .01));
    double *gradient = alloc_zeroed((size_t)(POINTS * law->count), sizeof *gradient);
    law->value(features, theta, loss, gradient, NULL);
    theta[k] = x + h;
    law->value(features, theta, up, NULL, NULL);
    theta[k] = x - h;
    law->value(features, theta, down, NULL, NULL);
    theta[k] = x;
    for (int p = 0; p < POINTS; p++) {
        double want = (up[p] - down[p]) / (2.0 * h), got = gradient[p * law->count + k];
        /* h² f‴ / 6 is 1e-10 of f′ for powers below ten or so; rounding is eps |f| / h. */
        double bound = 1e-8 * fabs(want) + 1e-15 * fmax(1.0, fabs(loss[p])) / h;
        cr_expect(fabs(got - want) <= bound, "%s by %s at point %d: %.12g, not %.12g", law->name,
                  law->parameter[k].name, p, got, want);
    }
    free(gradient);
}

Test(law, gradients_are_signed_central_differences)
{
    int64_t step[POINTS];
    double *rate = rich_schedule();
    LawPath *path = rich_path(rate);
    choose_steps(step);
    for (int i = 0; i < law_count(); i++) {
        const Law *law = law_at(i);
        double theta[LAW_MAX_PARAMETERS];
        LawFeatures *features = law_features(law, path, POINTS, step);
        for (int k = 0; k < law->count; k++) theta[k] = inside(&law->parameter[k], k);
        for (int k = 0; k < law->count; k++) compare(law, features, theta, k);
        law_features_free(features);
    }
    path_free(path);
    free(rate);
}

Test(law, a_loss_is_its_floor_plus_progress_minus_annealing)
{
    int64_t step[POINTS];
    double *rate = rich_schedule();
    LawPath *path = rich_path(rate);
    choose_steps(step);
    for (int i = 0; i < law_count(); i++) {
        const Law *law = law_at(i);
        double theta[LAW_MAX_PARAMETERS], loss[POINTS], parts[LAW_PARTS * POINTS];
        for (int k = 0; k < law->count; k++) theta[k] = inside(&law->parameter[k], k);
        law_predict(law, theta, path, POINTS, step, loss, parts);
        for (int p = 0; p < POINTS; p++) {
            double sum = parts[LAW_FLOOR * POINTS + p] + parts[LAW_PROGRESS * POINTS + p] -
                         parts[LAW_ANNEALING * POINTS + p];
            cr_expect(fabs(loss[p] - sum) <= 1e-14 * fabs(parts[LAW_PROGRESS * POINTS + p] + 1.0),
                      "%s at point %d: %.17g, not %.17g", law->name, p, loss[p], sum);
        }
    }
    path_free(path);
    free(rate);
}

Test(law, a_tuned_annealing_law_says_the_same_as_one_on_the_way)
{
    int64_t step[POINTS];
    double *rate = rich_schedule(), theta[] = {2.6, .4, .5, .4, .99}, tuned[POINTS], way[POINTS];
    double tuned_slopes[5 * POINTS], way_slopes[5 * POINTS];
    LawPath *path = rich_path(rate);
    const Law *law = law_find("annealing");
    choose_steps(step);
    LawFeatures *features = law_features(law, path, POINTS, step);
    law->value(features, theta, way, way_slopes, NULL);
    law->tune(features, theta);
    law->value(features, theta, tuned, tuned_slopes, NULL);
    for (int p = 0; p < POINTS; p++) cr_assert(eq(dbl, tuned[p], way[p]));
    for (int i = 0; i < 5 * POINTS; i++) cr_assert(eq(dbl, tuned_slopes[i], way_slopes[i]));
    law_features_free(features);
    path_free(path);
    free(rate);
}

Test(law, names_are_found_and_parameters_have_sound_rows)
{
    for (int i = 0; i < law_count(); i++) {
        const Law *law = law_at(i);
        cr_assert(law_find(law->name) == law && law->count <= LAW_MAX_PARAMETERS);
        cr_assert(law_parameter(law, "L0") == 0 && law_parameter(law, "nobody") == -1);
        for (int k = 0; k < law->count; k++) {
            const LawParameter *row = &law->parameter[k];
            cr_assert(row->low <= row->start_low && row->start_high <= row->high &&
                          row->starts >= 1 && row->typical > 0.0,
                      "%s, %s", law->name, row->name);
        }
    }
}
