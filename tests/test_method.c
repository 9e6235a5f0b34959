/* Instances, methods, watched risks and the search for failures: what studies are made of. */
#include "dying.h"
#include "objective/sets.h"
#include "solve/failures.h"
#include "solve/method.h"
#include "solve/risk.h"
#include "solve/step.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static Instance *open(const char *set, double lambda, int needs)
{
    return instance_create(set_open(set, ".", rng_stream(1000, 0, RNG_DATA)), lambda, needs);
}

static SolveTask task_of(const Instance *instance)
{
    return (SolveTask){
        .target_gap = 1e-6 * instance->optimum, .target_value = -INFINITY, .max_steps = 100000};
}

/* eta_crit = 2/(lambda (1 + w - lambda w²)) with lambda w = sigma(-w): 2506.02336, section 4. The
 * minimiser is found to the rounding of F, its square root relative to w. */
Test(instance, of_one_row_is_known)
{
    double lambda = 1e-3;
    Instance *one = open("single", lambda, INSTANCE_MARGIN | INSTANCE_MINIMISER);
    double w = one->minimiser[0];
    cr_expect(epsilon_eq(dbl, lambda * w * (1.0 + exp(w)), 1.0, 1e-9));
    cr_expect(epsilon_eq(dbl, one->facts.critical * lambda * (1.0 + w - lambda * w * w) / 2.0, 1.0,
                         1e-9));
    cr_expect(epsilon_eq(dbl, one->optimum, log1p(exp(-w)) + 0.5 * lambda * w * w, 1e-15));
    cr_expect(epsilon_eq(dbl, one->facts.gamma, 1.0, 1e-12));
    cr_expect(epsilon_eq(dbl, one->facts.smooth, 0.25 + lambda, 1e-12));
    cr_expect(eq(dbl, one->facts.samples, 1.0));
    instance_free(one);
}

Test(instance, knows_only_what_was_asked_for)
{
    Instance *bare = open("pair:gamma=0.1", 1e-2, 0);
    cr_expect(isnan(bare->optimum));
    cr_expect(isnan(bare->facts.gamma));
    cr_expect(isnan(bare->facts.critical));
    cr_expect(eq(ptr, bare->minimiser, NULL));
    instance_free(bare);
    Instance *inseparable = open("scalars:a1=1,n1=2,a2=-1,n2=1", 1e-2, INSTANCE_MARGIN);
    cr_expect(eq(dbl, inseparable->facts.gamma, 0.0));
    instance_free(inseparable);
}

Test(method, rates_follow_their_rules)
{
    Instance *pair = open("pair:gamma=0.1", 1e-4, INSTANCE_MARGIN | INSTANCE_MINIMISER);
    const RateFacts *f = &pair->facts;
    cr_expect(eq(dbl, f->gamma, pair->margin.low)); /* what is certain */
    /* gamma to a part in a thousand */
    cr_expect(epsilon_eq(dbl, method_rate(method_named("gd_square_root"), pair), 0.1 / 1e-2, 1e-2));
    cr_expect(epsilon_eq(dbl, method_rate(method_named("gd_cube_root"), pair), cbrt(100.0), 5e-3));
    cr_expect(eq(dbl, method_rate(method_named("gd_inverse_smooth"), pair), 1.0 / f->smooth));
    cr_expect(eq(dbl, method_rate(method_named("gd_half_critical"), pair), 0.5 * f->critical));
    cr_expect(isnan(method_rate(method_named("newton"), pair)));
    instance_free(pair);
}

/* Every row of the table runs, or has no rate for these data. */
Test(method, scans_find_monotone_and_best_rates)
{
    Instance *hard = open("hard:gamma=0.2", 1e-3, INSTANCE_MARGIN | INSTANCE_MINIMISER);
    SolveTask task = task_of(hard);
    int64_t searched;
    SolveResult rule = method_run(method_named("gd_near_critical"), hard, task, &searched, NULL);
    cr_expect(eq(i64, searched, 0));
    SolveResult best = method_run(method_named("gd_best"), hard, task, &searched, NULL);
    cr_expect(gt(i64, searched, best.gradients));
    cr_expect(le(i64, best.steps, rule.steps));
    cr_expect(lt(dbl, best.rate, hard->facts.critical));
    SolveResult monotone = method_run(method_named("gd_monotone"), hard, task, NULL, NULL);
    cr_expect(eq(i64, monotone.increases, 0));
    cr_expect(eq(int, monotone.outcome, OUTCOME_REACHED));
    cr_expect(gt(dbl, monotone.rate, 1.0 / hard->facts.smooth));
    instance_free(hard);
}

