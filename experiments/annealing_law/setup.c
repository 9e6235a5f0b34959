#include "setup.h"

/* What is wrong in a text is said before a large file is read. */
Setup setup_open(const SetupOptions *options)
{
    ScheduleDefaults defaults = {.total = options->steps, .peak = options->rate};
    DataOptions opening = {.folder = options->folder, .context = model_context(options->model)};
    Setup setup = {.schedule = schedule_create(options->schedule, defaults),
                   .backend = backend_open_with(options->device, options->precision),
                   .data = data_open(options->data, &opening)};
    ModelTask task = training_task(setup.data, options->batch);
    setup.model = model_create(setup.backend, options->model, &task, !options->dry);
    if (options->dry) return setup;
    setup.problem =
        problem_training(setup.backend, setup.model, setup.data, options->batch, options->seed);
    setup.optimizer =
        optimizer_create(options->optimizer, setup.backend, setup.problem->parameters);
    setup.problem->start(setup.problem, options->seed);
    return setup;
}

void setup_free(Setup *setup)
{
    if (setup->optimizer) optimizer_free(setup->optimizer);
    if (setup->problem) setup->problem->free(setup->problem);
    model_free(setup->model);
    data_free(setup->data);
    setup->backend->close(setup->backend);
    schedule_free(setup->schedule);
}
