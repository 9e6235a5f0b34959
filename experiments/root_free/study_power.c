/* R8: what the root is good for. Adam with the mean square to the power 0 (momentum) to 1 (no
 * root), and the sign of the momentum beside it; each with the best rate of a grid, chosen on the
 * validation split. */
#include "contest.h"
#include "grid_of_rates.h"

#include "base/named.h"
#include "base/words.h"

#include <math.h>
#include <stdlib.h>

static const char *const task_names[] = {"cnn_digits", "vit"};
enum { TASKS = sizeof task_names / sizeof *task_names };

/* Half decades. Without a root epsilon is a damping of the curvature: the authors' 1e-4, which they
 * add to the batch (here 32) times the mean square; below the root it does nothing at either size.
 */
typedef struct {
    const char *method;
    double power; /* NaN: none */
    const char *text;
    RateGrid grid;
} Arm;

#define ADAM ",beta1=0.9,beta2=0.99,epsilon="
static const Arm arms[] = {
    {"adam_p", 0.0, "adam_p:power=0" ADAM "1e-8", {1e-2, 1e1, 7}},
    {"adam_p", 0.25, "adam_p:power=0.25" ADAM "1e-8", {1e-2, 1e1, 7}},
    {"adam_p", 0.5, "adam_p:power=0.5" ADAM "1e-8", {1e-3, 1.0, 7}},
    {"adam_p", 0.75, "adam_p:power=0.75" ADAM "1e-6", {1e-4, 1e-1, 7}},
    {"adam_p", 1.0, "adam_p:power=1" ADAM "3e-6", {1e-5, 1e-2, 7}},
    {"signsgd", NAN, "sign:momentum=0.9", {1e-4, 1e-1, 7}},
};
enum { ARMS = sizeof arms / sizeof *arms };

/* ---- those of the methods that are asked for, tasks outermost */

static const char *const method_names[] = {"adam_p", "signsgd"};

static void check_methods(void)
{
    for (int64_t k = 0; k < words_count(config.power_methods); k++) {
        char *name = words_item(config.power_methods, k);
        named_row("method of the study power", name, sizeof method_names / sizeof *method_names,
                  sizeof *method_names, method_names);
        free(name);
    }
}

static int64_t arm_count(void)
{
    int64_t number = 0;
    for (int k = 0; k < ARMS; k++) number += words_contain(config.power_methods, arms[k].method);
    return number;
}

static const Arm *arm_of(int64_t index)
{
    index %= arm_count();
    for (int k = 0; k < ARMS; k++)
        if (words_contain(config.power_methods, arms[k].method) && index-- == 0) return &arms[k];
    abort();
}

static const Task *task_of(int64_t index) { return task_find(task_names[index / arm_count()]); }

static int64_t count(const Study *study)
{
    (void)study;
    check_methods();
    return TASKS * arm_count();
}

/* The caller frees row.schedule. */
static Row begin(const StudyJob *job)
{
    const Task *task = task_of(job->index);
    const Arm *arm = arm_of(job->index);
    Row row = row_begin("power");
    row.task = task->name;
    row.schedule = words_item(task_schedules(task), 0);
    row.method = arm->method;
    row.role = "grid";
    row.seed = frame->seed + CONTEST_SEARCH_SEED;
    row.batch = task->batch;
    row.power = arm->power;
    row.optimizer = arm->text;
    return row;
}

static void train(const StudyJob *job, Row *row)
{
    const Task *task = task_of(job->index);
    char *schedule = task_schedule(task, row->schedule, task_steps(task));
    Arena *arena = task_open(task, 0);
    ArenaRun run = {.schedule = schedule, .steps = task_steps(task), .seed = (uint64_t)row->seed};
    row->rate = rate_grid_run(&arm_of(job->index)->grid, arena, &run, row, job);
    row->role = "report";
    run.optimizer = row->optimizer;
    run.rate = row->rate;
    run.is_tested = true;
    for (row->repeat = 0; row->repeat < config.power_seeds; row->repeat++) {
        row->seed = frame->seed + row->repeat;
        run.seed = (uint64_t)row->seed;
        ArenaResult result = arena_run(arena, &run);
        arena_fill_row(row, &result);
        row_write(row, job);
    }
    arena_free(arena);
    free(schedule);
}

static void run(const StudyJob *job)
{
    Row row = begin(job);
    if (task_is_absent(task_of(job->index))) {
        row_write_without(row, OUTCOME_ABSENT, job);
    } else {
        train(job, &row);
    }
    free((char *)row.schedule);
}

static void crashed(const StudyJob *job)
{
    Row row = begin(job);
    row_write_without(row, OUTCOME_CRASHED, job);
    free((char *)row.schedule);
}

static double cost(const Study *study, int64_t index)
{
    (void)study;
    return task_of(index)->seconds * config.shorten *
           (double)(arm_of(index)->grid.count + config.power_seeds);
}

const Study study_power = {"power", NULL, count, run, crashed, cost};
