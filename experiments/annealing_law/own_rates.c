/* The rate of every step of a user's run: from its log, its schedule, or both. */
#include "own_log.h"

#include "base/die.h"
#include "law/thinned.h"
#include "optim/schedule.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rates that differ by more than this share of the peak are of another schedule. */
static const double AGREES = 0.02;

void own_note(OwnLog *log, char *text)
{
    if (log->notes < OWN_NOTES)
        log->note[log->notes++] = text;
    else
        free(text);
}

static double largest_rate(const TrainingLog *read)
{
    double largest = 0.0;
    for (int64_t row = 0; row < read->rows; row++) largest = fmax(largest, read->rate[row]);
    return largest;
}

static const char *schedule_given(int k)
{
    const CliTexts *given = &own_given.schedules;
    int at = k - (own_given.logs.count - given->count); /* fewer: of the last logs */
    if (at < 0 || !strcmp(given->value[at], "log")) return NULL;
    return given->value[at];
}

/* Dense rates from the rows that have one; the last one holds to the end of the log. */
static Thinned rates_of_log(const TrainingLog *read)
{
    int64_t rows = 0, *step = alloc_zeroed((size_t)read->rows + 1, sizeof *step);
    double *rate = alloc_zeroed((size_t)read->rows + 1, sizeof *rate);
    for (int64_t row = 0; row < read->rows; row++) {
        if (isnan(read->rate[row])) continue;
        step[rows] = read->step[row];
        rate[rows++] = read->rate[row];
    }
    if (step[rows - 1] < read->step[read->rows - 1]) {
        step[rows] = read->step[read->rows - 1];
        rate[rows] = rate[rows - 1];
        rows++;
    }
    Thinned thinned = thinned_rates(rows, step, rate, own_given.warmup);
    free(step);
    free(rate);
    return thinned;
}

/* Rates of steps 0 … up to the schedule's end, or the log's where that is later. */
static double *rates_of_schedule(OwnLog *log, const char *text, double peak)
{
    ScheduleDefaults defaults = {.total = own_given.steps, .peak = peak};
    Schedule *schedule = schedule_create(text, defaults);
    int64_t total = schedule_total(schedule), steps = total > log->last ? total : log->last;
    if (steps < own_given.steps) steps = own_given.steps;
    own_check_steps(text, steps);
    log->end = own_given.steps ? own_given.steps : total;
    double *rate = alloc_zeroed((size_t)steps + 2, sizeof *rate);
    rate[0] = schedule_start(schedule);
    for (int64_t s = 1; s <= steps + 1; s++) rate[s] = schedule_rate(schedule, s - 1);
    log->schedule = format_text("%s", schedule_text(schedule));
    log->run.steps = steps + 1;
    if (total < steps)
        own_note(log, format_text("%s: the schedule %s ends at step %" PRId64
                                  "; up to step %" PRId64 " its rate is taken to stay %g",
                                  log->path, log->schedule, total, steps, rate[steps]));
    schedule_free(schedule);
    return rate;
}

/* The first logged step whose rate is not the schedule's, nor that of the step before or behind
 * (programs print a rate before or after it is used); −1: none. */
static int64_t first_apart(const TrainingLog *read, const double *rate, double peak)
{
    for (int64_t row = 0; row < read->rows; row++) {
        int64_t s = read->step[row];
        double bound = AGREES * peak + read->rate_rounding;
        if (isnan(read->rate[row])) continue;
        double apart = fabs(read->rate[row] - rate[s]);
        if (s > 0) apart = fmin(apart, fabs(read->rate[row] - rate[s - 1]));
        apart = fmin(apart, fabs(read->rate[row] - rate[s + 1]));
        if (apart > bound) return s;
    }
    return -1;
}

static void say_warmup(OwnLog *log, const Thinned *thinned, int64_t first)
{
    if (thinned->assumed)
        log->warmup = format_text("steps before %" PRId64 " are not in the log: taken as a linear "
                                  "warm-up from 0 (--warmup says otherwise)",
                                  first);
    else if (thinned->warmup > 0)
        log->warmup = format_text("the rate rises up to step %" PRId64, thinned->warmup);
}

static int64_t first_rated(const TrainingLog *read)
{
    int64_t row = 0;
    while (isnan(read->rate[row])) row++;
    return read->step[row];
}

static void take_log(OwnLog *log, const TrainingLog *read)
{
    Thinned thinned = rates_of_log(read);
    log->rates = "log";
    log->rate = thinned.rate;
    log->run.steps = thinned.steps;
    log->run.warmup = thinned.warmup;
    say_warmup(log, &thinned, first_rated(read));
    if (thinned.jumps)
        own_note(log, format_text("%s: the rate falls at once %" PRId64 " times between rows up to "
                                  "%" PRId64 " steps apart; taken to fall at the later row",
                                  log->path, thinned.jumps, thinned.gap));
    double peak = largest_rate(read);
    if (read->rate_rounding > 0.005 * peak)
        own_note(log,
                 format_text("%s: its rates are rounded to %g, up to %.1f %% of the peak: give "
                             "--schedule for exact ones",
                             log->path, 2 * read->rate_rounding, 100 * read->rate_rounding / peak));
}

/* What was logged, and behind it what is planned. */
static void join(OwnLog *log, const TrainingLog *read, int64_t apart, double peak)
{
    double *planned = log->rate, last, next;
    int64_t steps = log->run.steps;
    take_log(log, read);
    log->rates = "log, then schedule";
    log->rate = alloc_resized(log->rate, (size_t)steps, sizeof *log->rate);
    last = log->rate[log->run.steps - 1];
    next = log->run.steps < steps ? planned[log->run.steps] : last;
    for (int64_t s = log->run.steps; s < steps; s++) log->rate[s] = planned[s];
    log->run.steps = steps;
    own_note(log, format_text("%s: its rates leave the schedule %s at step %" PRId64 "; up to step "
                              "%" PRId64 " the log counts",
                              log->path, log->schedule, apart, log->last));
    if (fabs(next - last) > AGREES * peak)
        own_note(log,
                 format_text("%s: behind its end the rate goes from %g to the schedule's %g at "
                             "once: is it this run's schedule?",
                             log->path, last, next));
    free(planned);
}

void own_rates(OwnLog *log, const TrainingLog *read, int k)
{
    const char *text = schedule_given(k);
    double peak = largest_rate(read);
    if (!text && !(peak > 0.0))
        die_usage("%s: %s: say what the schedule was, such as --schedule "
                  "'wsd:warmup=2000,peak=6e-4,decay=0.2,shape=1-sqrt,total=20000'",
                  log->path, read->rated ? "its rates are all 0" : "has no rates");
    if (!text) {
        take_log(log, read);
    } else {
        log->rates = "schedule";
        log->rate = rates_of_schedule(log, text, peak);
        log->run.warmup = thinned_warmup(log->run.steps, log->rate);
        int64_t apart = peak > 0.0 ? first_apart(read, log->rate, peak) : -1;
        if (apart >= 0) join(log, read, apart, peak);
    }
    log->run.rate = log->rate;
    log->run.counted = WARMUP_AREA;
    if (log->run.warmup >= log->last) /* it rises to its end: nothing to fit but that */
        log->run.warmup = 0;
}
