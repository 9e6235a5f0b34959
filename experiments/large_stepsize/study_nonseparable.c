/* L7: data that are not separable: below 2/H gradient descent can fall into a cycle. */
#include "studies.h"

#include "base/words.h"
#include "solve/probe.h"

#include <stdlib.h>

/* A set, and where the run starts: "scalars:…" for even words, the start for odd ones. */
static int64_t nonseparable_count(void)
{
    return words_count(config.nonseparable_sets) / 2 * config.nonseparable_levels.count;
}

static void nonseparable_factors(int64_t index, Row *row)
{
    Nested at = nested(index, 1, config.nonseparable_levels.count);
    row->set = words_item(config.nonseparable_sets, 2 * at.first);
    row->method = "gd";
    row->lambda = 0.0;
    row->level_index = at.third;
    row->level = config.nonseparable_levels.value[at.third];
}

static double start_of(int64_t index)
{
    int64_t set = nested(index, 1, config.nonseparable_levels.count).first;
    char *word = words_item(config.nonseparable_sets, 2 * set + 1);
    double start = strtod(word, NULL);
    free(word);
    return start;
}

/* level: eta H; measured: the period, 1 for convergence and 0 for none. */
static void nonseparable_run(const StudyJob *job, Row row)
{
    Instance *instance = open_or_absent(job, &row, row.lambda, INSTANCE_MINIMISER);
    if (!instance) return;
    double start = start_of(job->index);
    row.rate = row.level * 0.5 * instance->facts.critical;
    ProbeTask task = {.rate = row.rate, .start = &start, .minimiser = instance->minimiser};
    ProbeResult result = probe_rate(instance->objective, &task);
    row.outcome = result.outcome;
    row.steps = result.steps;
    row.value = instance->optimum;
    row.measured = result.outcome == OUTCOME_REACHED ? 1.0 : (double)result.period;
    row_write(&row, job);
    instance_free(instance);
}

const Grid study_nonseparable = {"nonseparable", nonseparable_count, nonseparable_factors,
                                 nonseparable_run, NULL};
