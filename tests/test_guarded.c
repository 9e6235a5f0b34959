/* The guarded rate on quadratics, where every iterate is known. */
#include "quadratic.h"
#include "solve/guarded.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

Test(guarded, at_one_over_L_is_gradient_descent)
{
    Quadratic q = quadratic(5, 0.1, 10.0);
    double plain[QUADRATIC_MAX], guarded[QUADRATIC_MAX];
    SolveTask task = quadratic_task(0.0);
    task.rate = 1.0 / 10.0, task.max_steps = 200;
    quadratic_run("gd", &q, task, plain);
    quadratic_run("gd_guarded", &q, task, guarded);
    for (int i = 0; i < 5; i++) cr_expect(eq(dbl, plain[i], guarded[i]));
}

/* 1/L, then from step 4 on the rate asked for: (1 - h/L)⁴ (1 - 1.9 h/L)⁴; h = 1, L = 2. Eight
 * steps of two roundings each. */
Test(guarded, warms_up_from_one_over_L)
{
    Quadratic q = quadratic(2, 1.0, 2.0);
    double w[QUADRATIC_MAX];
    SolveTask task = quadratic_task(0.0);
    task.rate = 1.9 / 2.0, task.max_steps = 2 * GUARDED_RAMP;
    quadratic_run("gd_guarded", &q, task, w);
    double expected = pow(1.0 - 1.0 / 2.0, GUARDED_RAMP) * pow(1.0 - 1.9 / 2.0, GUARDED_RAMP);
    cr_assert(epsilon_eq(dbl, w[0] / expected, 1.0, 1e-14));
}

typedef struct {
    double rollbacks, ceiling, lowest;
    int64_t broken; /* times that the lowest value rose */
    int64_t early;  /* times that a rollback came too soon after another */
    int64_t last;   /* step of the last rollback */
} Watch;

static void watch(void *context, const Solver *solver)
{
    Watch *seen = context;
    if (solver->scalar[GUARDED_ROLLBACKS] > seen->rollbacks) {
        seen->early += seen->rollbacks > 0 && solver->step - seen->last < GUARDED_PATIENCE;
        seen->last = solver->step;
    }
    seen->rollbacks = solver->scalar[GUARDED_ROLLBACKS];
    seen->ceiling = solver->scalar[GUARDED_CEILING];
    seen->broken += solver->step > 0 && solver->scalar[GUARDED_LOWEST] > seen->lowest;
    seen->lowest = solver->scalar[GUARDED_LOWEST];
}

static SolveResult run_watched(double rate, Watch *seen)
{
    Quadratic q = quadratic(5, 0.1, 10.0);
    q.objective.smooth = 12.0; /* or the first step would remove the steepest coordinate for good */
    SolveTask task = quadratic_task(1e-12);
    task.rate = rate;
    task.observer = (SolveObserver){.context = seen, .record = watch};
    return quadratic_run("gd_guarded", &q, task, NULL);
}

/* Above 2/L plain gradient descent diverges; half of 3/L is below. */
Test(guarded, recovers_from_three_over_L_with_one_rollback)
{
    Watch seen = {0};
    cr_expect(eq(int, run_watched(3.0 / 10.0, &seen).outcome, OUTCOME_REACHED));
    cr_expect(eq(dbl, seen.rollbacks, 1.0));
    cr_expect(epsilon_eq(dbl, seen.ceiling, 1.5 / 10.0, 1e-15));
    cr_expect(eq(i64, seen.broken, 0));
}

/* 9/L, 4.5/L and 2.25/L fail in turn, after GUARDED_PATIENCE steps each; growth by 9² a step does
 * not come near overflow in them. */
Test(guarded, is_patient_after_every_rollback)
{
    Watch seen = {0};
    cr_expect(eq(int, run_watched(9.0 / 10.0, &seen).outcome, OUTCOME_REACHED));
    cr_expect(eq(dbl, seen.rollbacks, 3.0));
    cr_expect(eq(i64, seen.early, 0));
}

Test(guarded, does_not_roll_back_where_plain_descent_is_right)
{
    Watch seen = {0};
    cr_expect(eq(int, run_watched(1.9 / 10.0, &seen).outcome, OUTCOME_REACHED));
    cr_expect(eq(dbl, seen.rollbacks, 0.0));
}

/* At 2^11/L fifty steps would multiply the objective by 2^1100. */
Test(guarded, recovers_from_a_rate_that_would_overflow)
{
    Watch seen = {0};
    cr_expect(eq(int, run_watched(1e9 / 10.0, &seen).outcome, OUTCOME_REACHED));
    cr_expect(le(dbl, seen.ceiling, 2.0 / 10.0));
    cr_expect(eq(i64, seen.broken, 0));
}

/* Going back costs no gradient: the first one and one a step. */
Test(guarded, charges_one_gradient_a_step)
{
    Quadratic q = quadratic(5, 0.1, 10.0);
    SolveTask task = quadratic_task(0.0);
    task.rate = 3.0 / 10.0, task.max_steps = 300;
    cr_assert(eq(i64, quadratic_run("gd_guarded", &q, task, NULL).gradients, 301));
}
