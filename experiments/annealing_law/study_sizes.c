/* A12: one equation for networks of several sizes, fitted to all but one, asked for that one. A
 * trial is a seed; a row is the size that was left out (level: its parameters in millions), and one
 * for all sizes fitted together (level_index −1). */
#include "fits.h"
#include "world.h"

#include "base/die.h"
#include "base/words.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_MODELS = 12, MAX_SCHEDULES = 4, MAX_RUNS = MAX_MODELS * MAX_SCHEDULES };

static int64_t count(const Study *study)
{
    (void)study;
    return config.size_seeds;
}

static Row begin(const StudyJob *job)
{
    Row row = row_begin(job->study->name);
    row.question = "sizes";
    row.data = config.curve_data;
    row.rate = config.run_rate;
    row.repeat = job->index;
    row.seed = frame->seed + job->index;
    return row;
}

typedef struct {
    int64_t models, each; /* runs of a model lie side by side */
    Observed seen[MAX_RUNS];
    int64_t count;
    Outcome outcome;
} Sizes;

static void train_model(Sizes *sizes, const char *model, uint64_t seed)
{
    World world = world_training(model, config.curve_steps, seed);
    int64_t every = config.curve_steps / 20;
    for (int64_t k = 0; k < sizes->each && sizes->outcome == OUTCOME_SPENT; k++) {
        char *schedule = words_item(config.fitted_schedules, k);
        Observed *seen = &sizes->seen[sizes->count++];
        *seen = world_observe(&world, schedule, config.curve_steps, every, every);
        sizes->outcome = seen->outcome;
        if (seen->outcome == OUTCOME_SPENT) seen->run.size = (double)world_parameters(&world) / 1e6;
        free(schedule);
    }
    world_free(&world);
}

/* Fitted to all models but `left`; −1: to all, and judged on all. */
static void fit_without(const Sizes *sizes, int64_t left, Row row, const StudyJob *job)
{
    const LawRun *run[MAX_RUNS];
    int64_t fitted = 0, count_of = 0, from = left * sizes->each;
    for (int64_t k = 0; k < sizes->count; k++)
        if (left < 0 || k < from || k >= from + sizes->each) run[count_of++] = &sizes->seen[k].run;
    fitted = count_of;
    for (int64_t k = from; left >= 0 && k < from + sizes->each; k++)
        run[count_of++] = &sizes->seen[k].run;
    FitSet set = {count_of, fitted, run, left < 0 ? "all" : "others",
                  config.memory * (double)config.curve_steps};
    FitResult fit = fits_run("annealing_size", &set);
    row.level_index = left;
    row.level = left < 0 ? NAN : sizes->seen[from].run.size;
    row.steps = config.curve_steps;
    fits_write_mean("annealing_size", &set, &fit, &row, left >= 0, job);
}

static void run(const StudyJob *job)
{
    Row row = begin(job);
    Sizes *sizes = alloc_zeroed(1, sizeof *sizes);
    *sizes = (Sizes){.models = words_count(config.size_models),
                     .each = words_count(config.fitted_schedules),
                     .outcome = OUTCOME_SPENT};
    if (sizes->models > MAX_MODELS || sizes->each > MAX_SCHEDULES)
        die("--size-models: at most %d networks of %d schedules", MAX_MODELS, MAX_SCHEDULES);
    for (int64_t k = 0; k < sizes->models && sizes->outcome == OUTCOME_SPENT; k++) {
        char *model = words_item(config.size_models, k);
        train_model(sizes, model, (uint64_t)row.seed);
        free(model);
    }
    row.outcome = sizes->outcome;
    if (sizes->outcome != OUTCOME_SPENT) row_write(&row, job);
    for (int64_t k = -1; k < sizes->models && sizes->outcome == OUTCOME_SPENT; k++)
        fit_without(sizes, k, row, job);
    for (int64_t k = 0; k < sizes->count; k++) observed_free(&sizes->seen[k]);
    free(sizes);
}

static void crashed(const StudyJob *job) { row_write_without(begin(job), OUTCOME_CRASHED, job); }

static double cost(const Study *study, int64_t index)
{
    (void)study, (void)index;
    return 20.0;
}

const Study study_sizes = {"sizes", NULL, count, run, crashed, cost};
