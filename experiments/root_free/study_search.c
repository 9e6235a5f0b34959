/* R2, R3, R4, R7, R10, R11, R12: every method with the same budget on every task, under every
 * schedule that the task is asked under; some methods on tasks of their own. */
#include "contest.h"

#include "base/words.h"

#include <stdlib.h>

/* Tasks, and the methods in all of them. */
typedef struct {
    const char *const *tasks, *const *methods;
} Grid;

static const Grid grids[] = {{&config.tasks, &config.methods},
                             {&config.more_tasks, &config.more_methods},
                             {&config.matrix_tasks, &config.matrix_methods}};
enum { GRIDS = sizeof grids / sizeof *grids };

static const Task *task_of(const Grid *grid, int64_t number)
{
    char *name = words_item(*grid->tasks, number);
    const Task *task = task_find(name);
    free(name);
    return task;
}

static int64_t trials_of(const Grid *grid, const Task *task)
{
    return words_count(task_schedules(task)) * words_count(*grid->methods);
}

static int64_t count(const Study *study)
{
    (void)study;
    int64_t trials = 0;
    for (int g = 0; g < GRIDS; g++)
        for (int64_t t = 0; t < words_count(*grids[g].tasks); t++)
            trials += trials_of(&grids[g], task_of(&grids[g], t));
    return trials;
}

/* `index` within the task: schedules outermost. */
static Contest contest_at(const Grid *grid, const Task *task, int64_t index)
{
    int64_t methods = words_count(*grid->methods);
    char *method = words_item(*grid->methods, index % methods);
    char *schedule = words_item(task_schedules(task), index / methods);
    Contest contest = {.task = task,
                       .schedule = task_schedule_name(schedule),
                       .method = method_find(method),
                       .runs = config.search_runs,
                       .finalists = config.finalists,
                       .final_seeds = config.final_seeds,
                       .seeds = task->asks_equality ? config.equal_seeds : config.report_seeds};
    free(method);
    free(schedule);
    return contest;
}

static Contest contest_of(int64_t index)
{
    for (int g = 0; g < GRIDS; g++)
        for (int64_t t = 0; t < words_count(*grids[g].tasks); t++) {
            const Task *task = task_of(&grids[g], t);
            int64_t trials = trials_of(&grids[g], task);
            if (index < trials) return contest_at(&grids[g], task, index);
            index -= trials;
        }
    abort();
}

static const Contests contests = {contest_of};

const Study study_search = {"search",     &contests,        count,
                            contests_run, contests_crashed, contests_cost};
