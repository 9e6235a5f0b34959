/* Every kind of schedule that has defaults: the rate against the step. Nothing is trained. */
#include "studies.h"

#include <math.h>

/* The kind of number `index` among those that can be shown, or how many these are. */
static int64_t find_kind(int64_t index)
{
    int64_t shown = 0;
    for (int kind = 0; kind < schedule_kind_count(); kind++)
        if (!schedule_kind_needs_keys(kind) && shown++ == index) return kind;
    return shown;
}

static int64_t count(const Study *study)
{
    (void)study;
    return find_kind(-1);
}

static Row begin(int64_t index)
{
    Row row = row_begin("schedules");
    row.schedule = schedule_kind_name((int)find_kind(index));
    row.schedule_index = index;
    row.rate = config.run_rate;
    return row;
}

static void run(const StudyJob *job)
{
    Row row = begin(job->index);
    ScheduleDefaults defaults = {.total = config.shown_steps, .peak = config.run_rate};
    Schedule *schedule = schedule_create(row.schedule, defaults);
    for (int64_t step = 0; step < config.shown_steps; step++) {
        CurveRow point = {.schedule_index = row.schedule_index,
                          .step = step + 1,
                          .rate = schedule_rate(schedule, step),
                          .train_loss = NAN,
                          .validation_loss = NAN,
                          .predicted = NAN};
        curve_write(&point, job);
    }
    row.steps = config.shown_steps;
    row_write(&row, job);
    schedule_free(schedule);
}

static void crashed(const StudyJob *job)
{
    row_write_without(begin(job->index), OUTCOME_CRASHED, job);
}

const Study study_schedules = {"schedules", NULL, count, run, crashed, NULL};
