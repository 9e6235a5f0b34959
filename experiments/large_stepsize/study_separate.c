/* L5: without regularisation, how many steps until every row is on the right side? */
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "solve/separate.h"
#include "solve/theory.h"

#include <stdlib.h>

/* The sets of the list, then the imbalanced one at each n (level 1). */
static int64_t separate_sets(void)
{
    return words_count(config.separate_sets) + config.imbalanced_rows.count;
}

static void separate_factors(int64_t index, Row *row)
{
    int64_t named = words_count(config.separate_sets);
    row->lambda = 0.0;
    if (index < named) {
        row->set = words_item(config.separate_sets, index);
        return;
    }
    row->level_index = 1;
    row->size = (int64_t)config.imbalanced_rows.value[index - named];
    row->set = format_text("imbalanced:n=%lld", (long long)row->size);
}

/* A row for each method. measured: steps; predicted: the perceptron's bound. */
static void separate_run_all(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MARGIN);
    if (!instance) return;
    for (int k = 0; k < separate_count(); k++) {
        SolveResult result = separate_run(separate_at(k), instance->design, config.real_max_steps);
        row_result(&row, &result);
        row.method = separate_at(k)->name;
        row.rate_index = k;
        row.level = instance->facts.gamma;
        row.measured = (double)result.steps;
        row.predicted = theory_perceptron_updates(instance->design, instance->facts.gamma);
        row_write(&row, job);
    }
    instance_free(instance);
}

const Grid study_separate = {"separate", separate_sets, separate_factors, separate_run_all, NULL};
