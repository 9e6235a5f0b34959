/* D1, D6, D9: runs of several rules for the step where the nodes' curvatures differ by a ratio. */
#include "studies.h"

#include "base/words.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    const char *const *problem, *const *methods,
                                    *const *ratios; /* ratios NULL: the problem as is */
} Comparison;

static int64_t levels(const Comparison *comparison)
{
    return comparison->ratios ? words_count(*comparison->ratios)
                              : words_count(*comparison->problem);
}

static int64_t count(const Study *study)
{
    const Comparison *comparison = study->context;
    return levels(comparison) * words_count(*comparison->methods) * config.repeats;
}

typedef struct {
    Row row;
    char *problem;
} Setting;

static Setting begin(const StudyJob *job)
{
    const Comparison *comparison = job->study->context;
    int64_t index = job->index;
    Setting setting = {.row = row_begin(job->study->name)};
    Row *row = &setting.row;
    row->repeat = take(&index, config.repeats);
    row->method = words_item(*comparison->methods, take(&index, words_count(*comparison->methods)));
    row->level_index = index;
    if (comparison->ratios) {
        row->level = number_item(*comparison->ratios, index);
        setting.problem = problem_with_ratio(*comparison->problem, row->level);
    } else {
        setting.problem = words_item(*comparison->problem, index);
    }
    return setting;
}

static void run(const StudyJob *job)
{
    Setting setting = begin(job);
    Row *row = &setting.row;
    if (problem_is_absent(setting.problem)) {
        row->problem = setting.problem;
        row_write_without(*row, OUTCOME_ABSENT, job);
        free(setting.problem);
        return;
    }
    World world = world_open(config.network, AS_IT_IS, setting.problem, seed_of(row->repeat), row);
    char *text = arm_text(row->method, NAN, NAN, NAN);
    Running running = {text, config.iterations, row->repeat == 0, config.target, false};
    method_free(world_run(&world, &running, job, row));
    row_write(row, job);
    free(text);
    world_close(&world);
    free(setting.problem);
}

static void crashed(const StudyJob *job)
{
    Setting setting = begin(job);
    row_write_without(setting.row, OUTCOME_CRASHED, job);
    free(setting.problem);
}

static const Comparison coordinated =
                            {
                                &config.problem,
                                &config.coordinated_methods,
                                &config.ratios,
},
                        readings = {&config.problem, &config.reading_methods,
                                    &config.reading_ratios},
                        shared = {&config.shared_problem, &config.shared_methods,
                                  &config.reading_ratios},
                        tracking = {&config.problem, &config.tracking_methods, &config.ratios},
                        real = {&config.real_problems, &config.real_methods, NULL};

const Study study_coordinated = {"coordinated", &coordinated, count, run, crashed, NULL};
const Study study_readings = {"readings", &readings, count, run, crashed, NULL};
const Study study_shared = {"shared", &shared, count, run, crashed, NULL};
const Study study_tracking = {"tracking", &tracking, count, run, crashed, NULL};
const Study study_real = {"real", &real, count, run, crashed, NULL};
