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

static void run(const StudyJob *job)
{
    Contest contest = contest_of(job->index);
    contest_run(&contest, job);
}

static void crashed(const StudyJob *job)
{
    Contest contest = contest_of(job->index);
    contest_crashed(&contest, job);
}

static double cost(const Study *study, int64_t index)
{
    (void)study;
    Contest contest = contest_of(index);
    return contest_cost(&contest);
}

const Study study_gap = {"gap", NULL, count, run, crashed, cost};
