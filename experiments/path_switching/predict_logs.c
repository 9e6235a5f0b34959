/* From a user's log and from a path to the runs that laws are made for. */
#include "predict.h"

#include "base/die.h"
#include "io/log.h"
#include "law/thinned.h"
#include "optim/schedule.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A rate for each: more steps than any run has. */
enum { LAST_STEP = 20000000 };

static bool wants_validation(const TrainingLog *read, const char *asked)
{
    if (!asked) return read->validated >= PREDICT_LEAST || !read->trained;
    bool validation = !strcmp(asked, "validation");
    if (!validation && strcmp(asked, "train") && strcmp(asked, "training"))
        die_usage("--loss: expected train or validation, found '%s'", asked);
    if (!(validation ? read->validated : read->trained))
        die("%s: has no %s loss", read->path, validation ? "validation" : "training");
    return validation;
}

/* Dense rates from the rows that have one; the last one holds to the end of the log. */
static void take_rates(PredictLog *log, const TrainingLog *read)
{
    int64_t rows = 0, *step = alloc_zeroed((size_t)read->rows + 1, sizeof *step);
    double *rate = alloc_zeroed((size_t)read->rows + 1, sizeof *rate);
    for (int64_t row = 0; row < read->rows; row++) {
        if (isnan(read->rate[row])) continue;
        step[rows] = read->step[row];
        rate[rows++] = read->rate[row];
    }
    if (step[rows - 1] < log->last) {
        step[rows] = log->last;
        rate[rows] = rate[rows - 1];
        rows++;
    }
    Thinned thinned = thinned_rates(rows, step, rate, -1);
    log->rate = thinned.rate;
    log->run.steps = thinned.steps;
    log->run.warmup = thinned.warmup;
    free(step);
    free(rate);
}

static void take_schedule(PredictLog *log, const char *text)
{
    if (!text)
        die_usage("%s: has no rates: say what the schedule was, such as --schedule "
                  "'wsd:warmup=2000,peak=6e-4,decay=0.2,shape=1-sqrt,total=20000'",
                  log->path);
    Schedule *schedule = schedule_create(text, (ScheduleDefaults){.total = log->last});
    log->rate = alloc_zeroed((size_t)log->last + 2, sizeof *log->rate);
    log->rate[0] = schedule_start(schedule);
    for (int64_t s = 1; s <= log->last; s++) log->rate[s] = schedule_rate(schedule, s - 1);
    log->run.steps = log->last + 1;
    log->run.warmup = thinned_warmup(log->run.steps, log->rate);
    schedule_free(schedule);
}

/* Losses behind the warm-up, and behind the first 2 %, as at most PREDICT_POINTS means. */
static void take_points(PredictLog *log, const TrainingLog *read, bool validation)
{
    const double *loss = validation ? read->validation_loss : read->train_loss;
    int64_t from = log->run.warmup > log->last / 50 ? log->run.warmup : log->last / 50, points = 0;
    log->step = alloc_zeroed((size_t)read->rows, sizeof *log->step);
    log->point = alloc_zeroed((size_t)read->rows, sizeof *log->point);
    for (int64_t row = 0; row < read->rows; row++) {
        if (isnan(loss[row]) || read->step[row] < from || loss[row] <= 0.0) continue;
        log->step[points] = read->step[row];
        log->point[points++] = loss[row];
    }
    log->run.points = thinned_points(points, log->step, log->point, PREDICT_POINTS);
    log->run.step = log->step;
    log->run.loss = log->point;
    if (log->run.points < PREDICT_LEAST)
        die("%s: a fit needs %d %s losses above 0 from step %" PRId64 " on, found %" PRId64,
            log->path, PREDICT_LEAST, log->loss, from, log->run.points);
}

PredictLog predict_log_read(const char *path, const PredictOptions *options)
{
    TrainingLog *read = log_read(path, NULL, LOG_HOLDS_LOSS);
    bool validation = wants_validation(read, options->loss);
    PredictLog log = {.path = format_text("%s", path),
                      .found = log_describe(read),
                      .loss = validation ? "validation" : "training",
                      .last = read->step[read->rows - 1]};
    if (log.last > LAST_STEP)
        die("%s: goes to step %" PRId64 ", more than %d: are these tokens or samples?", path,
            log.last, LAST_STEP);
    if (read->rated)
        take_rates(&log, read);
    else
        take_schedule(&log, options->schedule);
    if (log.run.warmup >= log.last) log.run.warmup = 0; /* nothing but a rise */
    log.run.name = log.path;
    log.run.rate = log.rate;
    log.run.counted = WARMUP_AREA;
    take_points(&log, read, validation);
    log_free(read);
    return log;
}

void predict_log_free(PredictLog *log)
{
    free(log->path);
    free(log->found);
    free(log->rate);
    free(log->point);
    free(log->step);
}

LawRun predict_run(const Path *path, int64_t warmup)
{
    double *rate = alloc_zeroed((size_t)path->steps + 1, sizeof *rate);
    rate[0] = schedule_start(path->schedule);
    for (int64_t s = 1; s <= path->steps; s++) rate[s] = schedule_rate(path->schedule, s - 1);
    return (LawRun){.name = "path",
                    .steps = path->steps + 1,
                    .rate = rate,
                    .warmup = warmup,
                    .counted = WARMUP_AREA};
}
