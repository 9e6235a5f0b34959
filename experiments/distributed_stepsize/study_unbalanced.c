/* D4: networks that pull messages towards some nodes: ratio consensus, and the same without the
 * division. */
#include "studies.h"

#include "base/die.h"
#include "base/words.h"
#include "network/measure.h"

#include <stdlib.h>

enum { METHODS = 2 };
static const char *const methods[METHODS] = {"ratio", "unnormalised"};

static int64_t count(const Study *study)
{
    (void)study;
    return METHODS * words_count(config.unbalanced_nodes) * words_count(config.unbalanced_levels);
}

static Row begin(const StudyJob *job)
{
    int64_t index = job->index;
    Row row = row_begin("unbalanced");
    row.method = methods[take(&index, METHODS)];
    row.level_index = take(&index, words_count(config.unbalanced_levels));
    row.level = number_item(config.unbalanced_levels, row.level_index);
    row.nodes = (int64_t)number_item(config.unbalanced_nodes, index);
    row.seed = (int64_t)seed_of(0);
    return row;
}

static void run(const StudyJob *job)
{
    Row row = begin(job);
    char *network =
        format_text("unbalanced:nodes=%lld,pull=%.17g", (long long)row.nodes, row.level);
    World world = world_open(network, AS_IT_IS, NULL, (uint64_t)row.seed, &row);
    uint64_t seed = (uint64_t)row.seed;
    if (row.method == methods[0]) {
        CoordinationMeasure found =
            measure_coordination("stopping:tolerance=1e-12", world.graph, world.links, seed, NULL);
        row.traffic = found.running;
        row.seen.error = found.error;
        row.seen.rates_equal = found.equal;
        row.trusted = found.trusted;
    } else {
        UnnormalisedMeasure found =
            measure_unnormalised(world.graph, world.links, seed, config.unbalanced_rounds);
        row.traffic = found.running;
        row.seen.error = row.measured = found.error;
        row.predicted = found.predicted;
    }
    row.network = "unbalanced";
    row_write(&row, job);
    world_close(&world);
    free(network);
}

static void crashed(const StudyJob *job) { row_write_without(begin(job), OUTCOME_CRASHED, job); }

const Study study_unbalanced = {"unbalanced", NULL, count, run, crashed, NULL};
