/* Right-hand sides of theorems: by hand, and against the runs that they bound. */
#include "objective/logistic.h"
#include "objective/sets.h"
#include "solve/solve.h"
#include "solve/step.h"
#include "solve/theory.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static Design *open(const char *spec) { return set_open(spec, ".", rng_stream(1000, 0, RNG_DATA)); }

/* Mean row (γ, c/4); margins there γ² + c²/4 and γ² - c²/8; the second is half the rows. Three
 * roundings in each of the factors. */
Test(theory, monotone_bound_of_the_pair_is_known)
{
    double gamma = 0.1, c2 = 1.0 - gamma * gamma, r = c2 / 8.0 - gamma * gamma;
    Design *design = open("pair:gamma=0.1");
    double bound = theory_monotone_bound(design);
    design_free(design);
    cr_assert(epsilon_eq(dbl, bound * r * 0.5 / (2.0 * log(2.0)), 1.0, 1e-13));
}

/* F after one step of gradient descent from w = 0, minus ln 2. */
static double first_change(const Design *design, double rate)
{
    Objective *objective = logistic_create(design, 0.0);
    SolveTask task = {.rate = rate, .optimum = NAN, .target_value = -INFINITY, .max_steps = 1};
    double value = solve_run(solver_kind("gd"), objective, &task, NULL).value;
    objective->destroy(objective);
    return value - log(2.0);
}

/* The lemma's contraposition, on sets where the mean row does not separate. */
Test(theory, a_first_step_above_the_monotone_bound_increases_the_loss)
{
    const char *sets[] = {"pair:gamma=0.1", "pair:gamma=0.3", "hard:gamma=0.2", "imbalanced:n=100",
                          "toy"};
    int finite = 0;
    for (int k = 0; k < 5; k++) {
        Design *design = open(sets[k]);
        double bound = theory_monotone_bound(design);
        for (double excess = 1.001; isfinite(bound) && excess < 1e4; excess *= 3.0)
            cr_expect(gt(dbl, first_change(design, excess * bound), 0.0), "%s", sets[k]);
        finite += isfinite(bound);
        design_free(design);
    }
    cr_assert(ge(int, finite, 4));
}

Test(theory, there_is_no_monotone_bound_where_the_mean_row_separates)
{
    Design *design = open("single");
    cr_expect(isinf(theory_monotone_bound(design)));
    design_free(design);
}

/* A weight stands for so many equal rows. */
Test(theory, monotone_bound_counts_weights_as_rows)
{
    Design *rows = design_create(3, 2), *weighted = design_create(2, 2);
    const double row[3][2] = {{0.1, 0.9}, {0.1, -0.3}, {0.1, -0.3}};
    for (int i = 0; i < 3; i++) memcpy(design_row(rows, i), row[i], sizeof row[i]);
    for (int i = 0; i < 2; i++) memcpy(design_row(weighted, i), row[i], sizeof row[i]);
    design_set_weight(weighted, 1, 2.0);
    cr_expect(
        epsilon_eq(dbl, theory_monotone_bound(rows) / theory_monotone_bound(weighted), 1.0, 1e-13));
    design_free(rows);
    design_free(weighted);
}

/* w = along a from `start`; after two steps of gradient descent back there. */
static void expect_cycle(const char *spec, double lambda, double rate)
{
    Design *design = open(spec);
    SaturatedCycle cycle = theory_saturated_cycle(design, lambda, rate);
    Objective *objective = logistic_create(design, lambda);
    int64_t d = design->cols;
    double mean[32], w[32], g[32], start[32] = {0.0};
    objective->gradient(objective, start, mean); /* -mean/2 at w = 0 */
    double length = vector_norm(d, mean);
    for (int64_t j = 0; j < d; j++) w[j] = start[j] = cycle.left * mean[j] / length;
    double point[2];
    for (int step = 0; step < 2; step++) {
        objective->gradient(objective, w, g);
        vector_add(d, -rate, g, w);
        point[step] = vector_norm(d, w);
    }
    /* Losses at these points are saturated to below 1e-9; so is the rest of the map. */
    cr_expect(epsilon_eq(dbl, point[0] / cycle.right, 1.0, 1e-9), "%s", spec);
    cr_expect(epsilon_eq(dbl, point[1] / cycle.left, 1.0, 1e-9), "%s", spec);
    cr_expect(le(dbl, vector_distance(d, w, start), 1e-9 * cycle.left), "%s", spec);
    objective->destroy(objective);
    design_free(design);
}

