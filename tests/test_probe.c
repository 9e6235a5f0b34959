/* What constant steps do: thresholds, cycles, chaos; against theory and hand-made cases. */
#include "objective/logistic.h"
#include "quadratic.h"
#include "solve/probe.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

/* Logistic regression in one dimension: row values with multiplicities. */
typedef struct {
    Design *design;
    Objective *objective;
    double minimiser, curvature; /* at the minimiser */
} Scalar;

static Scalar scalar_create(int count, const double value[], const double times[], double lambda)
{
    Scalar scalar = {.design = design_create(count, 1)};
    for (int i = 0; i < count; i++) {
        design_row(scalar.design, i)[0] = value[i];
        design_set_weight(scalar.design, i, times[i]);
    }
    scalar.objective = logistic_create(scalar.design, lambda);
    objective_minimise(scalar.objective, &scalar.minimiser);
    scalar.curvature = objective_sharpness(scalar.objective, &scalar.minimiser);
    return scalar;
}

static Scalar single(double lambda)
{
    return scalar_create(1, (const double[]){1.0}, (const double[]){1.0}, lambda);
}

static ProbeResult probe_from(const Scalar *scalar, double share, double start)
{
    ProbeTask task = {
        .rate = share / scalar->curvature, .start = &start, .minimiser = &scalar->minimiser};
    return probe_rate(scalar->objective, &task);
}

static void scalar_free(Scalar *scalar)
{
    scalar->objective->destroy(scalar->objective);
    design_free(scalar->design);
}

/* 2 / h on a quadratic; bisection stops at 1e-5. */
Test(threshold, of_a_quadratic_is_two_over_its_largest_curvature)
{
    Quadratic q = quadratic(4, 0.01, 5.0);
    const double minimiser[4] = {0};
    double found = probe_local_threshold(&q.objective, minimiser, 0.1, 1.0, 1e-6);
    cr_expect(epsilon_eq(dbl, found, 2.0 / 5.0, 2e-5 * 0.4));
    found = probe_local_threshold(&q.objective, minimiser, 0.1, 0.3, 1e-6);
    cr_expect(isnan(found), "both ends converge");
}

Test(threshold, of_one_regularised_row_is_two_over_its_curvature)
{
    for (double lambda = 1e-2; lambda > 1e-7; lambda *= 0.1) {
        Scalar scalar = single(lambda);
        double critical = 2.0 / scalar.curvature;
        double found = probe_local_threshold(scalar.objective, &scalar.minimiser, 0.5 * critical,
                                             1.5 * critical, 1e-6);
        cr_expect(epsilon_eq(dbl, found / critical, 1.0, 2e-5), "lambda = %g", lambda);
        scalar_free(&scalar);
    }
}

/* One row, lambda = 1e-3: the bifurcations of a one-dimensional map. In shares of
 * the critical step 2 / h; beyond 2 / lambda (6.2 times it) no orbit is bounded. */
Test(bifurcation, of_one_row_goes_through_two_cycles_chaos_and_three_cycles)
{
    Scalar scalar = single(1e-3);
    const struct {
        double critical_shares;
        Outcome outcome;
        int period;
    } expected[] = {
        {0.5, OUTCOME_REACHED, 0}, {0.99, OUTCOME_REACHED, 0}, {1.01, OUTCOME_CYCLING, 2},
        {1.2, OUTCOME_CYCLING, 2}, {1.5, OUTCOME_CYCLING, 0},  {2.0, OUTCOME_CYCLING, 0},
        {3.0, OUTCOME_CYCLING, 3}, {5.0, OUTCOME_CYCLING, 2},  {6.3, OUTCOME_DIVERGED, 0},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        double share = expected[i].critical_shares;
        ProbeResult result = probe_from(&scalar, 2.0 * share, 0.0);
        cr_expect(eq(int, result.outcome, expected[i].outcome), "at %g", share);
        cr_expect(eq(int, result.period, expected[i].period), "at %g", share);
    }
    scalar_free(&scalar);
}

/* A set that is not separable, without regularisation: its minimiser is stable up to 2 / h,
 * and yet from w = 0 a three-cycle catches the iterates from 1.2 / h on (Meng et al. 2024
 * prove such sets exist; these decimals are a prototype's). */
Test(cycles, a_stable_minimiser_can_stand_beside_a_stable_three_cycle)
{
    Scalar scalar = scalar_create(2, (const double[]){1.0, -0.00044}, (const double[]){2, 9114}, 0);
    cr_expect(epsilon_eq(dbl, scalar.curvature / 5.04831e-8, 1.0, 1e-5)); /* six digits given */
    cr_expect(eq(int, probe_from(&scalar, 0.99, 0.0).outcome, OUTCOME_REACHED));
    ProbeResult result = probe_from(&scalar, 1.2, 0.0);
    cr_expect(eq(int, result.outcome, OUTCOME_CYCLING));
    cr_expect(eq(int, result.period, 3));
    /* between -5245.794 and 116.491; the iterate at the end is an extreme one or the middle */
    cr_expect(ge(dbl, result.amplitude, 0.5 * (5245.794 + 116.491)));
    cr_expect(le(dbl, result.amplitude, 5245.794 + 116.491 + 0.01));
    scalar_free(&scalar);
}

