/* The rate of every step of a user's run: from its log, its schedule, or both. */
#include "fit/logged.h"

#include "base/die.h"
#include "law/thinned.h"
#include "optim/schedule.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* Rates that differ by more than this share of the peak are of another schedule. */
static const double AGREES = 0.02;

/* Takes the text. */
static void note(Logged *logged, char *text)
{
    if (logged->notes < LOGGED_NOTES)
        logged->note[logged->notes++] = text;
    else
        free(text);
}

double logged_peak(const TrainingLog *log)
{
    double largest = 0.0;
    for (int64_t row = 0; row < log->rows; row++) largest = fmax(largest, log->rate[row]);
    return largest;
}

/* Dense rates from the rows that have one; the last one holds to the end of the log. */
static Thinned rates_of_log(const TrainingLog *log, int64_t warmup)
{
    int64_t rows = 0, *step = alloc_zeroed((size_t)log->rows + 1, sizeof *step);
    double *rate = alloc_zeroed((size_t)log->rows + 1, sizeof *rate);
    for (int64_t row = 0; row < log->rows; row++) {
        if (isnan(log->rate[row])) continue;
        step[rows] = log->step[row];
        rate[rows++] = log->rate[row];
    }
    if (step[rows - 1] < log->step[log->rows - 1]) {
        step[rows] = log->step[log->rows - 1];
        rate[rows] = rate[rows - 1];
        rows++;
    }
    Thinned thinned = thinned_rates(rows, step, rate, warmup);
    free(step);
    free(rate);
    return thinned;
}

/* Up to the run's end, or the log's where that is later, and one step on. */
static void take_schedule(Logged *logged, const LoggedOptions *options, double peak)
{
    int64_t asked = options->as_logged ? logged->last : options->steps;
    ScheduleDefaults defaults = {.total = asked, .peak = peak};
    Schedule *schedule = schedule_create(options->schedule, defaults);
    int64_t total = schedule_total(schedule), steps = asked > logged->last ? asked : logged->last;
    if (steps < total && !options->as_logged) steps = total;
    logged_check_steps(options->schedule, steps, "Its steps are needed");
    logged->rates = "schedule";
    logged->rate = schedule_rates(schedule, steps + 1);
    logged->schedule = format_text("%s", schedule_text(schedule));
    logged->end = asked ? asked : total;
    logged->run.steps = steps + 1;
    logged->run.warmup = thinned_warmup(logged->run.steps, logged->rate);
    if (total < steps)
        note(logged,
             format_text("%s: the schedule %s ends at step %" PRId64 "; up to step %" PRId64
                         " its rate is taken to stay %g",
                         logged->path, logged->schedule, total, steps, logged->rate[steps]));
    schedule_free(schedule);
}

/* The first logged step whose rate is not the schedule's, nor that of the step before or behind
 * (programs print a rate before or after it is used); −1: none. */
static int64_t first_apart(const TrainingLog *log, const double *rate, double peak)
{
    for (int64_t row = 0; row < log->rows; row++) {
        int64_t s = log->step[row];
        double bound = AGREES * peak + log->rate_rounding;
        if (isnan(log->rate[row])) continue;
        double apart = fabs(log->rate[row] - rate[s]);
        if (s > 0) apart = fmin(apart, fabs(log->rate[row] - rate[s - 1]));
        apart = fmin(apart, fabs(log->rate[row] - rate[s + 1]));
        if (apart > bound) return s;
    }
    return -1;
}

static void say_warmup(Logged *logged, const Thinned *thinned, int64_t first)
{
    if (thinned->assumed)
        logged->warmup =
            format_text("steps before %" PRId64 " are not in the log: taken as a linear "
                        "warm-up from 0 (--warmup says otherwise)",
                        first);
    else if (thinned->warmup > 0)
        logged->warmup = format_text("the rate rises up to step %" PRId64, thinned->warmup);
}

static int64_t first_rated(const TrainingLog *log)
{
    int64_t row = 0;
    while (isnan(log->rate[row])) row++;
    return log->step[row];
}

static void take_log(Logged *logged, const TrainingLog *log, const LoggedOptions *options)
{
    Thinned thinned = rates_of_log(log, options->warmup);
    logged->rates = "log";
    logged->rate = thinned.rate;
    logged->run.steps = thinned.steps;
    logged->run.warmup = thinned.warmup;
    say_warmup(logged, &thinned, first_rated(log));
    if (thinned.jumps)
        note(logged, format_text("%s: the rate falls at once %" PRId64 " times between rows up to "
                                 "%" PRId64 " steps apart; taken to fall at the later row",
                                 logged->path, thinned.jumps, thinned.gap));
    double peak = logged_peak(log);
    if (log->rate_rounding > 0.005 * peak)
        note(logged,
             format_text("%s: its rates are rounded to %g, up to %.1f %% of the peak%s",
                         logged->path, 2 * log->rate_rounding, 100 * log->rate_rounding / peak,
                         options->has_options ? ": give --schedule for exact ones" : ""));
}

/* What was logged, and behind it what is planned. */
static void join(Logged *logged, const TrainingLog *log, const LoggedOptions *options,
                 int64_t apart)
{
    double *planned = logged->rate, last, next;
    int64_t steps = logged->run.steps;
    take_log(logged, log, options);
    logged->rates = "log, then schedule";
    logged->rate = alloc_resized(logged->rate, (size_t)steps, sizeof *logged->rate);
    last = logged->rate[logged->run.steps - 1];
    next = logged->run.steps < steps ? planned[logged->run.steps] : last;
    for (int64_t s = logged->run.steps; s < steps; s++) logged->rate[s] = planned[s];
    logged->run.steps = steps;
    note(logged, format_text("%s: its rates leave the schedule %s at step %" PRId64 "; up to step "
                             "%" PRId64 " the log counts",
                             logged->path, logged->schedule, apart, logged->last));
    if (fabs(next - last) > AGREES * logged_peak(log))
        note(logged,
             format_text("%s: behind its end the rate goes from %g to the schedule's %g at once: "
                         "is it this run's schedule?",
                         logged->path, last, next));
    free(planned);
}

void logged_rates(Logged *logged, const TrainingLog *log, const LoggedOptions *options)
{
    double peak = logged_peak(log);
    if (!options->schedule && !(peak > 0.0))
        die_usage("%s: %s: say what the schedule was, such as --schedule "
                  "'wsd:warmup=2000,peak=6e-4,decay=0.2,shape=1-sqrt,total=20000'",
                  logged->path, log->rated ? "its rates are all 0" : "has no rates");
    if (!options->schedule) {
        take_log(logged, log, options);
    } else {
        take_schedule(logged, options, peak);
        int64_t apart = peak > 0.0 ? first_apart(log, logged->rate, peak) : -1;
        if (apart >= 0) join(logged, log, options, apart);
    }
    logged->run.rate = logged->rate;
    logged->run.counted = WARMUP_AREA;
    if (logged->run.warmup >= logged->last) /* it rises to its end: nothing to fit but that */
        logged->run.warmup = 0;
}
