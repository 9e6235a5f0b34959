/* From a training log and a schedule to the run that a law is fitted to. */
#include "fit/logged.h"

#include "base/die.h"
#include "dying.h"
#include "optim/schedule.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

enum { EVERY = 10 };

/* A row every EVERY steps, `rows` of them: a training loss each, a validation loss on the last
 * `validated`, and the rate of a schedule times `factor`, 0 for none. */
static TrainingLog *make_log(int rows, int validated, const char *schedule, double factor)
{
    Schedule *made = schedule_create(schedule, (ScheduleDefaults){0});
    char *text = format_text("step,rate,train_loss,validation_loss\n"), *before, *problem;
    for (int row = 1; row <= rows; row++) {
        char rate[40] = "", loss[40] = "";
        double value = factor * schedule_rate(made, row * EVERY - 1);
        if (factor > 0.0) snprintf(rate, sizeof rate, "%.17g", value);
        if (row > rows - validated) snprintf(loss, sizeof loss, "%d", 1000 + row);
        before = text;
        text = format_text("%s%d,%s,%d,%s\n", text, row * EVERY, rate, 100 + row, loss);
        free(before);
    }
    TrainingLog *log = log_parse("own.csv", text, strlen(text), NULL, LOG_HOLDS_LOSS, &problem);
    cr_assert(log != NULL, "%s", problem);
    schedule_free(made);
    free(text);
    return log;
}

static const char cosine[] = "cosine:peak=0.5,floor=0.1,warmup=20,total=1000";
static const LoggedOptions usual = {.warmup = -1, .from = -1, .least = 1};

static Logged take(TrainingLog *log, LoggedOptions options)
{
    Logged logged = logged_take(log, &options);
    log_free(log);
    return logged;
}

/* ---- losses */

static void expect_loss(int rows, int validated, const char *asked, const char *taken)
{
    LoggedOptions options = usual;
    options.loss = asked;
    Logged logged = take(make_log(rows, validated, cosine, 1.0), options);
    cr_expect(eq(str, (char *)logged.loss, (char *)taken), "%d of %d", validated, rows);
    logged_free(&logged);
}

Test(logged, validation_is_fitted_where_there_are_forty_of_it_or_no_fewer_than_of_training)
{
    expect_loss(100, 40, NULL, "validation");
    expect_loss(100, 39, NULL, "training");
    expect_loss(39, 39, NULL, "validation");
    expect_loss(39, 37, NULL, "training"); /* the first row is within the warm-up: 38 of training */
    expect_loss(100, 39, "validation", "validation");
    expect_loss(100, 40, "train", "training");
}

Test(logged, losses_are_taken_from_the_end_of_the_warm_up_or_a_fiftieth_of_the_log)
{
    Logged logged = take(make_log(100, 0, cosine, 1.0), usual);
    cr_expect(eq(i64, logged.run.warmup, 20));
    cr_expect(eq(i64, logged.step[0], 20));
    cr_expect(eq(i64, logged.early, 1));
    cr_expect(eq(i64, logged.rows, 100));
    cr_expect(eq(dbl, logged.point[0], 102.0));
    logged_free(&logged);
    logged = take(make_log(300, 0, "constant:peak=1,total=3000", 1.0), usual);
    cr_expect(eq(i64, logged.step[0], 60));
    logged_free(&logged);
    LoggedOptions options = usual;
    options.from = 501;
    logged = take(make_log(100, 0, cosine, 1.0), options);
    cr_expect(eq(i64, logged.step[0], 510));
    cr_expect(eq(i64, logged.run.points, 50));
    logged_free(&logged);
}

Test(logged, many_losses_become_means_of_neighbours)
{
    Logged logged = take(make_log(1201, 0, "constant:peak=1,total=12010", 1.0), usual);
    cr_expect(eq(i64, logged.rows - logged.early, 1178)); /* from step 240 on */
    cr_expect(eq(i64, logged.run.points, 589));
    cr_expect(eq(dbl, logged.point[0], 124.5));
    cr_expect(eq(i64, logged.step[0], 245));
    logged_free(&logged);
}

/* ---- rates */

static void expect_rates(const Logged *logged, const char *text, int64_t from, int64_t to)
{
    Schedule *schedule = schedule_create(text, (ScheduleDefaults){0});
    double *rate = schedule_rates(schedule, to);
    cr_assert(ge(i64, logged->run.steps, to + 1));
    for (int64_t s = from; s <= to; s++)
        cr_expect(eq(dbl, logged->run.rate[s], rate[s]), "step %d", (int)s);
    free(rate);
    schedule_free(schedule);
}

Test(logged, rates_between_rows_lie_on_a_straight_line_and_the_last_one_holds)
{
    TrainingLog *log = make_log(100, 0, "linear:peak=1,floor=0.5,total=900", 1.0);
    log->rate[99] = NAN;
    Logged logged = take(log, usual);
    cr_expect(eq(str, (char *)logged.rates, "log"));
    cr_expect(eq(i64, logged.end, 1000));
    for (int64_t s = 10; s <= 900; s++) /* the rounding of a line between two rows */
        cr_expect(fabs(logged.run.rate[s] - (1.0 - 0.5 * (double)s / 900.0)) < 1e-15);
    for (int64_t s = 900; s <= 1000; s++) cr_expect(eq(dbl, logged.run.rate[s], 0.5));
    logged_free(&logged);
}

