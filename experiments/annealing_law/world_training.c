/* Small networks trained on text: runs of one seed start equal and see equal batches. */
#include "setup.h"
#include "studies.h"
#include "world.h"

#include "base/die.h"
#include "io/files.h"

#include <math.h>
#include <stdlib.h>

static SetupOptions options_of(const World *world, const char *schedule, int64_t steps)
{
    return (SetupOptions){.device = frame->device,
                          .precision = frame->precision,
                          .folder = frame->data,
                          .data = config.curve_data,
                          .model = world->model,
                          .optimizer = config.run_optimizer,
                          .schedule = schedule,
                          .batch = config.run_batch,
                          .steps = steps,
                          .rate = world->rate,
                          .seed = world->seed};
}

/* From one asked step to the next: a stretch ends with an evaluation. */
static Outcome losses(const World *world, const char *schedule, int64_t steps, int64_t points,
                      const int64_t *step, double *loss)
{
    char *file = data_file(config.curve_data, frame->data);
    bool absent = file && !files_exist(file);
    free(file);
    if (absent) return OUTCOME_ABSENT;
    SetupOptions options = options_of(world, schedule, steps);
    Setup setup = setup_open(&options);
    Outcome outcome = OUTCOME_SPENT;
    for (int64_t p = 0; p < points; p++) loss[p] = NAN;
    for (int64_t p = 0, done = 0; p < points && outcome == OUTCOME_SPENT; done = step[p++]) {
        TrainingRun run = {.problem = setup.problem,
                           .optimizer = setup.optimizer,
                           .schedule = setup.schedule,
                           .first_step = done,
                           .steps = step[p],
                           .log_every = steps + 1,
                           .evaluation_batches = config.curve_evaluation_batches};
        TrainingResult result = training_run(&run);
        outcome = result.outcome;
        loss[p] = result.last.validation_loss;
    }
    setup_free(&setup);
    return outcome;
}

int64_t world_parameters(const World *world)
{
    SetupOptions options = options_of(world, "constant", 1);
    options.dry = true;
    Setup setup = setup_open(&options);
    int64_t count = parameters_count(model_parameters(setup.model));
    setup_free(&setup);
    return count;
}

World world_training(const char *model, int64_t steps, uint64_t seed)
{
    return (World){.data = format_text("%s", config.curve_data),
                   .steps = steps,
                   .rate = config.run_rate,
                   .reach = 0.1,
                   .model = model,
                   .seed = seed,
                   .losses = losses};
}
