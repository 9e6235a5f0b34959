/* How the number of steps grows with 1/lambda (L1), the limit of the monotone regime (L2),
 * and where the best constant step lies (B). */
#include "studies.h"

#include "base/words.h"
#include "solve/method.h"
#include "solve/theory.h"

#include <stdlib.h>

/* ---- scaling: sets x methods x lambdas; a row for each of the two targets ---- */

static int64_t scaling_count(void)
{
    return words_count(config.scaling_sets) * words_count(config.scaling_methods) *
           config.scaling_lambdas.count;
}

static void scaling_factors(int64_t index, Row *row)
{
    Nested at = nested(index, words_count(config.scaling_methods), config.scaling_lambdas.count);
    row->set = words_item(config.scaling_sets, at.first);
    row->method = words_item(config.scaling_methods, at.second);
    row->lambda_index = at.third;
    row->lambda = config.scaling_lambdas.value[at.third];
}

/* Small lambdas are long; the scans try dozens of rates. */
static double scaling_cost(int64_t index)
{
    Row row = row_begin("scaling");
    scaling_factors(index, &row);
    bool scans = method_named(row.method)->choice == METHOD_MONOTONE;
    return (scans ? 20.0 : 1.0) * 1e-7 / row.lambda;
}

static void write_best(const Row *row, const Instance *instance, const StudyJob *job)
{
    Row best = *row;
    best.study = "best";
    best.measured = row->rate;
    best.predicted = instance->facts.critical;
    row_write(&best, job);
}

static void scaling_run(const StudyJob *job, Row row)
{
    const Method *method = method_named(row.method);
    Instance *instance =
        open_or_absent(job, &row, row.lambda, INSTANCE_MARGIN | INSTANCE_MINIMISER);
    if (!instance) return;
    double targets[] = {config.absolute_target, config.relative_target * instance->optimum};
    for (int level = 0; level < 2; level++) {
        SolveTask task = {.target_gap = targets[level], .max_steps = config.max_steps};
        SolveResult result = method_run(method, instance, task, NULL, NULL);
        row_result(&row, &result);
        row.level_index = level;
        row.level = targets[level];
        row.measured = count_of(&result, result.steps - result.last_increase);
        row.predicted = theory_stable_steps(M_LN2, targets[level], row.lambda, row.rate);
        row_write(&row, job);
        if (method->choice == METHOD_BEST) write_best(&row, instance, job);
    }
    instance_free(instance);
}

const Grid study_scaling = {"scaling", scaling_count, scaling_factors, scaling_run, scaling_cost};

/* ---- monotone: the largest monotone step against its bound ---- */

static int64_t monotone_count(void)
{
    return grid_count(config.scaling_sets, &config.monotone_lambdas);
}

static void monotone_factors(int64_t index, Row *row)
{
    grid_factors(index, config.scaling_sets, &config.monotone_lambdas, row);
    row->method = "gd_monotone";
}

static void monotone_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
    if (!instance) return;
    SolveTask task = {.target_gap = config.relative_target * instance->optimum,
                      .max_steps = config.real_max_steps};
    SolveResult result = method_run(method_named(row.method), instance, task, NULL, NULL);
    row_result(&row, &result);
    row.measured = row.rate;
    row.predicted = theory_monotone_bound(instance->design);
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_monotone = {"monotone", monotone_count, monotone_factors, monotone_run, NULL};
