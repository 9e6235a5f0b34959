/* Steps that search: Armijo, Wolfe, L-BFGS, Newton. */
#include "designs.h"
#include "objective/logistic.h"
#include "quadratic.h"
#include "solve/wolfe.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

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
    SolveTask task = quadratic_task(1e-12);
    task.observer.context = &last, task.observer.record = watch_armijo;
    SolveResult result = quadratic_run("armijo", &q, task, NULL);
    cr_expect(eq(int, result.outcome, OUTCOME_REACHED));
    cr_expect(eq(i64, last.broken, 0));
    cr_expect(gt(i64, result.values, result.steps), "every halving is a value, and charged");
}

Test(newton, needs_one_step_on_a_quadratic)
{
    Quadratic q = quadratic(5, 1e-6, 10.0);
    SolveResult result = quadratic_run("newton", &q, quadratic_task(1e-28), NULL);
    cr_expect(eq(i64, result.steps, 1));
    cr_expect(eq(i64, result.products, 5));
}

Test(newton, keeps_its_hessian_while_it_pays)
{
    Quadratic q = quadratic(5, 1e-6, 10.0);
    SolveResult result = quadratic_run("newton_kept", &q, quadratic_task(1e-28), NULL);
    cr_expect(eq(i64, result.steps, 1));

    Design *design = design_golden(60, 5, 0.3);
    Objective *objective = logistic_create(design, 1e-3);
    SolveTask task = {.optimum = NAN, .target_gradient = 1e-12, .max_steps = 100};
    double w[5], kept[5];
    SolveResult newton = solve_run(solver_kind("newton"), objective, &task, w);
    result = solve_run(solver_kind("newton_kept"), objective, &task, kept);
    cr_expect(eq(int, result.outcome, OUTCOME_REACHED));
    cr_expect(lt(i64, result.products, 5 * result.steps), "a Hessian served two steps");
    cr_expect(le(i64, result.products, newton.products));
    /* |w - w*| <= |g| / lambda = 1e-9 each. */
    for (int i = 0; i < 5; i++) cr_expect(epsilon_eq(dbl, kept[i], w[i], 2e-9));
    objective->destroy(objective);
    design_free(design);
}

/* With ten pairs in five dimensions it is BFGS: superlinear. 25 is five times what exact
 * line searches would need. */
Test(lbfgs, ends_early_on_a_small_quadratic)
{
    Quadratic q = quadratic(5, 1e-2, 10.0);
    SolveResult result = quadratic_run("lbfgs", &q, quadratic_task(1e-20), NULL);
    cr_expect(eq(int, result.outcome, OUTCOME_REACHED));
    cr_expect(lt(i64, result.steps, 25));
}

Test(lbfgs, forgets_old_pairs_and_still_converges)
{
    Quadratic q = quadratic(8, 1e-5, 1.0);
    SolveResult result = quadratic_run("lbfgs", &q, quadratic_task(1e-24), NULL);
    cr_expect(eq(int, result.outcome, OUTCOME_REACHED));
    cr_expect(gt(i64, result.steps, LBFGS_PAIRS), "or the ring of pairs was not tested");
}

/* Moré and Thuente 1994, section 5: (5.1) is flat far away; (5.2) is flat at the start, where its
 * slope of -5e-7 makes the second condition a demanding one, and steep beyond. */
static double flat_far_away(Objective *objective, const double *w, double *g)
{
    double x = w[0], d = x * x + 2.0;
    objective->gradients++;
    g[0] = (x * x - 2.0) / (d * d);
    return -x / d;
}

static double flat_at_the_start(Objective *objective, const double *w, double *g)
{
    double x = w[0] + 0.004;
    objective->gradients++;
    g[0] = 5.0 * pow(x, 4) - 8.0 * pow(x, 3);
    return pow(x, 5) - 2.0 * pow(x, 4);
}

/* 40 evaluations: a bracket of 1e6 shrinks by a tenth at least each time, and by far more
 * near the minimum, where the cubic fits. */
static void check_wolfe(double (*gradient_at)(Objective *, const double *, double *), double first)
{
    Objective f = {.dimension = 1, .gradient = gradient_at};
    double w = 0.0, g, trial, gradient, direction = 1.0;
    Solver solver = {.objective = &f, .n = 1, .w = &w, .g = &g};
    solver.value = f.gradient(&f, &w, &g);
    WolfeLine line = {&direction, &trial, &gradient};
    WolfePoint point = wolfe_search(&solver, &line, first);
    cr_expect(gt(dbl, point.rate, 0.0), "first rate %g", first);
    cr_expect(le(dbl, point.value, solver.value + 1e-4 * point.rate * g), "first rate %g", first);
    cr_expect(le(dbl, fabs(point.slope), 0.9 * fabs(g)), "first rate %g", first);
    cr_expect(eq(dbl, trial, point.rate), "the trial is the accepted point");
    cr_expect(eq(dbl, gradient, point.slope));
    cr_expect(le(i64, f.gradients, 40), "first rate %g: %ld", first, (long)f.gradients);
}

Test(wolfe, meets_both_conditions_from_any_first_rate)
{
    for (double first = 1e-3; first <= 1e3; first *= 10.0) {
        check_wolfe(flat_far_away, first);
        check_wolfe(flat_at_the_start, first);
    }
}
