/* R2: is there a task of this size on which adaptive methods generalise worse than SGD? Many small
 * ones, looked through with small budgets; all of them are reported. */
#include "contest.h"

#include "base/words.h"

#include <stdlib.h>

static int64_t count(const Study *study)
{
    (void)study;
    return words_count(config.gap_tasks) * words_count(config.gap_methods);
}

/* Under the schedule of the paper's convolutional networks; without finals. */
static Contest contest_of(int64_t index)
{
    int64_t methods = words_count(config.gap_methods);
    char *task = words_item(config.gap_tasks, index / methods);
    char *method = words_item(config.gap_methods, index % methods);
    Contest contest = {.task = task_find(task),
                       .schedule = "multistep",
                       .method = method_find(method),
                       .runs = config.gap_runs,
                       .seeds = config.gap_seeds};
    free(task);
    free(method);
    return contest;
}

static const Contests contests = {contest_of};

const Study study_gap = {"gap", &contests, count, contests_run, contests_crashed, contests_cost};
