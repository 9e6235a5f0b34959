/* A law fitted to runs of a known law, and the runs themselves. */
#include "fit/estimate.h"

#include "curves.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

/* ---- runs */

Test(run, points_before_a_step_are_left_out)
{
    int64_t step[] = {5, 10, 15};
    double loss[] = {3, 2, 1};
    LawRun run = {.points = 3, .step = step, .loss = loss};
    LawRun later = run_from(run, 10);
    cr_expect(eq(i64, later.points, 2));
    cr_expect(eq(i64, later.step[0], 10));
    cr_expect(eq(dbl, later.loss[0], 2));
    cr_expect(eq(i64, run_from(run, 0).points, 3));
    cr_expect(eq(i64, run_from(run, 16).points, 0));
}

Test(run, a_law_is_fitted_to_losses_that_are_numbers_above_zero)
{
    double loss[] = {3, 2, 1};
    LawRun run = {.points = 3, .loss = loss};
    cr_expect(run_has_losses(&run));
    double wrong[] = {0.0, -1.0, NAN, INFINITY};
    for (int k = 0; k < 4; k++) {
        loss[2] = wrong[k];
        cr_expect(not(run_has_losses(&run)), "%g", wrong[k]);
    }
    run.points = 0;
    cr_expect(not(run_has_losses(&run)), "none at all");
}

/* ---- memories */

Test(estimate, memories_that_are_tried_go_from_the_shortest_to_the_longest_by_one_factor)
{
    double lambda[ESTIMATE_SCAN], memory[ESTIMATE_SCAN];
    estimate_lambdas(10.0, 1000.0, lambda);
    for (int k = 0; k < ESTIMATE_SCAN; k++) memory[k] = 1.0 / (1.0 - lambda[k]);
    /* 1 − λ loses three digits at a memory of 1000 */
    cr_expect(fabs(memory[0] / 10.0 - 1.0) < 1e-12);
    for (int k = 1; k < ESTIMATE_SCAN; k++)
        cr_expect(fabs(memory[k] / memory[k - 1] / pow(100.0, 0.05) - 1.0) < 1e-12, "%d", k);
    estimate_lambdas(0.01, 1000.0, lambda);
    cr_expect(fabs(1.0 / (1.0 - lambda[0]) - 1.5) < 1e-12, "below it a step forgets all before");
}

/* Two curves without noise: whatever memory the law had, it is found, between nodes too. */
Test(estimate, the_constants_of_two_curves_of_a_law_are_found_with_its_memory)
{
    enum { STEPS = 2000, POINTS = 60 };
    const Law *law = law_find("annealing");
    double *rate[] = {schedule_constant(STEPS, 1e-2), schedule_cosine(0, STEPS, 1e-2, 1e-3)};
    double loss[2][POINTS];
    int64_t step[POINTS];
    for (int p = 0; p < POINTS; p++) step[p] = 200 + 30 * p;
    for (int m = 0; m < 3; m++) {
        double theta[] = {2.0, 0.8, 0.6, 0.3, path_lambda((double[]){31.0, 170.0, 1100.0}[m])};
        LawRun run[2];
        for (int r = 0; r < 2; r++) {
            run[r] = (LawRun){.steps = STEPS + 1,
                              .rate = rate[r],
                              .points = POINTS,
                              .step = step,
                              .loss = loss[r]};
            law_predict_run(law, theta, &run[r], POINTS, step, loss[r]);
        }
        FitResult fit = estimate_scanned(2, (const LawRun *const[]){&run[0], &run[1]}, 20.0, STEPS);
        /* The fit stops where its gradient is rounding; these five are known to about a root of
         * that. */
        for (int k = 0; k < 5; k++)
            cr_expect(fabs(fit.theta[k] / theta[k] - 1.0) < 1e-4, "%s is %.10g, not %.10g",
                      law->parameter[k].name, fit.theta[k], theta[k]);
    }
    free(rate[0]);
    free(rate[1]);
}
