/* R9: the settings that the authors' programs publish for convolutional networks, trained here with
 * four kinds of state, and gradient descent with the same numbers beside them. */
#include "tasks.h"

#include "base/die.h"
#include "base/named.h"
#include "base/words.h"
#include "optim/observe.h"

#include <math.h>
#include <stdlib.h>

/* CIFAR-100, root-free RMSProp (the authors' best_run.sh); forget is their lr_cov. */
typedef struct {
    const char *name;
    double rate, momentum, decay, forget, damping;
} Setting;

static const Setting settings[] = {
    {"resnet34", 4.98e-3, 0.9614, 2.32e-3, 1.18e-3, 5.6e-5},
    {"densenet121", 9.85e-2, 0.6044, 1.96e-3, 5.63e-4, 5.3e-6},
    {"vgg16", 1.73e-2, 0.5657, 1.72e-2, 5.79e-4, 1.9e-5},
    {"resnet50_mse", 2.53e-2, 0.0082, 1.34e-2, 1.16e-4, 5.1e-7},
    {"resnet50_ce", 6.66e-3, 0.8772, 6.99e-3, 1.50e-3, 2.0e-4},
};

typedef struct {
    const char *state, *method;
} StateRow;

/* sgd: none, gradient descent with the setting's rate, momentum and decay. */
static const StateRow states[] = {
    {"float32", "rf"},
    {"bfloat16", "rf_bfloat16"},
    {"stochastic", "rf_stochastic"},
    {"frozen", "rf_frozen"},
    {"sgd", "sgd"},
};

/* Quarter decades. The first and the last hold what lies beyond. */
static const CurvatureBins bins = {-6.5, 1.5, 32};
enum { BINS = 32 };

static const char task_name[] = "cnn_digits", schedule_name[] = "multistep";

typedef struct {
    const Setting *setting;
    const StateRow *state;
} Arm;

static Arm arm_of(int64_t index)
{
    int64_t count = words_count(config.released_states);
    char *state = words_item(config.released_states, index % count);
    char *setting = words_item(config.released_settings, index / count);
    Arm arm = {named_row("published setting", setting, sizeof settings / sizeof *settings,
                         sizeof *settings, settings),
               named_row("state", state, sizeof states / sizeof *states, sizeof *states, states)};
    free(state);
    free(setting);
    return arm;
}

static char *text_of(const Arm *arm, int64_t batch)
{
    const Setting *set = arm->setting;
    if (arm->state == &states[sizeof states / sizeof *states - 1])
        return format_text("sgd:momentum=%g,decay=%g", set->momentum, set->decay);
    return format_text("rf_rmsprop:beta2=%.10g,momentum=%g,damping=%g,batch=%lld,state=%s,decay=%g",
                       1.0 - set->forget, set->momentum, set->damping, (long long)batch,
                       arm->state->state, set->decay);
}

static int64_t count(const Study *study)
{
    (void)study;
    return words_count(config.released_settings) * words_count(config.released_states);
}

static Row begin(const StudyJob *job, const Arm *arm)
{
    const Task *task = task_find(task_name);
    Row row = row_begin("released");
    row.task = task->name;
    row.schedule = schedule_name;
    row.setting = arm->setting->name;
    row.method = arm->state->method;
    row.role = "report";
    row.batch = task->batch;
    row.level = arm->setting->forget;
    row.level_index = job->index / words_count(config.released_states);
    row.rate = arm->setting->rate;
    return row;
}

typedef struct {
    const StudyJob *job;
    const Row *row;
} Drawing;

/* The histogram of the first seed. */
static void draw(void *context, Optimizer *optimizer)
{
    const Drawing *drawing = context;
    double share[BINS];
    if (!optimizer_is_observable(optimizer)) return;
    optimizer_observe(optimizer, &bins, share);
    for (int k = 0; k < BINS; k++)
        curve_write(&(CurveRow){"histogram", drawing->row->setting, drawing->row->method,
                                bins.low + k * (bins.high - bins.low) / BINS, share[k]},
                    drawing->job);
}

/* Fresh seeds: nothing was chosen here. */
static void train(const Task *task, Row *row, const StudyJob *job)
{
    Drawing drawing = {job, row};
    char *schedule = task_schedule(task, schedule_name, config.released_steps);
    Arena *arena = task_open(task, 0);
    for (row->repeat = 0; row->repeat < config.released_seeds; row->repeat++) {
        row->seed = frame->seed + row->repeat;
        ArenaRun run = {.optimizer = row->optimizer,
                        .rate = row->rate,
                        .schedule = schedule,
                        .steps = config.released_steps,
                        .seed = (uint64_t)row->seed,
                        .is_tested = true,
                        .finished = row->repeat == 0 ? draw : NULL,
                        .context = &drawing};
        ArenaResult result = arena_run(arena, &run);
        arena_fill_row(row, &result);
        row_write(row, job);
    }
    arena_free(arena);
    free(schedule);
}

static void run(const StudyJob *job)
{
    const Task *task = task_find(task_name);
    Arm arm = arm_of(job->index);
    Row row = begin(job, &arm);
    if (task_is_absent(task)) {
        row_write_without(row, OUTCOME_ABSENT, job);
        return;
    }
    char *text = text_of(&arm, task->batch);
    row.optimizer = text;
    train(task, &row, job);
    free(text);
}

static void crashed(const StudyJob *job)
{
    Arm arm = arm_of(job->index);
    row_write_without(begin(job, &arm), OUTCOME_CRASHED, job);
}

static double cost(const Study *study, int64_t index)
{
    (void)study, (void)index;
    const Task *task = task_find(task_name);
    return task->seconds * (double)config.released_steps / (double)task->steps *
           (double)config.released_seeds;
}

const Study study_released = {"released", NULL, count, run, crashed, cost};
