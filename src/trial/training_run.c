#include "trial/training_run.h"

#include <assert.h>
#include <math.h>

static bool is_due(int64_t step, int64_t every, int64_t last)
{
    return step == last || (every > 0 && step % every == 0);
}

/* Mean loss of the batches since the record before; the sums start again. */
static double take_loss(Backend *backend, double *sums)
{
    const double zeros[HEAD_SUMS] = {0};
    double host[HEAD_SUMS];
    backend->download(backend, sizeof host, sums, host);
    backend->upload(backend, sizeof zeros, zeros, sums);
    return host[HEAD_LOSS] / host[HEAD_ROWS]; /* 0/0, NaN, before the first step */
}

static double gradient_norm(Backend *backend, const Optimizer *optimizer)
{
    const double *square = optimizer_gradient_square(optimizer);
    if (!square) return NAN;
    double host;
    backend->download(backend, sizeof host, square, &host);
    return sqrt(host);
}

static TrainingRecord take_record(const TrainingRun *run, int64_t step, double *sums)
{
    Problem *problem = run->problem;
    bool begun = step > 0;
    TrainingRecord record = {.step = step,
                             .rate = begun ? schedule_rate(run->schedule, step - 1) : NAN,
                             .train_loss = take_loss(problem->backend, sums),
                             .validation_loss = NAN,
                             .validation_accuracy = NAN,
                             .gradient_norm =
                                 begun ? gradient_norm(problem->backend, run->optimizer) : NAN};
    bool evaluates = run->evaluation_batches != TRAINING_NO_EVALUATION;
    if (evaluates && is_due(step, run->evaluate_every, run->steps)) {
        optimizer_average_in(run->optimizer);
        Evaluation found = problem->evaluate(problem, SPLIT_VALIDATION, run->evaluation_batches);
        optimizer_average_out(run->optimizer);
        record.validation_loss = found.loss;
        record.validation_accuracy = found.accuracy;
    }
    if (run->record) run->record(run->context, &record);
    return record;
}

/* Written so that NaN has diverged. */
static bool has_diverged(const TrainingRun *run, const TrainingRecord *record)
{
    double bound = run->give_up_loss > 0.0 ? run->give_up_loss : INFINITY;
    return record->step > 0 && !(record->train_loss < bound);
}

/* The calls of a step, the same each time, as a recording from the second step on: the first has
 * found the sizes of everything. */
typedef struct {
    double *sums; /* of the losses */
    bool has_run;
    void *recording;
} Step;

static void call_step(const TrainingRun *run, double *sums)
{
    run->problem->compute(run->problem, sums);
    optimizer_apply(run->optimizer);
}

static void take_step(const TrainingRun *run, int64_t step, Step *calls)
{
    Problem *problem = run->problem;
    Backend *backend = problem->backend;
    double rate = schedule_rate(run->schedule, step);
    if (!problem->load || !backend->record || !optimizer_is_steady(run->optimizer)) {
        problem->gradient(problem, step, calls->sums);
        optimizer_step(run->optimizer, rate);
        return;
    }
    problem->load(problem, step);
    optimizer_prepare(run->optimizer, rate);
    if (!calls->has_run) {
        call_step(run, calls->sums);
        calls->has_run = true;
        return;
    }
    if (!calls->recording) {
        backend->record(backend);
        call_step(run, calls->sums);
        calls->recording = backend->recorded(backend);
    }
    backend->replay(backend, calls->recording);
}

TrainingResult training_run(const TrainingRun *run)
{
    assert(run->log_every > 0 && run->evaluate_every % run->log_every == 0);
    assert(optimizer_steps_done(run->optimizer) <= run->first_step);
    Problem *problem = run->problem;
    Backend *backend = problem->backend;
    double *sums = backend->alloc(backend, HEAD_SUMS * sizeof *sums);
    TrainingResult result = {.outcome = OUTCOME_SPENT, .steps = run->first_step};
    if (run->first_step == 0) result.last = take_record(run, 0, sums);

    Step calls = {.sums = sums};
    bool goes_on = true;
    for (int64_t step = run->first_step; step < run->steps && goes_on;) {
        take_step(run, step, &calls);
        result.steps = ++step;
        if (run->updated) run->updated(run->context, step);
        if (!is_due(step, run->log_every, run->steps)) continue;
        result.last = take_record(run, step, sums);
        if (has_diverged(run, &result.last)) result.outcome = OUTCOME_DIVERGED;
        goes_on =
            result.outcome == OUTCOME_SPENT && (!run->go_on || run->go_on(run->context, step));
    }
    if (calls.recording) backend->forget(backend, calls.recording);
    backend->release(backend, sums);
    return result;
}