Test(method, without_a_rate_is_spent_at_once)
{
    Instance *both =
        open("scalars:a1=1,n1=2,a2=-1,n2=1", 1e-2, INSTANCE_MARGIN | INSTANCE_MINIMISER);
    SolveResult result =
        method_run(method_named("gd_square_root"), both, task_of(both), NULL, NULL);
    cr_expect(eq(int, result.outcome, OUTCOME_SPENT));
    cr_expect(eq(i64, result.gradients, 0));
    cr_expect(isnan(result.rate));
    instance_free(both);
}

Test(method, finds_the_minimiser)
{
    Instance *hard = open("hard:gamma=0.2", 1e-3, INSTANCE_MINIMISER);
    double w[3];
    method_run(method_named("gd_recommended"), hard, task_of(hard), NULL, w);
    cr_expect(le(dbl, vector_distance(3, w, hard->minimiser), 1e-2 * vector_norm(3, w)));
    instance_free(hard);
}

static void name_wrongly(void *context) { method_named(context); }
static void name_rule_wrongly(void *context) { rate_rule(context); }

Test(method, unknown_names_are_a_usage_error_that_lists_the_known_ones)
{
    Ending ending = dying_run(name_wrongly, "gd_huge");
    cr_expect(eq(int, ending.exit_code, 2));
    cr_expect(strstr(ending.err, "'gd_huge' is not one of gd_inverse_smooth, ") != NULL);
    cr_expect(strstr(ending.err, ", newton\n") != NULL);
    ending = dying_run(name_rule_wrongly, "huge");
    cr_expect(eq(int, ending.exit_code, 2));
    cr_expect(strstr(ending.err, ", recommended\n") != NULL);
}

Test(risk, at_zero_is_ln_2)
{
    Design *rows = set_open("mixture:n=50,d=4,gamma=0.1", ".", rng_stream(1000, 0, RNG_DATA));
    double w[4] = {0.0};
    cr_expect(epsilon_eq(dbl, risk_of(rows, w), log(2.0), 1e-15));
    design_free(rows);
}

/* Steps 0 … 50, then every fiftieth part of those made. */
Test(risk, is_looked_at_more_rarely_as_runs_get_long)
{
    Design *rows = set_open("single", ".", rng_stream(1000, 0, RNG_DATA));
    RiskWatch watch = risk_watch(rows, -1.0);
    double w[1] = {0.0};
    int64_t looks = 0, latest = 0;
    for (int64_t step = 0; step <= 100000; step++) {
        Solver solver = {.n = 1, .step = step, .w = w};
        looks += watch.next == step;
        if (watch.next == step && step > 0) {
            cr_assert(le(dbl, (double)(step - latest), 1.0 + 0.02 * (double)latest));
            latest = step;
        }
        cr_expect(not(risk_reached(&watch, &solver)));
    }
    cr_expect(ge(i64, looks, 51));
    cr_expect(le(i64, looks, 600));
    watch = risk_watch(rows, 1.0);
    cr_expect(risk_reached(&watch, &(Solver){.n = 1, .w = w}));
    design_free(rows);
}

Test(failures, are_counted_alike_for_one_stream)
{
    FailureCount a = failures_count(30, rng_stream(1000, 0, RNG_SEARCH));
    FailureCount b = failures_count(30, rng_stream(1000, 0, RNG_SEARCH));
    for (int k = 0; k < FAILURES_RATES; k++) {
        cr_expect(eq(i64, a.tried[k], b.tried[k]));
        cr_expect(eq(i64, a.failed[k], b.failed[k]));
        cr_expect(le(i64, a.failed[k], a.tried[k]));
        if (k < FAILURES_BETWEEN) cr_expect(eq(i64, a.tried[k], 30));
    }
}
