/* Advice for a user's data: its certificates, its units, its step. */
#include "base/die.h"
#include "designs.h"
#include "objective/logistic.h"
#include "objective/sets.h"
#include "solve/advice.h"
#include "solve/separability.h"
#include "solve/step.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>

static Design *open(const char *spec) { return set_open(spec, ".", rng_stream(1000, 0, RNG_DATA)); }

/* At lambda by the path alone. */
static Margin by_path(const Design *design, double lambda)
{
    double *w = alloc_zeroed((size_t)design->cols, sizeof *w);
    logistic_minimise(design, lambda, w);
    Margin margin = separability_by_path(design, lambda, w);
    free(w);
    return margin;
}

/* The margin of these sets is gamma by construction; 1e-12 for the rounding of the rows. */
Test(separability, bounds_enclose_a_known_margin)
{
    const char *sets[] = {"pair:gamma=0.1", "pair:gamma=0.01", "hard:gamma=0.2",
                          "spread:n=50,d=20,gamma=0.2"};
    const double gammas[] = {0.1, 0.01, 0.2, 0.2};
    for (int k = 0; k < 4; k++)
        for (double lambda = 1.0; lambda > 1e-6; lambda *= 0.01) {
            Design *design = open(sets[k]);
            Margin margin = by_path(design, lambda);
            cr_expect(eq(int, margin.verdict, MARGIN_SEPARABLE), "%s", sets[k]);
            cr_expect(gt(dbl, margin.low, 0.0), "%s", sets[k]);
            cr_expect(le(dbl, margin.low, gammas[k] * (1 + 1e-12)), "%s", sets[k]);
            cr_expect(ge(dbl, margin.high, gammas[k] * (1 - 1e-12)), "%s", sets[k]);
            design_free(design);
        }
}

/* A row and twice its opposite: the origin is between them, wherever the third row is. */
Test(separability, opposite_rows_are_proved_inseparable)
{
    const double row[3][2] = {{0.3, 0.1}, {-0.6, -0.2}, {0.0, 0.5}};
    Design *design = design_create(3, 2);
    for (int i = 0; i < 3; i++) memcpy(design_row(design, i), row[i], sizeof row[i]);
    for (double lambda = 1.0; lambda > 1e-6; lambda *= 0.01) {
        Margin margin = by_path(design, lambda);
        cr_expect(eq(int, margin.verdict, MARGIN_INSEPARABLE), "lambda %g", lambda);
        cr_expect(eq(dbl, margin.low, 0.0), "lambda %g", lambda);
    }
    design_free(design);
}

/* Two certificates of different kinds must not contradict each other. */
Test(separability, agrees_with_the_nearest_point_algorithm)
{
    int verdicts[3] = {0};
    for (int k = 0; k < 40; k++) {
        char spec[80];
        double noise = k % 2 ? 0.05 : 0.0;
        snprintf(spec, sizeof spec, "mixture:n=%d,d=%d,gamma=0.05,noise=%g", 20 + 7 * k, 4 + k % 5,
                 noise);
        Design *design = set_open(spec, ".", rng_stream(1000 + (uint64_t)k, 0, RNG_DATA));
        Margin path = by_path(design, 1e-3), point = margin_find(design, 1e-6, 20000, NULL);
        cr_expect(eq(int, path.verdict, point.verdict), "%s", spec);
        cr_expect(le(dbl, path.low, point.high * (1 + 1e-9)), "%s", spec);
        cr_expect(ge(dbl, path.high, point.low * (1 - 1e-9)), "%s", spec);
        verdicts[path.verdict]++;
        design_free(design);
    }
    cr_assert(ge(int, verdicts[MARGIN_SEPARABLE], 15));
    cr_assert(ge(int, verdicts[MARGIN_INSEPARABLE], 10));
}

Test(separability, weights_stand_for_rows)
{
    Design *once = open("scalars:a1=1,n1=1,a2=0.5,n2=1"),
           *often = open("scalars:a1=1,n1=1,a2=0.5,n2=1000");
    cr_expect(epsilon_eq(dbl, by_path(once, 1e-3).low, 0.5, 1e-12));
    cr_expect(epsilon_eq(dbl, by_path(often, 1e-3).low, 0.5, 1e-12));
    Design *both = open("scalars:a1=1,n1=30,a2=-0.5,n2=1000");
    cr_expect(eq(int, by_path(both, 1e-3).verdict, MARGIN_INSEPARABLE));
    design_free(both);
    design_free(once);
    design_free(often);
}

static Advice *advise(const char *spec, double lambda)
{
    return advice_create(open(spec), (AdviceTask){.lambda = lambda, .epsilon = 1e-6});
}

/* w after 50 steps from 0; w: cols. */
static void descend(const Design *design, double lambda, double rate, double *w)
{
    Objective *objective = logistic_create(design, lambda);
    SolveTask task = {.rate = rate, .optimum = NAN, .target_value = -INFINITY, .max_steps = 50};
    solve_run(solver_kind("gd"), objective, &task, w);
    objective->destroy(objective);
}

