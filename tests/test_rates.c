/* Gradient descent at several rates side by side: every run as if it were alone. */
#include "designs.h"
#include "objective/logistic.h"
#include "quadratic.h"
#include "solve/probe.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <omp.h>
#include <stdlib.h>

/* Several blocks of rows, too many bytes for a core's cache. */
enum { ROWS = 1237, COLS = 211, MOST = 9 };

/* A size of Outcome and a count of bytes may leave holes in a SolveResult. */
static void check_equal(const SolveResult *got, const SolveResult *expected, double rate)
{
    cr_expect(eq(int, got->outcome, expected->outcome), "at rate %g", rate);
    cr_expect(eq(i64, got->steps, expected->steps), "at rate %g", rate);
    cr_expect(eq(i64, got->gradients, expected->gradients), "at rate %g", rate);
    cr_expect(eq(i64, got->last_increase, expected->last_increase), "at rate %g", rate);
    cr_expect(eq(i64, got->increases, expected->increases), "at rate %g", rate);
    const double numbers[][2] = {{got->value, expected->value},
                                 {got->gap, expected->gap},
                                 {got->rate, expected->rate},
                                 {got->largest_value, expected->largest_value}};
    for (int k = 0; k < 4; k++)
        cr_expect(eq(int, memcmp(&numbers[k][0], &numbers[k][1], sizeof(double)), 0),
                  "number %d at rate %g: %.17g, %.17g", k, rate, numbers[k][0], numbers[k][1]);
}

/* Runs count tasks side by side and each alone; returns which outcomes there were, as bits. */
static int check_side_by_side(Objective *objective, int64_t count, SolveTask tasks[])
{
    int found = 0;
    SolveResult results[MOST];
    int64_t start = objective->gradients;
    solve_rates(objective, count, tasks, (SolveEnd){0}, results);
    int64_t together = objective->gradients - start;
    for (int64_t k = 0; k < count; k++) {
        SolveResult alone = solve_run(solver_kind("gd"), objective, &tasks[k], NULL);
        check_equal(&results[k], &alone, tasks[k].rate);
        found |= 1 << alone.outcome;
    }
    cr_expect(eq(i64, objective->gradients - start, 2 * together));
    return found;
}

/* Rates in shares of 2/L on either side of the edge; a target that the slowest miss. */
Test(rates, on_a_quadratic_runs_that_settle_diverge_or_end_are_those_of_each_alone)
{
    static const double shares[MOST] = {1.2, 0.5, 1.01, 0.99, 1e-4, 0.9, 1.0, 0.3, 2.0};
    SolveTask tasks[MOST];
    Quadratic q = quadratic(5, 0.1, 10.0);
    for (int k = 0; k < MOST; k++) {
        tasks[k] = quadratic_task(1e-12);
        tasks[k].rate = shares[k] * 2.0 / 10.0;
        tasks[k].max_steps = 3000 + 100 * k;
    }
    int found = check_side_by_side(&q.objective, MOST, tasks);
    cr_expect(eq(int, found, 1 << OUTCOME_REACHED | 1 << OUTCOME_SPENT | 1 << OUTCOME_DIVERGED));
}

/* From slow to beyond 2/lambda, where nothing is bounded; in between runs cycle until they end. */
static void make_tasks(const Objective *objective, double critical, double optimum,
                       SolveTask tasks[])
{
    const double rates[MOST] = {2.5 / objective->strong, 0.9 * critical, 1.3 * critical,
                                1.0 / objective->smooth, 0.5 * critical, 1.1 * critical,
                                0.99 * critical,         0.2 * critical, 2.2 / objective->strong};
    for (int k = 0; k < MOST; k++)
        tasks[k] = (SolveTask){.rate = rates[k],
                               .optimum = optimum,
                               .target_gap = 1e-6 * optimum,
                               .target_value = -INFINITY,
                               .give_up_value = 1e6,
                               .max_steps = 150};
}

