/* Steps without a search: theory on quadratics, where it is exact. */
#include "base/stats.h"
#include "quadratic.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

Test(gd, converges_just_below_two_over_L_and_diverges_just_above)
{
    Quadratic q = quadratic(5, 0.1, 10.0);
    SolveTask task = quadratic_task(1e-12);
    task.rate = 0.99 * 2 / 10.0;
    cr_expect(eq(int, quadratic_run("gd", &q, task, NULL).outcome, OUTCOME_REACHED));
    task.rate = 1.01 * 2 / 10.0;
    cr_expect(eq(int, quadratic_run("gd", &q, task, NULL).outcome, OUTCOME_DIVERGED));
}

/* At rate 2/(L + mu) both ends of the spectrum shrink by exactly (κ - 1)/(κ + 1); 40 steps
 * of two roundings each stay below 1e-13. */
Test(gd, at_two_over_L_plus_mu_each_step_shrinks_by_the_optimal_factor)
{
    Quadratic q = quadratic(2, 1.0, 9.0);
    double expected = sqrt(2.0) * pow(8.0 / 10.0, 40);
    double ratio = quadratic_length("gd", &q, 2.0 / 10.0, 40) / expected;
    cr_assert(epsilon_eq(dbl, ratio, 1.0, 1e-13));
}

/* At h = L the characteristic root -√β is double, so w_t = (1 + (1 + √β) t) (-√β)^t. The
 * double root makes rounding grow like t: 1e-11 after 30 steps. */
Test(heavy_ball, at_the_top_of_the_spectrum_follows_the_double_root)
{
    Quadratic q = quadratic(2, 1.0, 16.0);
    double w[2], root = (4.0 - 1.0) / (4.0 + 1.0);
    SolveTask task = quadratic_task(0.0);
    task.max_steps = 30;
    quadratic_run("heavy_ball", &q, task, w);
    double expected = (1.0 + (1.0 + root) * 30.0) * pow(root, 30);
    cr_assert(epsilon_eq(dbl, w[1] / expected, 1.0, 1e-11));
}

typedef struct {
    double bound, factor;
    int64_t broken;
} Bound;

static void watch_bound(void *context, const Solver *solver)
{
    Bound *bound = context;
    if (solver->value > bound->bound * pow(bound->factor, (double)solver->step) + 1e-300)
        bound->broken++;
}

/* F_t - F* <= (1 - 1/√κ)^t (F_0 - F* + mu/2 |w_0 - w*|²): Nesterov 2004, theorem 2.2.3. */
Test(nesterov, keeps_its_guarantee_at_every_step)
{
    Quadratic q = quadratic(8, 1e-3, 1.0);
    Bound bound = {.bound = quadratic_sum(&q.objective, quadratic_start) + 0.5e-3 * 8,
                   .factor = 1.0 - sqrt(1e-3)};
    SolveTask task = quadratic_task(1e-20);
    task.observer.context = &bound, task.observer.record = watch_bound;
    cr_expect(eq(int, quadratic_run("nesterov", &q, task, NULL).outcome, OUTCOME_REACHED));
    cr_expect(eq(i64, bound.broken, 0));
}

/* F_t - F* <= 2 L |w_0 - w*|² / (t + 1)²: Beck and Teboulle 2009, theorem 4.4. */
static void watch_convex(void *context, const Solver *solver)
{
    double t = (double)solver->step, allowed = 2.0 * 8.0 / ((t + 1.0) * (t + 1.0));
    if (solver->step > 0 && solver->value > allowed) ++*(int64_t *)context;
}

Test(nesterov, convex_keeps_its_guarantee_at_every_step)
{
    Quadratic q = quadratic(8, 1e-6, 1.0);
    int64_t broken = 0;
    SolveTask task = quadratic_task(0.0);
    task.max_steps = 2000;
    task.observer.context = &broken, task.observer.record = watch_convex;
    quadratic_run("nesterov_convex", &q, task, NULL);
    cr_assert(eq(i64, broken, 0));
}

Test(nesterov, restarts_make_the_convex_method_fast)
{
    Quadratic q = quadratic(8, 1e-4, 1.0);
    SolveTask task = quadratic_task(1e-12);
    int64_t plain = quadratic_run("nesterov_convex", &q, task, NULL).steps;
    int64_t restarted = quadratic_run("nesterov_restart", &q, task, NULL).steps;
    cr_assert(lt(i64, 3 * restarted, plain));
}