/* The user's rows, rate and lambda make the user's iterates: v_t = scale w_t at every t. A step
 * of each rounds differently in d = 5 sums of 20 rows: 50 steps stay below 1e-12. */
Test(advice, own_rate_and_lambda_make_the_same_run_on_the_users_rows)
{
    Design *own = design_golden(20, 5, 3.0), *scaled = design_copy(own);
    design_scale_rows(scaled, 1.0);
    Advice *advice = advice_create(scaled, (AdviceTask){.lambda = 1e-2, .epsilon = 1e-6});
    double rate = advice->recommended.rate, w[5], v[5], minimiser[5];
    descend(scaled, 1e-2, rate, w);
    descend(own, advice_own_lambda(advice), advice_own_rate(advice, rate), v);
    cr_expect(lt(dbl, advice->scale, 0.5));
    for (int j = 0; j < 5; j++) cr_expect(epsilon_eq(dbl, advice->scale * w[j] / v[j], 1.0, 1e-12));

    advice_own_weights(advice, v);
    logistic_minimise(own, advice_own_lambda(advice), minimiser);
    for (int j = 0; j < 5; j++) cr_expect(epsilon_eq(dbl, v[j] / minimiser[j], 1.0, 1e-9));
    design_free(own);
    advice_free(advice);
}

Test(advice, recommends_half_the_critical_step_and_it_settles)
{
    const char *sets[] = {"single", "pair:gamma=0.1", "hard:gamma=0.2"};
    for (int k = 0; k < 3; k++) {
        Advice *advice = advise(sets[k], 1e-4);
        double critical = advice->instance->facts.critical;
        cr_expect(eq(dbl, advice->recommended.rate, 0.5 * critical), "%s", sets[k]);
        cr_expect(eq(int, advice->recommended.run.outcome, OUTCOME_REACHED), "%s", sets[k]);
        cr_expect(not(advice_coexistence(advice)), "%s", sets[k]);
        advice_free(advice);
    }
}

/* The critical step is 1.78/lambda there. */
Test(advice, stays_below_one_over_lambda_where_a_cycle_coexists)
{
    Advice *advice = advise("scalars:a1=1,n1=199,a2=0.01,n2=1", 1e-6);
    cr_expect(advice_coexistence(advice));
    cr_expect(le(dbl, advice->recommended.rate, 0.9e6 * (1 + 1e-15)));
    cr_expect(eq(int, advice->recommended.run.outcome, OUTCOME_REACHED));
    advice_free(advice);
}

Test(advice, lambda_is_one_over_n_unless_given)
{
    Advice *advice = advise("scalars:a1=1,n1=30,a2=0.5,n2=10", 0.0);
    cr_expect(eq(dbl, advice->task.lambda, 1.0 / 40.0));
    cr_expect(eq(dbl, advice->condition, advice->instance->facts.smooth * 40.0));
    advice_free(advice);
}

Test(advice, a_method_is_a_run_that_settles_within_epsilon)
{
    Advice *advice = advise("hard:gamma=0.2", 1e-3);
    const char *methods[] = {"gd_inverse_smooth", "gd_square_root", "gd_guarded",
                             "nesterov",          "lbfgs",          "newton",
                             "gd_monotone"};
    for (int k = 0; k < 7; k++) {
        AdviceRun run = advice_try(advice, methods[k]);
        cr_expect(run.possible, "%s", methods[k]);
        cr_expect(eq(int, run.run.outcome, OUTCOME_REACHED), "%s", methods[k]);
        cr_expect(le(dbl, run.run.gap, 1e-6 * advice->instance->optimum), "%s", methods[k]);
    }
    advice_free(advice);
}

Test(advice, a_rate_that_needs_a_margin_is_impossible_without_one)
{
    Advice *advice = advise("scalars:a1=1,n1=3,a2=-1,n2=2", 1e-2);
    cr_expect(eq(int, advice->instance->margin.verdict, MARGIN_INSEPARABLE));
    cr_expect(isnan(advice->instance->facts.gamma));
    cr_expect(not(advice_try(advice, "gd_square_root").possible));
    cr_expect(advice_try(advice, "newton").possible);
    advice_free(advice);
}

Test(advice, a_run_ends_with_its_budget)
{
    Design *design = open("hard:gamma=0.2");
    AdviceTask task = {.lambda = 1e-4, .epsilon = 1e-6, .max_gradients = 10};
    Advice *advice = advice_create(design, task);
    AdviceRun run = advice_try(advice, "gd_inverse_smooth");
    cr_expect(eq(int, run.run.outcome, OUTCOME_SPENT));
    cr_expect(le(i64, run.run.gradients, 11));
    advice_free(advice);
}
