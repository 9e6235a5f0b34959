/* D6: where the arithmetic mean of steps begins to diverge, on two nodes and on many. */
#include "studies.h"

#include "base/words.h"
#include "network/search.h"

#include <math.h>
#include <stdlib.h>

/* ---- edge: two scalar quadratics */

static int64_t edge_count(const Study *study)
{
    (void)study;
    return words_count(config.edge_safeties);
}

static Row edge_begin(const StudyJob *job)
{
    Row row = row_begin("edge");
    row.level_index = job->index;
    row.safety = row.level = number_item(config.edge_safeties, job->index);
    row.network = "complete";
    row.problem = "scalar";
    row.method = "mean";
    row.nodes = row.edges = 2;
    return row;
}

static void edge_run(const StudyJob *job)
{
    Row row = edge_begin(job);
    char *text = arm_text("mean", row.safety, NAN, NAN);
    row.predicted = search_edge_theory(row.safety);
    row.measured = search_edge(text, 0.5 * row.predicted, 2.0 * row.predicted, 1e-4);
    row_write(&row, job);
    free(text);
}

static void edge_crashed(const StudyJob *job)
{
    row_write_without(edge_begin(job), OUTCOME_CRASHED, job);
}

const Study study_edge = {"edge", NULL, edge_count, edge_run, edge_crashed, NULL};

/* ---- divergence: rule x safety x filter x ratio x repeat */

static int64_t count(const Study *study)
{
    (void)study;
    return words_count(config.divergence_rules) * words_count(config.safeties) *
           words_count(config.filters) * words_count(config.ratios) * config.divergence_repeats;
}

static Row begin(const StudyJob *job)
{
    int64_t index = job->index;
    Row row = row_begin("divergence");
    row.repeat = take(&index, config.divergence_repeats);
    row.level_index = take(&index, words_count(config.ratios));
    row.level = number_item(config.ratios, row.level_index);
    row.filter = number_item(config.filters, take(&index, words_count(config.filters)));
    row.safety = number_item(config.safeties, take(&index, words_count(config.safeties)));
    row.method = words_item(config.divergence_rules, index);
    return row;
}

static void run(const StudyJob *job)
{
    Row row = begin(job);
    char *problem = problem_with_ratio(config.problem, row.level);
    World world = world_open(config.network, AS_IT_IS, problem, seed_of(row.repeat), &row);
    char *text = arm_text(row.method, row.safety, row.filter, NAN);
    Running running = {text, config.iterations, 0, config.target, true};
    method_free(world_run(&world, &running, job, &row));
    row.measured = row.largest_rate * local_smooth_mean(world.problem);
    row_write(&row, job);
    free(text);
    world_close(&world);
    free(problem);
}

static void crashed(const StudyJob *job) { row_write_without(begin(job), OUTCOME_CRASHED, job); }

const Study study_divergence = {"divergence", NULL, count, run, crashed, NULL};
