/* L5: lambda = 0: the loss after a budget of T steps, and when the stable phase begins. */
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "solve/method.h"
#include "solve/theory.h"

#include <stdlib.h>

static const char budget_methods[] = "gd_inverse_smooth gd_monotone gd_whole_budget";

/* ---- budget: sets x methods x log2 T ---- */

static int64_t budgets(void) { return config.budget_high - config.budget_low + 1; }

static int64_t budget_count(void)
{
    return words_count(config.budget_sets) * words_count(budget_methods) * budgets();
}

static void budget_factors(int64_t index, Row *row)
{
    Nested at = nested(index, words_count(budget_methods), budgets());
    row->set = words_item(config.budget_sets, at.first);
    row->method = words_item(budget_methods, at.second);
    row->lambda = 0.0;
    row->size = (int64_t)1 << (config.budget_low + at.third);
}

static double budget_cost(int64_t index)
{
    Row row = row_begin("budget");
    budget_factors(index, &row);
    return (double)row.size * 1e-6;
}

static void budget_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MARGIN);
    if (!instance) return;
    instance->facts.budget = (double)row.size;
    SolveTask task = {.max_steps = row.size, .target_value = -INFINITY};
    SolveResult result = method_run(method_named(row.method), instance, task, NULL, NULL);
    row_result(&row, &result);
    row.level =
        (double)row.size / theory_budget_least(instance->facts.gamma, instance->facts.samples);
    row.measured = result.value;
    row.predicted = theory_budget_bound(instance->facts.gamma, (double)row.size);
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_budget = {"budget", budget_count, budget_factors, budget_run, budget_cost};

/* ---- transition: first step with loss <= 1/eta; level 1: over n at the largest eta ---- */

static int64_t transition_rates(void)
{
    return words_count(config.transition_sets) * (config.transition_high + 1);
}

static int64_t transition_count(void) { return transition_rates() + config.imbalanced_rows.count; }

static void transition_factors(int64_t index, Row *row)
{
    row->lambda = 0.0;
    row->method = "gd";
    row->rate_index = config.transition_high;
    if (index < transition_rates()) {
        Nested at = nested(index, 1, config.transition_high + 1);
        row->set = words_item(config.transition_sets, at.first);
        row->rate_index = at.third;
    } else {
        row->level_index = 1;
        row->size = (int64_t)config.imbalanced_rows.value[index - transition_rates()];
        row->set = format_text("imbalanced:n=%lld", (long long)row->size);
    }
    row->rate = ldexp(1.0, (int)row->rate_index);
}

static void transition_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MARGIN);
    if (!instance) return;
    SolveTask task = {.rate = row.rate,
                      .optimum = NAN,
                      .target_value = 1.0 / row.rate,
                      .max_steps = config.max_steps};
    SolveResult result = solve_run(solver_kind("gd"), instance->objective, &task, NULL);
    row_result(&row, &result);
    row.measured = count_of(&result, result.steps);
    row.predicted =
        theory_transition_bound(instance->facts.gamma, row.rate, instance->facts.samples);
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_transition = {"transition", transition_count, transition_factors, transition_run,
                               NULL};
