#include "update/averages.h"

#include "base/die.h"
#include "base/hash.h"
#include "update/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    real *sum; /* NULL: no sample yet, or released */
    bool is_here;
    char name[32];
} PathSum;

struct Averages {
    const Plan *plan;
    const Problem *problem;
    PathSum *path; /* one per path of the plan */
    ParameterTable table;
};

static Matrix values_of(const Averages *averages)
{
    return state_values(averages->problem->parameters);
}

Averages *averages_create(const Plan *plan, const Problem *problem)
{
    Averages *averages = alloc_zeroed(1, sizeof *averages);
    averages->plan = plan;
    averages->problem = problem;
    averages->path = alloc_zeroed((size_t)plan->path_count, sizeof *averages->path);
    return averages;
}

static void give_back(Averages *averages, int path)
{
    Backend *backend = averages->problem->backend;
    if (averages->path[path].sum) backend->release(backend, averages->path[path].sum);
    averages->path[path].sum = NULL;
}

void averages_free(Averages *averages)
{
    if (!averages) return;
    for (int p = 0; p < averages->plan->path_count; p++) give_back(averages, p);
    free(averages->path);
    free(averages->table.item);
    free(averages);
}

/* Zero before the first sample. */
static Matrix sum_of(Averages *averages, int path)
{
    Backend *backend = averages->problem->backend;
    int64_t count = matrix_count(values_of(averages));
    PathSum *here = &averages->path[path];
    if (!here->sum) here->sum = backend->alloc(backend, (size_t)count * sizeof(real));
    return matrix_of(here->sum, 1, count);
}

void averages_enter(Averages *averages, int segment)
{
    const Plan *plan = averages->plan;
    for (int p = 0; p < plan->path_count; p++)
        averages->path[p].is_here = plan->path[p].average.kind && plan_passes(plan, p, segment);
}

void averages_add(Averages *averages, int64_t done)
{
    const Plan *plan = averages->plan;
    Backend *backend = averages->problem->backend;
    for (int p = 0; p < plan->path_count; p++) {
        const Average *average = &plan->path[p].average;
        if (!averages->path[p].is_here) continue;
        int64_t i = average_sample_at(average, done, plan->path[p].steps);
        if (i > 0)
            backend->axpy(backend, (real)average_weight(average, i), values_of(averages),
                          sum_of(averages, p));
    }
}

void averages_put(Averages *averages, int path)
{
    Backend *backend = averages->problem->backend;
    backend->copy(backend, sum_of(averages, path), values_of(averages));
    give_back(averages, path);
}

/* ---- checkpoints */

/* Has the path a sample by the segment's end? */
static bool is_open(const Averages *averages, int path, int segment)
{
    const Plan *plan = averages->plan;
    const Average *average = &plan->path[path].average;
    if (!average->kind || !plan_passes(plan, path, segment)) return false;
    int64_t end = plan->segment[segment].first + plan->segment[segment].steps;
    return end >= plan->path[path].steps - average->window + average->every;
}

const ParameterTable *averages_table(Averages *averages, int segment)
{
    const Plan *plan = averages->plan;
    const ParameterTable *parameters = averages->problem->parameters;
    ParameterTable *table = &averages->table;
    Parameter *item = table->item;
    *table = *parameters;
    size_t most = (size_t)parameters->count + (size_t)plan->path_count;
    table->item = alloc_resized(item, most, sizeof *item);
    memcpy(table->item, parameters->item, (size_t)parameters->count * sizeof *item);
    for (int p = 0; p < plan->path_count; p++) {
        if (!is_open(averages, p, segment)) continue;
        PathSum *here = &averages->path[p];
        snprintf(here->name, sizeof here->name, "average%d", table->count - parameters->count);
        table->item[table->count++] =
            (Parameter){.name = here->name, .group = GROUP_STATE, .value = sum_of(averages, p)};
    }
    return table;
}

char *averages_key(const Averages *averages, int segment)
{
    const Plan *plan = averages->plan;
    char *text = format_text("%s", "");
    for (int p = 0; p < plan->path_count; p++) {
        const Average *average = &plan->path[p].average;
        if (!is_open(averages, p, segment)) continue;
        char *before = text;
        text = format_text("%s%s %" PRId64 " %" PRId64 " %" PRId64 " %.17g\n", before,
                           average_name(average), plan->path[p].steps, average->window,
                           average->every, average->decay);
        free(before);
    }
    char *key = *text ? format_text("-%.8s", hash_bytes(strlen(text), text).hex) : NULL;
    if (key) free(text);
    return key ? key : text;
}
