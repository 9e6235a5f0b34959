/* L8: real data: is it separable and with what margin, and what every method costs on it. */
#include "studies.h"

#include "base/words.h"
#include "objective/margin.h"
#include "objective/sets.h"
#include "solve/method.h"

#include <stdlib.h>

/* ---- margin: level 1: known to be separable; level -1: known not to be ---- */

static int64_t margin_count(void)
{
    return words_count(config.separable_sets) + words_count(config.inseparable_sets);
}

static void margin_factors(int64_t index, Row *row)
{
    int64_t separable = words_count(config.separable_sets);
    row->level_index = index < separable ? 1 : -1;
    row->set = index < separable ? words_item(config.separable_sets, index)
                                 : words_item(config.inseparable_sets, index - separable);
}

/* value and gap: the certified bounds of the margin; increases: rows in the certificate. */
static void margin_run(const StudyJob *job, Row row)
{
    static const double found[] = {
        [MARGIN_SEPARABLE] = 1.0, [MARGIN_INSEPARABLE] = -1.0, [MARGIN_UNDECIDED] = 0.0};
    Instance *instance = open_or_absent(job, &row, 0.0, INSTANCE_MARGIN);
    if (!instance) return;
    row.size = instance->design->rows;
    row.steps = instance->margin.iterations;
    row.increases = instance->margin.support;
    row.value = instance->margin.low;
    row.gap = instance->margin.high;
    row.measured = found[instance->margin.verdict];
    row.predicted = (double)row.level_index;
    row_write(&row, job);
    instance_free(instance);
}

/* Wide sets take seconds, and nothing tells them apart by name: all margins start early. */
static double margin_cost(int64_t index)
{
    (void)index;
    return 1000.0;
}

const Grid study_margin = {"margin", margin_count, margin_factors, margin_run, margin_cost};

/* ---- real and large: sets x lambdas; a row for each method ---- */

typedef struct {
    const char *methods;
    int needs;
    int64_t max_steps, max_gradients;
} Budget;

/* measured: gradients that the search for the rate cost besides. */
static void run_methods(const StudyJob *job, Row *row, const Budget *budget)
{
    Instance *instance = open_or_absent(job, row, row->lambda, budget->needs);
    if (!instance) return;
    SolveTask task = {.target_gap = config.relative_target * instance->optimum,
                      .max_steps = budget->max_steps,
                      .max_gradients = budget->max_gradients};
    row->size = instance->design->rows;
    row->level_index = instance->margin.verdict == MARGIN_SEPARABLE;
    row->level = instance->facts.gamma;
    for (int64_t m = 0; m < words_count(budget->methods); m++) {
        int64_t searched = 0;
        row->method = words_item(budget->methods, m);
        SolveResult result = method_run(method_named(row->method), instance, task, &searched, NULL);
        row_result(row, &result);
        row->measured = (double)searched;
        row->predicted = instance->facts.critical;
        row_write(row, job);
    }
    instance_free(instance);
}

static int64_t real_count(void) { return grid_count(config.real_sets, &config.real_lambdas); }

static void real_factors(int64_t index, Row *row)
{
    grid_factors(index, config.real_sets, &config.real_lambdas, row);
}

static double real_cost(int64_t index)
{
    Row row = row_begin("real");
    real_factors(index, &row);
    return 1e-3 / row.lambda;
}

static void real_run(const StudyJob *job, Row row)
{
    Budget budget = {config.real_methods, INSTANCE_MARGIN | INSTANCE_MINIMISER,
                     config.real_max_steps, 0};
    run_methods(job, &row, &budget);
}

const Grid study_real = {"real", real_count, real_factors, real_run, real_cost};

static int64_t large_count(void) { return grid_count(config.large_sets, &config.large_lambdas); }

static void large_factors(int64_t index, Row *row)
{
    grid_factors(index, config.large_sets, &config.large_lambdas, row);
}

static double large_cost(int64_t index)
{
    (void)index;
    return 100.0;
}

static void large_run(const StudyJob *job, Row row)
{
    Budget budget = {config.large_methods, INSTANCE_MINIMISER, config.real_max_steps,
                     config.large_max_gradients};
    run_methods(job, &row, &budget);
}

const Grid study_large = {"large", large_count, large_factors, large_run, large_cost};
