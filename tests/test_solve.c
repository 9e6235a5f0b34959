/* The steps of the solvers: theory on quadratics, then iterates computed by others. */
#include "base/stats.h"
#include "objective/logistic.h"
#include "quadratic.h"
#include "solve/silver.h"
#include "solve/solve.h"
#include "solve/wolfe.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <stdio.h>
#include <string.h>

static const double ones[QUADRATIC_MAX] = {1, 1, 1, 1, 1, 1, 1, 1};

static SolveTask task_to(double gap)
{
    return (SolveTask){
        .target_gap = gap, .target_value = -INFINITY, .max_steps = 100000, .start = ones};
}

static SolveResult run(const char *kind, Quadratic *q, SolveTask task, double *final)
{
    return solve_run(solver_kind(kind), &q->objective, &task, final);
}

/* |w| after exactly `steps` steps of a kind on a quadratic. */
static double length_after(const char *kind, Quadratic *q, double rate, int64_t steps)
{
    double w[QUADRATIC_MAX];
    SolveTask task = task_to(0.0);
    task.rate = rate, task.max_steps = steps;
    run(kind, q, task, w);
    return vector_norm(q->objective.dimension, w);
}

/* ---- theory */

Test(gd, converges_just_below_two_over_L_and_diverges_just_above)
{
    Quadratic q = quadratic(5, 0.1, 10.0);
    SolveTask task = task_to(1e-12);
    task.rate = 0.99 * 2 / 10.0;
    cr_expect(eq(int, run("gd", &q, task, NULL).outcome, OUTCOME_REACHED));
    task.rate = 1.01 * 2 / 10.0;
    cr_expect(eq(int, run("gd", &q, task, NULL).outcome, OUTCOME_DIVERGED));
}

/* At rate 2/(L + mu) both ends of the spectrum shrink by exactly (κ - 1)/(κ + 1); 40 steps
 * of two roundings each stay below 1e-13. */
Test(gd, at_two_over_L_plus_mu_each_step_shrinks_by_the_optimal_factor)
{
    Quadratic q = quadratic(2, 1.0, 9.0);
    double expected = sqrt(2.0) * pow(8.0 / 10.0, 40);
    double ratio = length_after("gd", &q, 2.0 / 10.0, 40) / expected;
    cr_assert(epsilon_eq(dbl, ratio, 1.0, 1e-13));
}

/* At h = L the characteristic root -√β is double, so w_t = (1 + (1 + √β) t) (-√β)^t. The
 * double root makes rounding grow like t: 1e-11 after 30 steps. */
Test(heavy_ball, at_the_top_of_the_spectrum_follows_the_double_root)
{
    Quadratic q = quadratic(2, 1.0, 16.0);
    double w[2], root = (4.0 - 1.0) / (4.0 + 1.0);
    SolveTask task = task_to(0.0);
    task.max_steps = 30;
    run("heavy_ball", &q, task, w);
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
    Bound bound = {.bound = quadratic_sum(&q.objective, ones) + 0.5e-3 * 8,
                   .factor = 1.0 - sqrt(1e-3)};
    SolveTask task = task_to(1e-20);
    task.observer.context = &bound, task.observer.record = watch_bound;
    cr_expect(eq(int, run("nesterov", &q, task, NULL).outcome, OUTCOME_REACHED));
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
    SolveTask task = task_to(0.0);
    task.max_steps = 2000;
    task.observer.context = &broken, task.observer.record = watch_convex;
    run("nesterov_convex", &q, task, NULL);
    cr_assert(eq(i64, broken, 0));
}

Test(nesterov, restarts_make_the_convex_method_fast)
{
    Quadratic q = quadratic(8, 1e-4, 1.0);
    SolveTask task = task_to(1e-12);
    int64_t plain = run("nesterov_convex", &q, task, NULL).steps;
    int64_t restarted = run("nesterov_restart", &q, task, NULL).steps;
    cr_assert(lt(i64, 3 * restarted, plain));
}