/* Just above the edge, started a hair away: near the minimiser for all 20,000 steps. */
Test(reached, is_not_said_of_a_run_that_is_near_but_leaving)
{
    Quadratic q = quadratic(2, 0.1, 1.0);
    const double start[2] = {1e-12, 1e-12}, minimiser[2] = {0};
    ProbeTask task = {.rate = 2.0003, .start = start, .minimiser = minimiser};
    ProbeResult result = probe_rate(&q.objective, &task);
    cr_expect(lt(dbl, result.distance, 1e-6), "it is near all the time");
    cr_expect(eq(int, result.outcome, OUTCOME_CYCLING));
    cr_expect(eq(int, result.period, 0), "it alternates, but grows by 6e-4 of itself in two steps");
    task.rate = 1.9997;
    cr_expect(eq(int, probe_rate(&q.objective, &task).outcome, OUTCOME_REACHED));
}

Test(reached, a_slow_approach_is_spent)
{
    Quadratic q = quadratic(2, 1e-4, 1.0);
    const double start[2] = {1.0, 1.0}, minimiser[2] = {0};
    ProbeTask task = {.rate = 1.0, .start = start, .minimiser = minimiser};
    cr_assert(eq(int, probe_rate(&q.objective, &task).outcome, OUTCOME_SPENT));
}

static Design *hard_rows(void)
{
    const double rows[3][3] = {
        {0.2, sqrt(0.96), 0.0}, {0.2, -sqrt(0.96) / 2, 0.0}, {0.7, 0.5, sqrt(0.26)}};
    Design *design = design_create(3, 3);
    for (int i = 0; i < 3; i++) memcpy(design_row(design, i), rows[i], sizeof rows[i]);
    return design;
}

static SolveTask hard_task(Design *design, double lambda, double *w)
{
    return (SolveTask){.optimum = logistic_minimise(design, lambda, w),
                       .target_gap = 1e-10,
                       .target_value = -INFINITY,
                       .max_steps = 1000000};
}

/* 2 / L: above it the top coordinate grows, and sooner or later F with it. */
Test(scan, largest_monotone_rate_of_a_quadratic_is_two_over_L)
{
    Quadratic q = quadratic(2, 0.5, 4.0);
    const double start[2] = {1.0, 1.0};
    SolveTask task = {
        .target_gap = 1e-10, .max_steps = 1000000, .start = start, .target_value = -INFINITY};
    double found = probe_largest_monotone(&q.objective, &task, (RateGrid){0.1, 2.0, pow(2, 0.125)});
    cr_assert(epsilon_eq(dbl, found, 0.5, 2e-4 * 0.5)); /* bisection to 1e-4 */
}

/* The prototype's: 43.4 or a little more for small lambda. */
Test(scan, largest_monotone_rate_of_the_hard_rows_does_not_grow_with_the_condition)
{
    Design *design = hard_rows();
    for (double lambda = 1e-4; lambda > 5e-6; lambda *= 0.1) {
        double w[3];
        SolveTask task = hard_task(design, lambda, w);
        Objective *objective = logistic_create(design, lambda);
        RateGrid grid = {1.0 / objective->smooth, logistic_critical_rate(design, lambda, w), 1.1};
        double found = probe_largest_monotone(objective, &task, grid);
        cr_expect(ge(dbl, found, 43.0), "lambda = %g", lambda);
        cr_expect(le(dbl, found, 44.5), "lambda = %g", lambda);
        objective->destroy(objective);
    }
    design_free(design);
}

/* At 2/(L + mu) = 1.980 a quadratic shrinks fastest. From this start both coordinates weigh
 * the same there and their sum costs ln 2 / 0.04 = 17 of 670 steps more, which pays for a
 * slightly smaller rate; towards 2 the steps grow without bound. */
Test(scan, best_constant_rate_of_a_quadratic_is_the_optimal_one)
{
    Quadratic q = quadratic(2, 0.01, 1.0);
    const double start[2] = {10.0, 1.0};
    SolveTask task = {
        .target_gap = 1e-12, .max_steps = 1000000, .start = start, .target_value = -INFINITY};
    ProbeBest best =
        probe_best_constant(solver_kind("gd"), &q.objective, &task, (RateGrid){0.1, 1.999, 1.001});
    cr_expect(epsilon_eq(dbl, best.rate, 2.0 / 1.01, 0.01));
}

Test(scan, cutting_runs_off_does_not_change_the_best_one)
{
    Quadratic q = quadratic(2, 0.01, 1.0);
    const double start[2] = {10.0, 1.0};
    SolveTask task = {
        .target_gap = 1e-12, .max_steps = 1000000, .start = start, .target_value = -INFINITY};
    RateGrid grid = {1.9, 1.999, 1.001};
    ProbeBest best = probe_best_constant(solver_kind("gd"), &q.objective, &task, grid);
    int64_t fewest = INT64_MAX;
    for (int k = 0; grid.low * pow(grid.ratio, k) <= grid.high; k++) {
        task.rate = grid.low * pow(grid.ratio, k);
        SolveResult run = solve_run(solver_kind("gd"), &q.objective, &task, NULL);
        if (run.outcome == OUTCOME_REACHED && run.steps < fewest) fewest = run.steps;
    }
    cr_expect(eq(i64, best.run.steps, fewest));
}