Test(theory, the_saturated_cycle_is_a_cycle_of_gradient_descent)
{
    expect_cycle("single", 1e-2, 150.0);
    expect_cycle("single", 1e-3, 1900.0);
    expect_cycle("scalars:a1=1,n1=19,a2=0.5,n2=1", 1e-3, 1500.0);
    expect_cycle("random:n=50,d=5,gamma=0.6", 1e-3, 1200.0);
}

/* 60/γ² times the largest of η, n, e and (1 + n/η) ln(1 + n/η): each in its turn. */
Test(theory, transition_bound_is_the_largest_of_four)
{
    double e = exp(1.0);
    cr_expect(epsilon_eq(dbl, theory_transition_bound(0.1, 1e4, 100.0) / 6e7, 1.0, 1e-14));
    cr_expect(epsilon_eq(dbl, theory_transition_bound(0.1, 50.0, 100.0) / 6e5, 1.0, 1e-14));
    cr_expect(epsilon_eq(dbl, theory_transition_bound(0.1, 2.0, 1.0) / (6e3 * e), 1.0, 1e-14));
    double last = 6e3 * 1001.0 * log(1001.0);
    cr_expect(epsilon_eq(dbl, theory_transition_bound(0.1, 1.0, 1000.0) / last, 1.0, 1e-14));
}

static SolveResult run_pair(double rate, double target, int64_t steps)
{
    Design *design = open("pair:gamma=0.3");
    Objective *objective = logistic_create(design, 0.0);
    SolveTask task = {.rate = rate, .optimum = NAN, .target_value = target, .max_steps = steps};
    SolveResult result = solve_run(solver_kind("gd"), objective, &task, NULL);
    objective->destroy(objective);
    design_free(design);
    return result;
}

Test(theory, the_transition_happens_within_its_bound)
{
    for (double rate = 1.0; rate < 1e5; rate *= 8.0) {
        int64_t bound = (int64_t)theory_transition_bound(0.3, rate, 2.0);
        SolveResult result = run_pair(rate, 1.0 / rate, bound);
        cr_expect(eq(int, result.outcome, OUTCOME_REACHED), "rate %g", rate);
    }
}

Test(theory, the_loss_after_a_whole_budget_keeps_its_bound)
{
    double least = ceil(theory_budget_least(0.3, 2.0));
    cr_expect(eq(dbl, least, ceil(120.0 * exp(1.0) / 0.09)));
    for (double steps = least; steps < 20 * least; steps *= 4) {
        double rate = 0.09 * steps / 120.0;
        double value = run_pair(rate, -INFINITY, (int64_t)steps).value;
        cr_expect(le(dbl, value, theory_budget_bound(0.3, steps)), "%g steps", steps);
    }
}

/* At γ²T = e² both logarithms are 4: 480 · 16 / e⁴. */
Test(theory, budget_bound_by_hand)
{
    double steps = exp(2.0) / 0.25;
    cr_assert(epsilon_eq(dbl, theory_budget_bound(0.5, steps) * exp(4.0) / 7680.0, 1.0, 1e-13));
}

Test(theory, stable_steps_by_hand)
{
    cr_assert(epsilon_eq(dbl, theory_stable_steps(1.0, exp(-2.0), 0.1, 4.0), 5.0, 1e-14));
}

/* ln(1/λ) = 2 at λ = e^-2. */
Test(theory, critical_scale_by_hand)
{
    double lambda = exp(-2.0);
    CriticalScale scale = theory_critical_scale(3.0 / lambda, lambda, 0.5);
    cr_expect(epsilon_eq(dbl, scale.constant, 6.0, 1e-14));
    cr_expect(epsilon_eq(dbl, scale.lowest, 0.25, 1e-16));
    cr_expect(epsilon_eq(dbl, scale.smallness, 400.0 * lambda, 1e-12));
}
