/* Small networks trained under several schedules of equal length and peak: on real text (what
 * does annealing the rate gain?) and on a source whose entropy is the lowest possible loss. */
#include "setup.h"
#include "studies.h"

#include "base/words.h"
#include "io/files.h"

#include <math.h>
#include <stdlib.h>

/* Where the words of a study stand in the configuration. */
typedef struct {
    const char *const *data, *const *schedules;
} Grid;

static int64_t count(const Study *study)
{
    const Grid *grid = study->context;
    return words_count(*grid->data) * words_count(*grid->schedules) * config.repeats;
}

/* Data outermost, repeats innermost. */
static Row begin(const StudyJob *job)
{
    const Grid *grid = job->study->context;
    int64_t schedules = words_count(*grid->schedules), index = job->index;
    Row row = row_begin(job->study->name);
    row.repeat = index % config.repeats;
    row.schedule_index = index / config.repeats % schedules;
    row.schedule = words_item(*grid->schedules, row.schedule_index);
    row.data = words_item(*grid->data, index / config.repeats / schedules);
    row.seed = frame->seed + row.repeat;
    row.rate = config.run_rate;
    return row;
}

typedef struct {
    const StudyJob *job;
    int64_t schedule_index;
    double start_loss;
} Watch;

static void record(void *context, const TrainingRecord *record)
{
    Watch *watch = context;
    if (record->step == 0) watch->start_loss = record->validation_loss;
    CurveRow point = {.schedule_index = watch->schedule_index,
                      .step = record->step,
                      .rate = record->rate,
                      .train_loss = record->train_loss,
                      .validation_loss = record->validation_loss,
                      .predicted = NAN};
    curve_write(&point, watch->job);
}

static void train(Row *row, const Setup *setup, const StudyJob *job)
{
    Watch watch = {job, row->schedule_index, NAN};
    int64_t log_every = (config.run_steps + config.run_records - 1) / config.run_records;
    int64_t records = (config.run_records + config.run_evaluations - 1) / config.run_evaluations;
    TrainingRun run = {.problem = setup->problem,
                       .optimizer = setup->optimizer,
                       .schedule = setup->schedule,
                       .steps = config.run_steps,
                       .log_every = log_every,
                       .evaluate_every = log_every * records,
                       .evaluation_batches = config.run_evaluation_batches,
                       .context = &watch,
                       .record = record};
    TrainingResult result = training_run(&run);
    row->outcome = result.outcome;
    row->steps = result.steps;
    row->start_loss = watch.start_loss;
    row->train_loss = result.last.train_loss;
    row->validation_loss = result.last.validation_loss;
    row->validation_accuracy = result.last.validation_accuracy;
}

static bool is_absent(const char *data)
{
    char *file = data_file(data, frame->data);
    bool absent = file && !files_exist(file);
    free(file);
    return absent;
}

static void run(const StudyJob *job)
{
    Row row = begin(job);
    if (is_absent(row.data)) {
        row_write_without(row, OUTCOME_ABSENT, job);
        return;
    }
    SetupOptions options = {.device = frame->device,
                            .precision = frame->precision,
                            .folder = frame->data,
                            .data = row.data,
                            .model = config.run_model,
                            .optimizer = config.run_optimizer,
                            .schedule = row.schedule,
                            .batch = config.run_batch,
                            .steps = config.run_steps,
                            .rate = config.run_rate,
                            .seed = (uint64_t)row.seed};
    Setup setup = setup_open(&options);
    row.parameters = parameters_count(setup.problem->parameters);
    row.tokens = config.run_steps * config.run_batch * setup.data->context;
    row.optimum = setup.problem->optimum;
    train(&row, &setup, job);
    row_write(&row, job);
    setup_free(&setup);
}

static void crashed(const StudyJob *job) { row_write_without(begin(job), OUTCOME_CRASHED, job); }

/* All alike: any number larger than that of the schedules. */
static double cost(const Study *study, int64_t index)
{
    (void)study, (void)index;
    return 10.0;
}

static const Grid runs = {&config.run_data, &config.run_schedules};
static const Grid source = {&config.source_data, &config.source_schedules};

const Study study_runs = {"runs", &runs, count, run, crashed, cost};
const Study study_source = {"source", &source, count, run, crashed, cost};
