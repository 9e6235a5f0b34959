#include "arena.h"

#include "base/die.h"
#include "model/model.h"
#include "optim/observe.h"
#include "problem/data.h"
#include "problem/training.h"
#include "trial/training_run.h"

#include <math.h>
#include <stdlib.h>

struct Arena {
    ArenaOptions options;
    Backend *backend;
    Data *data;
    Model *model;
};

Arena *arena_open(const ArenaOptions *options)
{
    DataOptions opening = {.folder = options->folder, .context = model_context(options->model)};
    Arena *arena = alloc_zeroed(1, sizeof *arena);
    arena->options = *options;
    arena->backend = backend_open_with(options->device, options->precision);
    arena->data = data_open(options->data, &opening);
    ModelTask task = training_task(arena->data, options->batch);
    arena->model = model_create(arena->backend, options->model, &task, true);
    return arena;
}

void arena_free(Arena *arena)
{
    if (!arena) return;
    model_free(arena->model);
    data_free(arena->data);
    arena->backend->close(arena->backend);
    free(arena);
}

int64_t arena_parameters(const Arena *arena)
{
    return parameters_count(model_parameters(arena->model));
}
const Data *arena_data(const Arena *arena) { return arena->data; }

int64_t arena_state_bytes(const Arena *arena, const char *optimizer)
{
    return optimizer_state_bytes(optimizer, model_parameters(arena->model));
}

static ArenaResult nothing(int64_t steps)
{
    return (ArenaResult){.outcome = OUTCOME_SPENT,
                         .steps = steps,
                         .train_loss = NAN,
                         .validation_loss = NAN,
                         .validation_error = NAN,
                         .test_loss = NAN,
                         .test_error = NAN,
                         .curvature = {NAN, NAN, NAN, NAN}};
}

/* Of a run that counts as guessing. */
static ArenaResult failure(const Arena *arena, const ArenaRun *run, int64_t steps)
{
    ArenaResult result = nothing(steps);
    double error = arena->data->is_text ? NAN : 1.0 - 1.0 / (double)arena->data->classes;
    result.outcome = OUTCOME_DIVERGED;
    result.validation_error = error;
    result.test_error = run->is_tested ? error : NAN;
    return result;
}

static double error_of(const Arena *arena, Evaluation found)
{
    return arena->data->is_text ? NAN : 1.0 - found.accuracy;
}

static void judge(const Arena *arena, const ArenaRun *run, Problem *problem, ArenaResult *result)
{
    Evaluation found =
        problem->evaluate(problem, SPLIT_VALIDATION, arena->options.validation_batches);
    result->validation_loss = found.loss;
    result->validation_error = error_of(arena, found);
    if (!isfinite(found.loss)) *result = failure(arena, run, result->steps);
    if (!run->is_tested || result->outcome == OUTCOME_DIVERGED) return;
    found = problem->evaluate(problem, SPLIT_TEST, arena->options.test_batches);
    result->test_loss = found.loss;
    result->test_error = error_of(arena, found);
}

static TrainingResult train(const Arena *arena, const ArenaRun *run, Problem *problem,
                            Optimizer *optimizer)
{
    ScheduleDefaults defaults = {.total = run->steps, .peak = run->rate};
    Schedule *schedule = schedule_create(run->schedule, defaults);
    TrainingRun training = {.problem = problem,
                            .optimizer = optimizer,
                            .schedule = schedule,
                            .steps = run->steps,
                            .log_every = (run->steps + ARENA_RECORDS - 1) / ARENA_RECORDS,
                            .evaluation_batches = TRAINING_NO_EVALUATION,
                            .give_up_loss = ARENA_GIVE_UP * log((double)arena->data->classes)};
    TrainingResult trained = training_run(&training);
    schedule_free(schedule);
    return trained;
}

static Curvature curvature_of(const Optimizer *optimizer)
{
    ObservedCurvature seen = optimizer_observe(optimizer, NULL, NULL);
    return (Curvature){seen.low, seen.median, seen.high, seen.moved};
}

static ArenaResult measure(const Arena *arena, const ArenaRun *run, Problem *problem,
                           Optimizer *optimizer)
{
    TrainingResult trained = train(arena, run, problem, optimizer);
    if (trained.outcome == OUTCOME_DIVERGED) return failure(arena, run, trained.steps);
    ArenaResult result = nothing(trained.steps);
    result.train_loss = trained.last.train_loss;
    if (!run->skips_curvature) result.curvature = curvature_of(optimizer);
    optimizer_average_in(optimizer);
    judge(arena, run, problem, &result);
    optimizer_average_out(optimizer);
    return result;
}

ArenaResult arena_run(Arena *arena, const ArenaRun *run)
{
    Problem *problem = problem_training(arena->backend, arena->model, arena->data,
                                        arena->options.batch, run->seed);
    Optimizer *optimizer = optimizer_create(run->optimizer, arena->backend, problem->parameters);
    problem->start(problem, run->seed);
    ArenaResult result = measure(arena, run, problem, optimizer);
    if (run->finished) run->finished(run->context, optimizer);
    optimizer_free(optimizer);
    problem->free(problem);
    return result;
}

Score arena_score(const ArenaResult *result, bool is_judged_by_loss)
{
    bool is_lost = result->outcome == OUTCOME_DIVERGED || !isfinite(result->validation_loss);
    if (is_lost) return (Score){INFINITY, INFINITY};
    double judged = is_judged_by_loss ? result->validation_loss : result->validation_error;
    return (Score){judged, result->validation_loss};
}

void arena_fill_row(Row *row, const ArenaResult *result)
{
    row->outcome = result->outcome;
    row->steps = result->steps;
    row->train_loss = result->train_loss;
    row->validation_loss = result->validation_loss;
    row->validation_error = result->validation_error;
    row->test_loss = result->test_loss;
    row->test_error = result->test_error;
    row->curvature = result->curvature;
}