/* In one dimension one difference of gradients is the curvature. */
Test(barzilai_borwein, in_one_dimension_the_second_step_is_the_last)
{
    const char *kinds[] = {"bb1", "bb2", "abb"};
    for (int k = 0; k < 3; k++) {
        Quadratic q = quadratic(1, 3.0, 3.0);
        SolveTask task = task_to(1e-30);
        task.rate = 0.1; /* the first step is not 1/L */
        SolveResult result = run(kinds[k], &q, task, NULL);
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
    SolveTask task = task_to(1e-20);
    task.observer.context = &range, task.observer.record = watch_rates;
    cr_expect(eq(int, run("bb1", &q, task, NULL).outcome, OUTCOME_REACHED));
    cr_expect(ge(dbl, range.low, 0.1 * (1 - 1e-12)));
    cr_expect(le(dbl, range.high, 10.0 * (1 + 1e-12)));
}

/* F = h w²/2 and |g|² = h² w²: the rate is 1/(2h) and w is halved. */
Test(polyak, in_one_dimension_halves_the_distance)
{
    Quadratic q = quadratic(1, 5.0, 5.0);
    cr_assert(epsilon_eq(dbl, length_after("polyak", &q, 0.0, 10), pow(0.5, 10), 1e-16));
}

/* Where all curvatures are h, the second rate and all later ones are 1/(2h). */
Test(adgd, of_2020_finds_half_the_inverse_curvature)
{
    Quadratic q = quadratic(3, 4.0, 4.0);
    double first = 0.05;
    double expected = sqrt(3.0) * (1 - 4.0 * first) * pow(0.5, 9);
    cr_assert(epsilon_eq(dbl, length_after("adgd2020", &q, first, 10), expected, 1e-15));
}

/* A rate far below 1/L may grow only by √(2/3 + θ): 1, then √(5/3), then √(2/3 + √(5/3)). */
Test(adgd, of_2023_grows_as_slowly_as_it_should)
{
    Quadratic q = quadratic(1, 1.0, 1.0);
    double growth2 = sqrt(5.0 / 3.0), growth3 = sqrt(2.0 / 3.0 + growth2);
    SolveTask task = task_to(0.0);
    task.rate = 1e-3, task.max_steps = 4;
    double expected = 1e-3 * growth2 * growth3;
    cr_assert(epsilon_eq(dbl, run("adgd2023", &q, task, NULL).rate / expected, 1.0, 1e-12));
}

typedef struct {
    double w[QUADRATIC_MAX], g[QUADRATIC_MAX], value, rate;
    int64_t broken;
} Last;

/* The rate accepted is the rate tested, it was tested from twice the last one down, and
 * its double fails unless it was the first trial. */
static void watch_armijo(void *context, const Solver *solver)
{
    Last *last = context;
    Objective copy = *solver->objective;
    Quadratic trial = {.objective = copy};
    memcpy(trial.h, ((Quadratic *)solver->objective)->h, sizeof trial.h);
    for (int doubled = 0; doubled < 2 && solver->step > 0; doubled++) {
        double w[QUADRATIC_MAX], rate = solver->rate * (doubled ? 2.0 : 1.0);
        for (int64_t i = 0; i < solver->n; i++) w[i] = last->w[i] - rate * last->g[i];
        double square = vector_dot(solver->n, last->g, last->g);
        bool fell = quadratic_sum(&trial.objective, w) <= last->value - 1e-4 * rate * square;
        bool first_trial = solver->rate == 2.0 * last->rate;
        if (!doubled && !fell) last->broken++;
        if (doubled && fell && !first_trial) last->broken++;
    }
    vector_copy(solver->n, solver->w, last->w);
    vector_copy(solver->n, solver->g, last->g);
    last->value = solver->value, last->rate = solver->rate;
}

Test(armijo, tests_the_rate_that_it_uses)
{
    Quadratic q = quadratic(5, 0.1, 10.0);
    Last last = {.broken = 0};
    SolveTask task = task_to(1e-12);
    task.observer.context = &last, task.observer.record = watch_armijo;
    SolveResult result = run("armijo", &q, task, NULL);
    cr_expect(eq(int, result.outcome, OUTCOME_REACHED));
    cr_expect(eq(i64, last.broken, 0));
    cr_expect(gt(i64, result.values, result.steps), "every halving is a value, and charged");
}

Test(newton, needs_one_step_on_a_quadratic)
{
    Quadratic q = quadratic(5, 1e-6, 10.0);
    SolveResult result = run("newton", &q, task_to(1e-28), NULL);
    cr_expect(eq(i64, result.steps, 1));
    cr_expect(eq(i64, result.products, 5));
}

/* With ten pairs in five dimensions it is BFGS: superlinear. 25 is five times what exact
 * line searches would need. */
Test(lbfgs, ends_early_on_a_small_quadratic)
{
    Quadratic q = quadratic(5, 1e-2, 10.0);
    SolveResult result = run("lbfgs", &q, task_to(1e-20), NULL);
    cr_expect(eq(int, result.outcome, OUTCOME_REACHED));
    cr_expect(lt(i64, result.steps, 25));
}

Test(lbfgs, forgets_old_pairs_and_still_converges)
{
    Quadratic q = quadratic(8, 1e-5, 1.0);
    SolveResult result = run("lbfgs", &q, task_to(1e-24), NULL);
    cr_expect(eq(int, result.outcome, OUTCOME_REACHED));
    cr_expect(gt(i64, result.steps, LBFGS_PAIRS), "or the ring of pairs was not tested");
}

/* More's function of 1994, eq. (5.1): -x / (x² + 2), minimum at √2, flat far away. */
static double rational_gradient(Objective *objective, const double *w, double *g)
{
    double x = w[0], d = x * x + 2.0;
    objective->gradients++;
    g[0] = (x * x - 2.0) / (d * d);
    return -x / d;
}

Test(wolfe, meets_both_conditions_from_any_first_rate)
{
    for (double first = 1e-3; first <= 1e3; first *= 10.0) {
        Objective f = {.dimension = 1, .gradient = rational_gradient};
        double w = 0.0, g, trial, gradient, direction = 1.0;
        Solver solver = {.objective = &f, .n = 1, .w = &w, .g = &g};
        solver.value = f.gradient(&f, &w, &g);
        WolfeLine line = {&direction, &trial, &gradient};
        WolfePoint point = wolfe_search(&solver, &line, first);
        cr_expect(gt(dbl, point.rate, 0.0), "first rate %g", first);
        cr_expect(le(dbl, point.value, solver.value + 1e-4 * point.rate * g));
        cr_expect(le(dbl, fabs(point.slope), 0.9 * fabs(g)));
        cr_expect(eq(dbl, trial, point.rate), "the trial is the accepted point");
        cr_expect(eq(dbl, gradient, point.slope));
    }
}

Test(normalised, every_step_has_the_length_of_the_rate)
{
    Quadratic q = quadratic(1, 2.0, 2.0);
    cr_assert(epsilon_eq(dbl, length_after("gd_normalised", &q, 0.125, 5), 1 - 5 * 0.125, 1e-15));
}

/* ---- silver */

/* 1 + (1 + √2)^(v - 1) for v = 0, 1, 2, 3: √2, 2, 2 + √2, 4 + 2√2. */
Test(silver, convex_lengths_are_the_published_ones)
{
    const double root = sqrt(2.0);
    const double expected[] = {root, 2, root, 2 + root, root, 2, root, 4 + 2 * root, root};
    for (int64_t k = 1; k <= 9; k++)
        cr_expect(epsilon_eq(dbl, silver_convex_length(k), expected[k - 1], 1e-14), "k = %ld", k);
}

/* F - F* <= L |w_0 - w*|² / (1 + √(4 (1 + √2)^(2k) - 3)) after 2^k - 1 steps: 2309.16530,
 * theorem 1.1. */
Test(silver, convex_steps_keep_their_guarantee)
{
    for (double h = 1.0; h > 1e-6; h *= 0.7) {
        Quadratic q = quadratic(1, h, h);
        q.objective.smooth = 1.0;
        for (int k = 1; k <= 12; k++) {
            double w = length_after("silver_convex", &q, 0.0, ((int64_t)1 << k) - 1);
            double root = sqrt(4.0 * pow(1.0 + sqrt(2.0), 2 * k) - 3.0);
            cr_expect(le(dbl, 0.5 * h * w * w, 1.0 / (1.0 + root)), "h = %g, k = %d", h, k);
        }
    }
}

Test(silver, without_levels_is_the_optimal_constant_step)
{
    cr_expect(eq(int, silver_levels(5.0), 0));
    cr_expect(epsilon_eq(dbl, silver_length(5.0, 1), 2 * 5.0 / 6.0, 1e-15));
    cr_expect(epsilon_eq(dbl, silver_block_factor(5.0), pow(4.0 / 6.0, 2), 1e-15));
}

/* Every quadratic between mu and L keeps the block's guarantee, and at h = L, where all
 * steps overshoot most, none can do much better: the bound is tight over functions, so
 * some curvature comes within a factor of ten of it. */
Test(silver, a_block_keeps_its_guarantee_for_every_curvature)
{
    const double condition = 200.0;
    int64_t block = (int64_t)1 << silver_levels(condition);
    double factor = silver_block_factor(condition), worst = 0.0;
    cr_assert(gt(i64, block, 8));
    for (int i = 0; i <= 1000; i++) {
        double h = pow(condition, -(double)i / 1000.0), w = 1.0; /* L = 1 */
        for (int64_t k = 1; k <= block; k++) w *= 1.0 - silver_length(condition, k) * h;
        worst = fmax(worst, w * w);
    }
    cr_expect(le(dbl, worst, factor * (1 + 1e-12)));
    cr_expect(ge(dbl, worst, 0.1 * factor));
}

Test(silver, blocks_repeat)
{
    int64_t block = (int64_t)1 << silver_levels(100.0);
    for (int64_t k = 1; k <= block; k++)
        cr_expect(eq(dbl, silver_length(100.0, k + block), silver_length(100.0, k)));
}

/* ---- all kinds */

/* Never closer than its step; a rate that grows as 1/F; a convex rate, not a linear one. */
static bool is_for_other_functions(const SolverKind *kind)
{
    const char *others[] = {"gd_normalised", "adaptive_logistic", "silver_convex"};
    for (int i = 0; i < 3; i++)
        if (strcmp(kind->name, others[i]) == 0) return true;
    return false;
}

Test(kinds, every_other_one_settles_on_a_quadratic)
{
    for (int i = 0; i < solver_count(); i++) {
        const SolverKind *kind = solver_at(i);
        if (is_for_other_functions(kind)) continue;
        Quadratic q = quadratic(7, 0.1, 2.0);
        SolveTask task = task_to(1e-12);
        if (kind->needs_rate) task.rate = 0.1;
        cr_expect(eq(int, solve_run(kind, &q.objective, &task, NULL).outcome, OUTCOME_REACHED),
                  "%s", kind->name);
        cr_expect(eq(ptr, (void *)solver_kind(kind->name), (void *)kind));
    }
}

Test(kinds, an_unknown_name_ends_the_program, .exit_code = 2) { solver_kind("sgd"); }

/* ---- golden: tests/golden/solve.py, NumPy */

static Design *hard_rows(void)
{
    const double rows[3][3] = {
        {0.2, sqrt(0.96), 0.0}, {0.2, -sqrt(0.96) / 2, 0.0}, {0.7, 0.5, sqrt(0.26)}};
    Design *design = design_create(3, 3);
    for (int i = 0; i < 3; i++) memcpy(design_row(design, i), rows[i], sizeof rows[i]);
    return design;
}

static double golden_rate(const char *kind)
{
    if (strcmp(kind, "gd") == 0) return 19.0;
    if (strcmp(kind, "gd_normalised") == 0) return 0.5;
    return strcmp(kind, "adaptive_logistic") == 0 ? 2.0 : 0.0;
}

/* Both sides round differently (differences of iterates there, products here): some 10²
 * operations of 1e-16 each, and for spectral rates and line searches a division by differences
 * that have lost up to two digits. */
Test(golden, iterates_agree_with_numpy)
{
    Design *design = hard_rows();
    FILE *file = fopen("tests/golden/solve.csv", "r");
    cr_assert(ne(ptr, file, NULL), "run the tests in the project's root");
    char line[256], name[32];
    double w[3], expected[3];
    long steps;
    int compared = 0;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%31[^,],%ld,%lf,%lf,%lf", name, &steps, &expected[0], &expected[1],
                   &expected[2]) != 5)
            continue;
        bool unpenalised = strcmp(name, "adaptive_logistic") == 0;
        Objective *objective = logistic_create(design, unpenalised ? 0.0 : 1e-3);
        double best[3] = {0, 0, 0};
        SolveTask task = {.rate = golden_rate(name), .max_steps = steps, .target_value = -INFINITY};
        if (!unpenalised) task.optimum = logistic_minimise(design, 1e-3, best);
        solve_run(solver_kind(name), objective, &task, w);
        double error = vector_distance(3, w, expected) / vector_norm(3, expected);
        cr_expect(lt(dbl, error, 1e-12), "%s after %ld steps: %.2g", name, steps, error);
        compared++;
        objective->destroy(objective);
    }
    cr_expect(eq(int, compared, 72), "the whole file");
    fclose(file);
    design_free(design);
}
