/* Intervals of fitted parameters, the minimiser below them, the same bytes on all threads. */
#include "fig2.h"
#include "fit/interval.h"
#include "fit/lbfgsb.h"

#include <omp.h>

Test(fit_interval, standard_errors_hold_the_truth_about_as_often_as_they_say)
{
    /* Independent noise, as they assume: 60 trials at 80 % hold 48 on average, deviation
     * 3.1; between 36 and 59 but for one in 5000, for each of two parameters. */
    static const double truth[] = {2.6, .43, .55, .41, .999};
    enum { TRIALS = 60 };
    int held[2] = {0}, asked[2] = {L0, C};
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        Fig2 set = fig2();
        make_losses(&set, truth, 8e-4, trial);
        FitData *data = fig2_data(&set, "annealing", 0, 2);
        FitOptions options = fit_options();
        FitResult fit = fit_run(data, &options, NULL);
        for (int i = 0; i < 2; i++) {
            double away = fabs(fit.theta[asked[i]] - truth[asked[i]]) / fit.error[asked[i]];
            held[i] += away <= stats_normal_quantile(.9);
        }
        fig2_free(&set, data);
    }
    for (int i = 0; i < 2; i++)
        cr_expect(held[i] >= 36 && held[i] <= 59, "%d of %d", held[i], TRIALS);
}

Test(fit_interval, standard_errors_and_bootstrap_agree_on_independent_noise)
{
    static const double truth[] = {2.6, .43, .55, .41, .999};
    enum { RESAMPLES = 200 };
    static double theta[RESAMPLES * LAW_MAX_PARAMETERS];
    Fig2 set = fig2();
    make_losses(&set, truth, 8e-4, 3);
    FitData *data = fig2_data(&set, "annealing", 0, 2);
    FitOptions options = fit_options();
    FitResult fit = fit_run(data, &options, NULL);
    fit_bootstrap(data, &options, &fit, 1, RESAMPLES, 1005, theta);
    for (int k = 0; k < 4; k++) {
        Interval drawn = fit_bootstrap_interval(&fit, k, RESAMPLES, theta, .9);
        double ratio = (drawn.high - drawn.low) / (2 * 1.645 * fit.error[k]);
        cr_expect(drawn.low < fit.theta[k] && fit.theta[k] < drawn.high);
        /* 40 points: the bootstrap's spread itself is uncertain by a quarter. */
        cr_expect(ratio > .5 && ratio < 2.0, "%s: %g", fit.law->parameter[k].name, ratio);
    }
    fig2_free(&set, data);
}

Test(fit_interval, a_block_as_long_as_its_run_draws_the_run_itself)
{
    enum { RESAMPLES = 3 };
    double theta[RESAMPLES * 5];
    Fig2 set = fig2();
    FitData *data = fig2_data(&set, "annealing", 0, 2);
    FitOptions options = fit_options();
    FitResult fit = fit_run(data, &options, NULL);
    fit_bootstrap(data, &options, &fit, 20, RESAMPLES, 1006, theta);
    for (int i = 0; i < RESAMPLES * 5; i++)
        check("parameter", theta[i], fit.theta[i % 5], 1e-9); /* already at the optimum */
    fig2_free(&set, data);
}

Test(fit_interval, the_same_bytes_on_any_number_of_threads)
{
    enum { RESAMPLES = 8 };
    FitResult first = {.law = NULL};
    double kept[RESAMPLES * 5] = {0}, drawn[RESAMPLES * 5];
    for (int threads = 1; threads <= 8; threads *= 2) {
        omp_set_num_threads(threads);
        Fig2 set = fig2();
        FitData *data = fig2_data(&set, "annealing", 0, 2);
        FitOptions options = fit_options();
        options.starts = FIT_GRID;
        FitResult fit = fit_run(data, &options, NULL);
        fit_bootstrap(data, &options, &fit, 0, RESAMPLES, 1006, drawn);
        if (threads == 1) first = fit, memcpy(kept, drawn, sizeof kept);
        cr_assert(memcmp(first.theta, fit.theta, sizeof fit.theta) == 0);
        cr_assert(first.objective == fit.objective && first.evaluations == fit.evaluations);
        cr_assert(memcmp(kept, drawn, sizeof kept) == 0);
        fig2_free(&set, data);
    }
}

/* (x − 3)² + 10 (y − x²)² */
static double banana(void *context, const double *x, double *gradient)
{
    double away = x[1] - x[0] * x[0];
    ++*(int *)context;
    gradient[0] = 2.0 * (x[0] - 3.0) - 40.0 * away * x[0];
    gradient[1] = 20.0 * away;
    return (x[0] - 3.0) * (x[0] - 3.0) + 10.0 * away * away;
}

Test(lbfgsb, finds_a_minimum_inside_and_on_a_bound)
{
    int count = 0;
    double low[] = {-5, -5}, high[] = {INFINITY, INFINITY}, x[] = {0, 0}, value;
    LbfgsbTask task = {banana, &count, 2, low, high, 1e-15, 1000};
    cr_assert(lbfgsb_minimise(&task, x, &value) == count && value < 1e-12);
    check("x", x[0], 3.0, 1e-6);
    check("y", x[1], 9.0, 1e-5);
    high[0] = 2.0;
    x[0] = x[1] = 0.0;
    lbfgsb_minimise(&task, x, &value);
    cr_assert(eq(dbl, x[0], 2.0));
    check("value", value, 1.0, 1e-12); /* (2 − 3)², with y = 4 */
    check("y", x[1], 4.0, 1e-6);
}
