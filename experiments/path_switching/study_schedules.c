/* No training: the rate of every update of every version, for the picture of all paradigms. A
 * trial is an arm. */
#include "group.h"

#include <math.h>

static int64_t count(const Study *study)
{
    (void)study;
    int64_t arms = 0;
    for (int g = 0; g < arms_groups(config.schedule_arms); g++) {
        Arms group = arms_of(config.schedule_arms, g);
        arms += group.count;
        arms_free(&group);
    }
    return arms;
}

/* Arm `index` of all groups. */
static Arms find(int64_t index, int *arm)
{
    for (int g = 0;; g++) {
        Arms group = arms_of(config.schedule_arms, g);
        *arm = (int)index;
        if (index < group.count) return group;
        index -= group.count;
        arms_free(&group);
    }
}

static Row begin(const Arms *arms, int arm, const UpdateSetting *setting)
{
    Row row = row_begin("schedules");
    row.arm = arms->name[arm];
    row.paradigm = arms->paradigm[arm];
    row.version = row.versions = setting->versions;
    row.steps = setting->steps;
    row.peak = setting->peak;
    return row;
}

/* As the versions' own, drawn shorter. */
static UpdateSetting setting_shown(void)
{
    return (UpdateSetting){.versions = (int)config.versions,
                           .steps = config.shown_steps,
                           .warmup = config.warmup * config.shown_steps / config.steps,
                           .peak = config.peak,
                           .floor = config.floor};
}

static void write_path(const Path *path, const char *arm, int version, const StudyJob *job)
{
    CurveRow point = {.arm = arm, .version = version, .loss = NAN};
    for (point.step = 1; point.step <= path->steps; point.step++) {
        point.rate = schedule_rate(path->schedule, point.step - 1);
        curve_write(&point, job);
    }
}

static void run(const StudyJob *job)
{
    int arm;
    Arms arms = find(job->index, &arm);
    UpdateSetting setting = setting_shown();
    Row row = begin(&arms, arm, &setting);
    Paradigm *paradigm = paradigm_create(arms.paradigm[arm]);
    row.paradigm = paradigm_text(paradigm);
    row.cost = paradigm_cost(paradigm, setting.versions);
    row_write(&row, job);
    for (int version = 1; version <= setting.versions; version++) {
        Path path = paradigm_path(paradigm, &setting, version);
        write_path(&path, arms.name[arm], version, job);
        path_clear(&path);
    }
    paradigm_free(paradigm);
    arms_free(&arms);
}

static void crashed(const StudyJob *job)
{
    int arm;
    Arms arms = find(job->index, &arm);
    UpdateSetting setting = setting_shown();
    Row row = begin(&arms, arm, &setting);
    row.outcome = OUTCOME_CRASHED;
    row_write(&row, job);
    arms_free(&arms);
}

const Study study_schedules = {"schedules", NULL, count, run, crashed, NULL};