Test(rates, on_data_beyond_the_cache_they_are_those_of_each_alone_for_any_number_and_threads)
{
    static const int64_t counts[] = {1, 8, 9};
    double *w = calloc(COLS, sizeof *w);
    Design *design = design_of(ROWS, COLS, DESIGN_FLOAT64);
    double optimum = logistic_minimise(design, 0.01, w);
    double critical = logistic_critical_rate(design, 0.01, w);
    Objective *objective = logistic_create(design, 0.01);
    cr_expect(gt(i64, objective->batch, 1));
    SolveTask tasks[MOST];
    make_tasks(objective, critical, optimum, tasks);
    int found = 0;
    for (int threads = 1; threads <= 2; threads++)
        for (int k = 0; k < 3; k++) {
            omp_set_num_threads(threads);
            found |= check_side_by_side(objective, counts[k], tasks);
        }
    cr_expect(eq(int, found, 1 << OUTCOME_REACHED | 1 << OUTCOME_SPENT | 1 << OUTCOME_DIVERGED));
    objective->destroy(objective);
    design_free(design);
    free(w);
}

static void end_at_once(void *context, int64_t run, const Solver *solver, const SolveResult *result)
{
    SolveTask *tasks = context;
    cr_expect(eq(i64, result->steps, solver->step));
    if (run == 1) tasks[0].max_steps = solver->step + 1;
}

/* The second ends after 10 steps; the first is looked at before it, so makes one step more. */
Test(rates, a_budget_lowered_when_another_run_ends_holds_from_then_on)
{
    Quadratic q = quadratic(3, 0.1, 1.0);
    SolveTask tasks[2] = {quadratic_task(0.0), quadratic_task(0.0)};
    SolveResult results[2];
    tasks[0].rate = tasks[1].rate = 0.5;
    tasks[0].max_steps = 100, tasks[1].max_steps = 10;
    solve_rates(&q.objective, 2, tasks, (SolveEnd){tasks, end_at_once}, results);
    cr_expect(eq(i64, results[0].steps, 11));
    cr_expect(eq(i64, results[1].steps, 10));
}

/* What a search finds, and what it is charged for. */
static ProbeBest search(Objective *objective, int64_t batch, const SolveTask *task, RateGrid grid,
                        int64_t *gradients)
{
    objective->batch = batch;
    *gradients = -objective->gradients;
    ProbeBest best = probe_best_constant(solver_kind("gd"), objective, task, grid);
    *gradients += objective->gradients;
    return best;
}

static void check_search(Objective *objective, const SolveTask *task, RateGrid grid)
{
    int64_t charged, charged_alone;
    ProbeBest alone = search(objective, 1, task, grid, &charged_alone);
    for (int64_t batch = 2; batch <= 9; batch++) {
        ProbeBest best = search(objective, batch, task, grid, &charged);
        cr_expect(eq(i64, charged, charged_alone), "batch %d", (int)batch);
        if (isnan(alone.rate)) {
            cr_expect(isnan(best.rate));
            continue;
        }
        cr_expect(eq(dbl, best.rate, alone.rate), "batch %d", (int)batch);
        check_equal(&best.run, &alone.run, alone.rate);
    }
}

/* Near 2/L rates are slow and then rates below them are cut off; targets from where the last
 * hundredth is most of a run to where it is little; budgets that no rate, and some, settle in. */
Test(rates, the_search_for_the_best_one_finds_and_charges_the_same_in_groups)
{
    static const double gaps[] = {1.0, 1e-2, 1e-12}, ratios[] = {1.001, 1.02, 1.2};
    static const int64_t budgets[] = {3, 300, 100000};
    for (int k = 0; k < 27; k++) {
        Quadratic q = quadratic(3, 0.01, 1.0);
        const double start[3] = {10.0, 3.0, 1.0};
        SolveTask task = {.target_gap = gaps[k % 3],
                          .max_steps = budgets[k / 3 % 3],
                          .start = start,
                          .target_value = -INFINITY};
        check_search(&q.objective, &task, (RateGrid){1.9, 2.05, ratios[k / 9]});
        check_search(&q.objective, &task, (RateGrid){0.5, 1.999, ratios[k / 9]});
    }
}