/* In one dimension one difference of gradients is the curvature. */
Test(barzilai_borwein, in_one_dimension_the_second_step_is_the_last)
{
    const char *kinds[] = {"bb1", "bb2", "abb"};
    for (int k = 0; k < 3; k++) {
        Quadratic q = quadratic(1, 3.0, 3.0);
        SolveTask task = quadratic_task(1e-30);
        task.rate = 0.1; /* the first step is not 1/L */
        SolveResult result = quadratic_run(kinds[k], &q, task, NULL);
        cr_expect(eq(i64, result.steps, 2), "%s", kinds[k]);
        cr_expect(epsilon_eq(dbl, result.rate, 1.0 / 3.0, 1e-15), "%s", kinds[k]);
    }
}

static void watch_rates(void *context, const Solver *solver)
{
    Interval *range = context;
    if (solver->step < 2) return;
    range->low = fmin(range->low, solver->rate);
    range->high = fmax(range->high, solver->rate);
}

/* Both are inverse Rayleigh quotients; 1e-12 for the rounding of the quotient. */
Test(barzilai_borwein, rates_stay_between_the_inverse_curvatures)
{
    Quadratic q = quadratic(5, 0.1, 10.0);
    Interval range = {.low = INFINITY, .high = 0.0};
    SolveTask task = quadratic_task(1e-20);
    task.observer.context = &range, task.observer.record = watch_rates;
    cr_expect(eq(int, quadratic_run("bb1", &q, task, NULL).outcome, OUTCOME_REACHED));
    cr_expect(ge(dbl, range.low, 0.1 * (1 - 1e-12)));
    cr_expect(le(dbl, range.high, 10.0 * (1 + 1e-12)));
}

/* F = h w²/2 and |g|² = h² w²: the rate is 1/(2h) and w is halved. */
Test(polyak, in_one_dimension_halves_the_distance)
{
    Quadratic q = quadratic(1, 5.0, 5.0);
    cr_assert(epsilon_eq(dbl, quadratic_length("polyak", &q, 0.0, 10), pow(0.5, 10), 1e-16));
}

/* Where all curvatures are h, the second rate and all later quadratic_start are 1/(2h). */
Test(adgd, of_2020_finds_half_the_inverse_curvature)
{
    Quadratic q = quadratic(3, 4.0, 4.0);
    double first = 0.05;
    double expected = sqrt(3.0) * (1 - 4.0 * first) * pow(0.5, 9);
    cr_assert(epsilon_eq(dbl, quadratic_length("adgd2020", &q, first, 10), expected, 1e-15));
}

/* A rate far below 1/L may grow only by √(2/3 + θ): 1, then √(5/3), then √(2/3 + √(5/3)). */
Test(adgd, of_2023_grows_as_slowly_as_it_should)
{
    Quadratic q = quadratic(1, 1.0, 1.0);
    double growth2 = sqrt(5.0 / 3.0), growth3 = sqrt(2.0 / 3.0 + growth2);
    SolveTask task = quadratic_task(0.0);
    task.rate = 1e-3, task.max_steps = 4;
    double expected = 1e-3 * growth2 * growth3;
    cr_assert(
        epsilon_eq(dbl, quadratic_run("adgd2023", &q, task, NULL).rate / expected, 1.0, 1e-12));
}

Test(normalised, every_step_has_the_length_of_the_rate)
{
    Quadratic q = quadratic(1, 2.0, 2.0);
    cr_assert(
        epsilon_eq(dbl, quadratic_length("gd_normalised", &q, 0.125, 5), 1 - 5 * 0.125, 1e-15));
}

/* Never closer than its step; a rate that grows as 1/F; a convex rate, not a linear one; rows of
 * data, not a function. */
static bool is_for_other_functions(const SolverKind *kind)
{
    const char *others[] = {"gd_normalised", "adaptive_logistic", "silver_convex", "perceptron"};
    for (int i = 0; i < 4; i++)
        if (strcmp(kind->name, others[i]) == 0) return true;
    return false;
}

Test(kinds, every_other_one_settles_on_a_quadratic)
{
    for (int i = 0; i < solver_count(); i++) {
        const SolverKind *kind = solver_at(i);
        if (is_for_other_functions(kind)) continue;
        Quadratic q = quadratic(7, 0.1, 2.0);
        SolveTask task = quadratic_task(1e-12);
        if (kind->needs_rate) task.rate = 0.1;
        cr_expect(eq(int, solve_run(kind, &q.objective, &task, NULL).outcome, OUTCOME_REACHED),
                  "%s", kind->name);
        cr_expect(eq(ptr, (void *)solver_kind(kind->name), (void *)kind));
    }
}

Test(kinds, an_unknown_name_ends_the_program, .exit_code = 2) { solver_kind("sgd"); }
