#include "fit/logged.h"

#include "base/die.h"
#include "law/thinned.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void logged_check_steps(const char *what, int64_t steps, const char *remedy)
{
    if (steps > LOGGED_LAST_STEP)
        die("%s: goes to step %" PRId64 ", more than %d: are these tokens or samples? %s", what,
            steps, LOGGED_LAST_STEP, remedy);
}

static int64_t first_fitted(const Logged *logged, const LoggedOptions *options)
{
    if (options->from >= 0) return options->from;
    return logged->run.warmup > logged->last / 50 ? logged->run.warmup : logged->last / 50;
}

static bool is_fitted(const TrainingLog *log, int64_t row, double loss, int64_t from)
{
    return log->step[row] >= from && loss > 0.0;
}

static int64_t count_fitted(const TrainingLog *log, const double *loss, int64_t from)
{
    int64_t count = 0;
    for (int64_t row = 0; row < log->rows; row++) count += is_fitted(log, row, loss[row], from);
    return count;
}

static bool wants_validation(const TrainingLog *log, const char *asked, int64_t from)
{
    int64_t validated = count_fitted(log, log->validation_loss, from);
    if (!asked)
        return validated >= LOGGED_ENOUGH || validated >= count_fitted(log, log->train_loss, from);
    bool validation = !strcmp(asked, "validation");
    if (!validation && strcmp(asked, "train") && strcmp(asked, "training"))
        die_usage("--loss: expected train or validation, found '%s'", asked);
    if (!(validation ? log->validated : log->trained))
        die("%s: has no %s loss", log->path, validation ? "validation" : "training");
    return validation;
}

/* Losses from the first fitted step on, as at most LOGGED_POINTS means. */
static void take_points(Logged *logged, const TrainingLog *log, const double *loss, int64_t from)
{
    logged->step = alloc_zeroed((size_t)log->rows, sizeof *logged->step);
    logged->point = alloc_zeroed((size_t)log->rows, sizeof *logged->point);
    int64_t points = 0;
    for (int64_t row = 0; row < log->rows; row++) {
        if (isnan(loss[row])) continue;
        bool fits = is_fitted(log, row, loss[row], from);
        logged->rows++;
        logged->early += !fits;
        if (!fits) continue;
        logged->step[points] = log->step[row];
        logged->point[points++] = loss[row];
    }
    logged->run.points = thinned_points(points, logged->step, logged->point, LOGGED_POINTS);
    logged->run.step = logged->step;
    logged->run.loss = logged->point;
}

/* The remedy is the other loss, where the log has enough of that. */
static void die_of_few(const Logged *logged, const LoggedOptions *options, int64_t from,
                       const char *other, int64_t others)
{
    char *remedy = others >= options->least
                       ? format_text("--loss %s would find %" PRId64, other, others)
                       : format_text("log it more often");
    die("%s: a fit needs %" PRId64 " %s losses above 0 from step %" PRId64
        " on%s and found %" PRId64 " of %" PRId64 "; %s; read as %s",
        logged->path, options->least, logged->loss, from, options->has_options ? " (--from)" : "",
        logged->run.points, logged->rows, remedy, logged->found + strlen(logged->path) + 2);
}

Logged logged_take(const TrainingLog *log, const LoggedOptions *options)
{
    Logged logged = {.path = format_text("%s", log->path),
                     .found = log_describe(log),
                     .last = log->step[log->rows - 1]};
    logged_check_steps(logged.path, logged.last,
                       options->has_options ? "--step-col names the column of the steps"
                                            : "Its steps are needed");
    logged.end = logged.last;
    logged.run.name = logged.path;
    logged_rates(&logged, log, options);
    int64_t from = first_fitted(&logged, options);
    bool validation = wants_validation(log, options->loss, from);
    const double *other = validation ? log->train_loss : log->validation_loss;
    logged.loss = validation ? "validation" : "training";
    take_points(&logged, log, validation ? log->validation_loss : log->train_loss, from);
    if (logged.run.points < options->least)
        die_of_few(&logged, options, from, validation ? "train" : "validation",
                   count_fitted(log, other, from));
    return logged;
}

void logged_free(Logged *logged)
{
    free(logged->path);
    free(logged->found);
    free(logged->schedule);
    free(logged->warmup);
    free(logged->rate);
    free(logged->point);
    free(logged->step);
    for (int n = 0; n < logged->notes; n++) free(logged->note[n]);
}
