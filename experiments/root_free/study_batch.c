/* R6: the best rate for each size of batch, with the factor of the batch in the curvature and
 * without it. As many steps for all, a constant rate; digits and a perceptron. */
#include "grid_of_rates.h"
#include "tasks.h"

#include "base/die.h"
#include "base/named.h"
#include "base/words.h"

#include <stdlib.h>

static const int64_t batches[] = {8, 32, 128, 512};
enum { BATCHES = sizeof batches / sizeof *batches };

/* Grids of half decades, wide enough that no best rate stands at an end. */
typedef struct {
    const char *name, *text;
    bool has_batch;
    RateGrid grid;
} BatchMethod;

static const BatchMethod methods[] = {
    {"rf", "rf_rmsprop:beta2=0.95,momentum=0,damping=1e-4", true, {1e-4, 1.0, 9}},
    /* the paper's ablation: no factor, and a start of 1 */
    {"rf_plain",
     "rf_rmsprop:beta2=0.95,momentum=0,damping=1e-4,batch=1,start=1",
     false,
     {1e-5, 1e-1, 9}},
    {"rmsprop", "rmsprop:beta2=0.95", false, {1e-4, 1.0, 9}},
    {"sgd", "sgd:momentum=0", false, {1e-2, 1e1, 7}},
};

static const char task_name[] = "mlp", schedule_name[] = "constant";

/* The factors of a trial, seeds innermost. */
typedef struct {
    const BatchMethod *method;
    int64_t batch_index, repeat;
} Place;

static Place place_of(int64_t index)
{
    char *name = words_item(config.batch_methods, index / config.batch_seeds / BATCHES);
    Place place = {named_row("method of the study batch", name, sizeof methods / sizeof *methods,
                             sizeof *methods, methods),
                   index / config.batch_seeds % BATCHES, index % config.batch_seeds};
    free(name);
    return place;
}

static int64_t count(const Study *study)
{
    (void)study;
    return words_count(config.batch_methods) * BATCHES * config.batch_seeds;
}

static Row begin(const Place *place)
{
    Row row = row_begin("batch");
    row.task = task_name;
    row.schedule = schedule_name;
    row.method = place->method->name;
    row.role = "grid";
    row.repeat = place->repeat;
    row.seed = frame->seed + place->repeat;
    row.batch = batches[place->batch_index];
    row.level = (double)row.batch;
    row.level_index = place->batch_index;
    return row;
}

static void run(const StudyJob *job)
{
    const Task *task = task_find(task_name);
    Place place = place_of(job->index);
    Row row = begin(&place);
    if (task_is_absent(task)) {
        row_write_without(row, OUTCOME_ABSENT, job);
        return;
    }
    char *text = place.method->has_batch
                     ? format_text("%s,batch=%lld", place.method->text, (long long)row.batch)
                     : format_text("%s", place.method->text);
    char *schedule = task_schedule(task, schedule_name, task_steps(task));
    Arena *arena = task_open(task, row.batch);
    ArenaRun given = {.schedule = schedule, .steps = task_steps(task), .seed = (uint64_t)row.seed};
    row.optimizer = text;
    rate_grid_run(&place.method->grid, arena, &given, &row, job);
    arena_free(arena);
    free(schedule);
    free(text);
}

static void crashed(const StudyJob *job)
{
    Place place = place_of(job->index);
    row_write_without(begin(&place), OUTCOME_CRASHED, job);
}

static double cost(const Study *study, int64_t index)
{
    (void)study;
    const Task *task = task_find(task_name);
    Place place = place_of(index);
    return (double)place.method->grid.count * task->seconds * config.shorten *
           (0.5 + 0.5 * (double)batches[place.batch_index] / (double)task->batch);
}

const Study study_batch = {"batch", NULL, count, run, crashed, cost};
