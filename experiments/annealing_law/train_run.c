/* The run itself: from the start or from the checkpoint, saved now and then, and at Ctrl-C. */
#include "train.h"

#include "base/clock.h"
#include "base/die.h"
#include "io/files.h"
#include "io/progress.h"
#include "trial/checkpoint.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

/* A second Ctrl-C ends the program at once. */
static void watch_interrupts(void)
{
    struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

typedef struct {
    const TrainOptions *options;
    const Setup *setup;
    const char *configuration;
    TrainLog log;
    double saved_s;
} Session;

/* The log first: then it has every row up to the checkpoint's step, whenever we are killed. */
static void save(Session *session, int64_t step)
{
    const Setup *setup = session->setup;
    CheckpointInfo info = {.step = step,
                           .seed = (uint64_t)session->options->seed,
                           .configuration = session->configuration};
    if (step > 0) train_log_write(&session->log, session->options->log);
    checkpoint_save(session->options->checkpoint, setup->backend, setup->problem->parameters,
                    setup->optimizer, &info);
    session->saved_s = clock_s();
}

/* The step that the checkpoint was made at. Without one a run begins with writing it, so that
 * a log of ours is never without. */
static int64_t begin(Session *session)
{
    const TrainOptions *options = session->options;
    const Setup *setup = session->setup;
    if (!options->fresh && files_exist(options->checkpoint)) {
        CheckpointInfo info = {.seed = (uint64_t)options->seed,
                               .configuration = session->configuration,
                               .remedy = "choose another --log, or --fresh to write over it"};
        checkpoint_load(options->checkpoint, setup->backend, setup->problem->parameters,
                        setup->optimizer, &info);
        session->log = train_log_read(options->log, info.step);
        session->saved_s = clock_s();
        return info.step;
    }
    save(session, 0);
    return 0;
}

static void record(void *context, const TrainingRecord *record)
{
    Session *session = context;
    train_log_add(&session->log, record);
    progress_show("training", record->step, session->options->steps, record->train_loss);
}

static bool go_on(void *context, int64_t step)
{
    Session *session = context;
    if (interrupted) return false;
    if (clock_s() - session->saved_s >= session->options->save_every) save(session, step);
    return true;
}

static TrainingResult continue_from(Session *session, int64_t step)
{
    const TrainOptions *options = session->options;
    const Setup *setup = session->setup;
    TrainingRun run = {.problem = setup->problem,
                       .optimizer = setup->optimizer,
                       .schedule = setup->schedule,
                       .first_step = step,
                       .steps = options->steps,
                       .log_every = options->log_every,
                       .evaluate_every = options->evaluate_every,
                       .evaluation_batches = options->evaluation_batches,
                       .context = session,
                       .record = record,
                       .go_on = go_on};
    TrainingResult result = training_run(&run);
    progress_end();
    return result;
}

static void print_speed(const Session *session, int64_t steps, double seconds)
{
    int64_t tokens = steps * session->options->batch * session->setup->data->context;
    printf("%" PRId64 " steps in %.1f s: %.3g %s a second\n", steps, seconds,
           (double)tokens / seconds, session->setup->data->is_text ? "tokens" : "images");
}

/* A checkpoint of a run that diverged would only be in the way: the one before stays. */
static int finish(Session *session, const TrainingResult *result)
{
    const TrainOptions *options = session->options;
    if (result->outcome == OUTCOME_DIVERGED) {
        train_log_write(&session->log, options->log);
    } else {
        save(session, result->steps);
    }
    if (result->outcome != OUTCOME_DIVERGED && result->steps < options->steps) {
        fprintf(stderr,
                "interrupted after step %" PRId64 " of %" PRId64
                "; all is saved, and the same command goes on from here\n",
                result->steps, options->steps);
        return EXIT_INTERRUPTED;
    }
    train_print_end(options, &session->log);
    return EXIT_SUCCESS;
}

int train_run(const TrainOptions *options, const Setup *setup, const char *configuration)
{
    Session session = {.options = options, .setup = setup, .configuration = configuration};
    watch_interrupts();
    int64_t step = begin(&session);
    if (step > 0) printf("goes on from step %" PRId64 " of %s\n", step, options->checkpoint);
    fflush(stdout);
    int code = EXIT_SUCCESS;
    if (step < options->steps) {
        double start_s = clock_s();
        TrainingResult result = continue_from(&session, step);
        print_speed(&session, result.steps - step, clock_s() - start_s);
        code = finish(&session, &result);
    } else {
        train_print_end(options, &session.log);
    }
    free(session.log.record);
    return code;
}