Test(logged, a_schedule_gives_the_rate_of_every_step_up_to_its_end)
{
    LoggedOptions options = usual;
    options.schedule = "cosine:floor=0.1,warmup=20"; /* the peak is the log's */
    options.steps = 1000;
    Logged logged = take(make_log(60, 0, cosine, 1.0), options);
    cr_expect(eq(str, (char *)logged.rates, "schedule"));
    cr_expect(eq(i64, logged.last, 600));
    cr_expect(eq(i64, logged.end, 1000));
    cr_expect(eq(int, logged.notes, 0));
    expect_rates(&logged, cosine, 0, 1000);
    logged_free(&logged);
    options.schedule = cosine;
    logged = take(make_log(60, 0, cosine, 0.0), options);
    expect_rates(&logged, cosine, 0, 1000);
    logged_free(&logged);
}

Test(logged, where_the_logged_rates_leave_the_schedule_the_log_counts_and_then_the_schedule)
{
    LoggedOptions options = usual;
    options.schedule = cosine;
    Logged logged = take(make_log(60, 0, cosine, 0.97), options); /* 3 % off: one bound is 2 % */
    cr_expect(eq(str, (char *)logged.rates, "log, then schedule"));
    cr_expect(fabs(logged.run.rate[20] - 0.97 * 0.5) < 1e-15);
    expect_rates(&logged, cosine, 601, 1000);
    cr_expect(eq(int, logged.notes, 1));
    logged_free(&logged);
    logged = take(make_log(60, 0, cosine, 0.99), options);
    cr_expect(eq(str, (char *)logged.rates, "schedule"));
    logged_free(&logged);
}

Test(logged, a_schedule_that_ends_before_the_log_keeps_its_last_rate_and_says_so)
{
    LoggedOptions options = usual;
    options.schedule = "cosine:peak=0.5,floor=0.1,total=500";
    Logged logged = take(make_log(60, 0, cosine, 0.0), options);
    cr_expect(eq(i64, logged.run.steps, 601));
    cr_expect(eq(dbl, logged.run.rate[600], 0.05));
    cr_expect(eq(int, logged.notes, 1));
    logged_free(&logged);
}

Test(logged, as_logged_a_schedule_ends_with_the_log_however_far_it_goes)
{
    LoggedOptions options = usual;
    options.as_logged = true;
    options.schedule = "constant:peak=0.5,warmup=20,total=20000001";
    Logged logged = take(make_log(60, 0, cosine, 0.0), options);
    cr_expect(eq(i64, logged.run.steps, 601));
    cr_expect(eq(i64, logged.end, 600));
    cr_expect(eq(int, logged.notes, 0));
    expect_rates(&logged, "constant:peak=0.5,warmup=20,total=600", 0, 600);
    logged_free(&logged);
    options.schedule = "cosine:peak=0.5,floor=0.1,warmup=20"; /* its length is the log's */
    logged = take(make_log(60, 0, cosine, 0.0), options);
    expect_rates(&logged, "cosine:peak=0.5,floor=0.1,warmup=20,total=600", 0, 600);
    logged_free(&logged);
}

/* ---- refusals */

typedef struct {
    TrainingLog *log;
    LoggedOptions options;
} Taken;

static void take_it(void *context)
{
    Taken *taken = context;
    Logged logged = logged_take(taken->log, &taken->options);
    logged_free(&logged);
}

static void expect_refusal(TrainingLog *log, LoggedOptions options, int code, const char *said)
{
    Taken taken = {log, options};
    Ending ending = dying_run(take_it, &taken);
    cr_expect(eq(int, ending.exit_code, code), "%s", said);
    cr_expect(strstr(ending.err, said) != NULL, "%s, not: %s", ending.err, said);
    log_free(log);
}

Test(logged, what_cannot_be_used_is_refused_in_a_sentence)
{
    LoggedOptions options = usual;
    expect_refusal(make_log(60, 0, cosine, 0.0), options, 2, "own.csv: has no rates: say what");
    TrainingLog *zero = make_log(60, 0, cosine, 1.0);
    for (int row = 0; row < 60; row++) zero->rate[row] = 0.0;
    expect_refusal(zero, options, 2, "own.csv: its rates are all 0: say what");
    options.loss = "best";
    expect_refusal(make_log(60, 0, cosine, 1.0), options, 2, "--loss: expected train or valid");
    options.loss = "validation";
    expect_refusal(make_log(60, 0, cosine, 1.0), options, 1, "own.csv: has no validation loss");
    options.least = 21;
    expect_refusal(make_log(60, 20, cosine, 1.0), options, 1,
                   "found 20 of 20; --loss train would "
                   "find 59; read as");
    options.least = 61;
    expect_refusal(make_log(60, 20, cosine, 1.0), options, 1, "log it more often");
    options = usual, options.schedule = "constant:peak=1,total=20000001";
    expect_refusal(make_log(60, 0, cosine, 0.0), options, 1, "goes to step 20000001, more than");
    TrainingLog *log = make_log(60, 0, cosine, 1.0);
    log->step[59] = LOGGED_LAST_STEP + 1;
    expect_refusal(log, usual, 1, "own.csv: goes to step 20000001, more than");
    options = usual, options.has_options = true;
    log = make_log(60, 0, cosine, 1.0);
    log->step[59] = LOGGED_LAST_STEP + 1;
    expect_refusal(log, options, 1, "samples? --step-col names the column of the steps");
    options.least = 61;
    expect_refusal(make_log(60, 0, cosine, 1.0), options, 1, "from step 20 on (--from) and found");
}
