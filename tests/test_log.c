/* Training logs of all formats. The samples in tests/logs are one invented run. */
#include "io/log.h"
#include "io/log_kinds.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the samples: tests/logs/make.py has the same numbers */

enum { ROWS = 8 };
static const double rates[ROWS] = {1e-4, 2e-4, 3e-4, 3e-4, 3e-4, 3e-4, 2e-4, 1e-4};
static const double losses[ROWS] = {9.8125, 7.5312, 6.2804, 5.4417, 5.1093, 4.9526, 4.7288, 4.6051};

typedef struct {
    const char *file, *format;
    LogHolds holds;
    bool has_rate, has_loss, has_validation;
    LogChoice choice;
} Sample;

static const Sample samples[] = {
    {"stepbench.csv", "stepbench", LOG_HOLDS_LOSS, true, true, true, {0}},
    {"step_lr_loss.csv", "step_lr_loss", LOG_HOLDS_LOSS, true, true, false, {0}},
    {"tensorboard_loss.csv", "tensorboard", LOG_HOLDS_LOSS, false, true, false, {0}},
    {"tensorboard_rate.csv", "tensorboard", LOG_HOLDS_RATE, true, false, false, {0}},
    {"tensorboard_validation.csv", "tensorboard", LOG_HOLDS_VALIDATION, false, false, true, {0}},
    {"algoperf.csv", "algoperf", LOG_HOLDS_LOSS, false, true, true, {0}},
    {"wandb_chart.csv", "wandb_chart", LOG_HOLDS_LOSS, true, true, true, {.run = "base, wide"}},
    {"wandb_history.csv", "wandb_csv", LOG_HOLDS_LOSS, true, true, true, {0}},
    {"wandb_history.jsonl", "wandb_history", LOG_HOLDS_LOSS, true, true, true, {0}},
    {"trainer_state.json", "trainer_state", LOG_HOLDS_LOSS, true, true, true, {0}},
    {"llmc_main.log", "llm.c", LOG_HOLDS_LOSS, true, true, true, {0}},
    {"nanogpt.txt", "nanogpt", LOG_HOLDS_LOSS, false, true, true, {0}},
    {"modded_nanogpt.txt", "modded_nanogpt", LOG_HOLDS_LOSS, false, true, true, {0}},
    {"megatron.txt", "megatron", LOG_HOLDS_LOSS, true, true, true, {0}},
    {"plain.jsonl", "jsonl", LOG_HOLDS_LOSS, true, true, true, {0}},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static TrainingLog *read_sample(const Sample *sample)
{
    char path[64];
    snprintf(path, sizeof path, "tests/logs/%s", sample->file);
    return log_read(path, &sample->choice, sample->holds);
}

/* The files hold the same decimals as the table: equal to the bit, or both NaN. */
static void expect_value(double found, double expected, const char *what, int64_t step)
{
    cr_expect(found == expected || (isnan(found) && isnan(expected)), "%s at %ld: %g, not %g", what,
              (long)step, found, expected);
}

static void expect_sample(const Sample *sample, const TrainingLog *log)
{
    bool sparse = !sample->has_rate && !sample->has_loss;
    cr_expect(eq(str, (char *)log->format, (char *)sample->format), "%s", sample->file);
    cr_assert(eq(i64, log->rows, sparse ? 2 : ROWS), "%s", sample->file);
    for (int64_t row = 0; row < log->rows; row++) {
        int64_t step = sparse ? 40 * (row + 1) : 10 * (row + 1);
        int64_t k = step / 10 - 1;
        double validation = step == 40 ? 5.3021 : step == 80 ? 4.7113 : NAN;
        cr_expect(eq(i64, log->step[row], step), "%s", sample->file);
        expect_value(log->rate[row], sample->has_rate ? rates[k] : NAN, sample->file, step);
        expect_value(log->train_loss[row], sample->has_loss ? losses[k] : NAN, sample->file, step);
        expect_value(log->validation_loss[row], sample->has_validation ? validation : NAN,
                     sample->file, step);
    }
    cr_expect(eq(i64, log->rated, sample->has_rate ? ROWS : 0), "%s", sample->file);
    cr_expect(eq(i64, log->trained, sample->has_loss ? ROWS : 0), "%s", sample->file);
    cr_expect(eq(i64, log->validated, sample->has_validation ? 2 : 0), "%s", sample->file);
    cr_expect(eq(i64, log->dropped_repeated + log->dropped_nan + log->dropped_broken, 0), "%s",
              sample->file);
}

Test(log, every_format_gives_the_same_numbers)
{
    for (int s = 0; s < SAMPLES; s++) {
        TrainingLog *log = read_sample(&samples[s]);
        expect_sample(&samples[s], log);
        log_free(log);
    }
}

Test(log, of_a_chart_of_several_runs_the_chosen_one_is_read)
{
    LogChoice choice = {.run = "slow - 2"};
    TrainingLog *log = log_read("tests/logs/wandb_chart.csv", &choice, LOG_HOLDS_LOSS);
    cr_assert(eq(i64, log->rows, ROWS));
    /* make.py: one more than the first run's loss at half of its rate */
    for (int64_t row = 0; row < ROWS; row++) {
        cr_expect(ieee_ulp_eq(dbl, log->train_loss[row], losses[row] + 1, 4));
        cr_expect(ieee_ulp_eq(dbl, log->rate[row], rates[row] / 2, 4));
    }
    log_free(log);
}

Test(log, each_sample_is_claimed_by_its_own_format_alone)
{
    LogChoice by_content = {0};
    LogRows rows = log_rows_begin();
    for (int s = 0; s < SAMPLES; s++) {
        char path[64];
        snprintf(path, sizeof path, "tests/logs/%s", samples[s].file);
        FILE *file = fopen(path, "r");
        char text[8192];
        size_t size = fread(text, 1, sizeof text, file);
        fclose(file);
        LogReader reader = {.choice = &by_content, .text = {text, text + size}, .rows = &rows};
        for (int k = 0; (reader.kind = log_kind(k)); k++) {
            bool own = strcmp(reader.kind->name, samples[s].format) == 0;
            if (own || !reader.kind->is_fallback)
                cr_expect(eq(int, reader.kind->claims(&reader), own), "%s as %s", path,
                          reader.kind->name);
        }
    }
}

/* ---- logs written in the test */

static TrainingLog *parse_as(const char *text, const LogChoice *choice)
{
    char *problem;
    TrainingLog *log = log_parse("run.log", text, strlen(text), choice, LOG_HOLDS_LOSS, &problem);
    cr_assert(log != NULL, "%s", problem);
    return log;
}

static TrainingLog *parse(const char *text) { return parse_as(text, NULL); }

/* The rows as "step:rate/train/validation …", the counts behind: repeated nan empty broken. */
static void expect_rows(TrainingLog *log, const char *expected)
{
    char text[1024];
    int at = 0;
    for (int64_t r = 0; r < log->rows && at < 900; r++)
        at += snprintf(text + at, sizeof text - at, "%ld:%g/%g/%g ", (long)log->step[r],
                       log->rate[r], log->train_loss[r], log->validation_loss[r]);
    snprintf(text + at, sizeof text - at, "| %ld %ld %ld %ld", (long)log->dropped_repeated,
             (long)log->dropped_nan, (long)log->dropped_empty, (long)log->dropped_broken);
    cr_expect(eq(str, text, (char *)expected));
    log_free(log);
}

Test(log, after_a_restart_the_last_word_counts)
{
    expect_rows(parse("s:1 trl:9 lr:1\ns:2 trl:8 lr:1\ns:3 trl:7 lr:1\n"
                      "s:2 trl:6 lr:2\ns:3 trl:5 lr:2\ns:4 trl:4 lr:2\n"),
                "1:1/9/nan 2:2/6/nan 3:2/5/nan 4:2/4/nan | 2 0 0 0");
    /* Other steps than before: what lies beyond the restart goes too. */
    expect_rows(parse("step,lr,loss\n10,1,9\n20,1,8\n30,1,7\n15,1,6\n25,1,5\n"),
                "10:1/9/nan 15:1/6/nan 25:1/5/nan | 2 0 0 0");
    /* Twice. */
    expect_rows(parse("step,lr,loss\n10,1,9\n20,1,8\n10,1,7\n20,1,6\n10,1,5\n"),
                "10:1/5/nan | 4 0 0 0");
}

Test(log, an_evaluation_falls_with_the_steps_that_led_to_it)
{
    expect_rows(parse("s:1 trl:9 lr:1\ns:2 trl:8 lr:1\ns:2 tel:8.5\ns:3 trl:7 lr:1\n"
                      "s:2 trl:6 lr:1\ns:3 trl:5 lr:1\n"),
                "1:1/9/nan 2:1/6/8.5 3:1/5/nan | 2 0 0 0");
    expect_rows(parse("s:1 trl:9 lr:1\ns:3 trl:8 lr:1\ns:3 tel:8.5\ns:2 trl:6 lr:1\n"),
                "1:1/9/nan 2:1/6/nan | 2 0 0 0");
}

Test(log, an_evaluation_printed_late_is_no_restart)
{
    expect_rows(
        parse("s:1 trl:9 lr:1\ns:2 trl:8 lr:1\ns:3 trl:7 lr:1\ns:2 tel:6\ns:4 trl:5 lr:1\n"),
        "1:1/9/nan 2:1/8/6 3:1/7/nan 4:1/5/nan | 0 0 0 0");
}

Test(log, a_single_step_that_lost_a_digit_is_no_restart)
{
    expect_rows(parse("step,lr,loss\n100,1,9\n200,1,8\n30,1,7\n400,1,6\n"),
                "100:1/9/nan 200:1/8/nan 400:1/6/nan | 0 0 0 1");
    /* A restart from not far back looks alike otherwise. */
    expect_rows(parse("step,lr,loss\n100,1,9\n200,1,8\n150,1,7\n250,1,6\n"),
                "100:1/9/nan 150:1/7/nan 250:1/6/nan | 1 0 0 0");
}

Test(log, values_of_one_step_from_several_lines_stand_together)
{
    expect_rows(
        parse("{\"step\":1,\"lr\":0.5}\n{\"step\":1,\"loss\":3}\n{\"step\":1,\"val_loss\":4}\n"
              "{\"step\":2,\"lr\":0.25}\n{\"step\":2,\"loss\":2}\n"),
        "1:0.5/3/4 2:0.25/2/nan | 0 0 0 0");
}

Test(log, losses_that_are_no_numbers_are_dropped_and_counted)
{
    expect_rows(parse("step,lr,loss\n1,1,9\n2,1,nan\n3,1,inf\n4,1,-Infinity\n5,1,8\n"),
                "1:1/9/nan 5:1/8/nan | 0 3 0 0");
    expect_rows(parse("{\"log_history\": [{\"step\": 1, \"loss\": NaN, \"learning_rate\": 1},\n"
                      "{\"step\": 2, \"loss\": 3.5, \"learning_rate\": Infinity}]}"),
                "2:nan/3.5/nan | 0 1 0 0");
    expect_rows(parse("iter 1: loss nan, time 1ms\niter 2: loss 2, time 1ms\n"),
                "2:nan/2/nan | 0 1 0 0");
    /* A run that broke after a good start and was then taken up again. */
    expect_rows(parse("step,lr,loss\n1,1,9\n2,1,nan\n3,1,nan\n2,1,8\n3,1,7\n"),
                "1:1/9/nan 2:1/8/nan 3:1/7/nan | 2 0 0 0");
}

Test(log, our_own_nan_for_no_evaluation_is_no_loss_that_broke)
{
    expect_rows(parse("step,rate,train_loss,validation_loss\n1,1,2,nan\n2,1,2,3\n"),
                "1:1/2/nan 2:1/2/3 | 0 0 0 0");
}

Test(log, a_file_cut_off_anywhere_loses_its_last_row_at_most)
{
    for (int s = 0; s < SAMPLES; s++) {
        TrainingLog *whole = read_sample(&samples[s]);
        char path[64], text[8192], *problem;
        snprintf(path, sizeof path, "tests/logs/%s", samples[s].file);
        FILE *file = fopen(path, "r");
        size_t size = fread(text, 1, sizeof text, file);
        fclose(file);
        for (size_t cut = 0; cut < size; cut++) {
            LogChoice choice = samples[s].choice;
            choice.format = samples[s].format;
            TrainingLog *log = log_parse(path, text, cut, &choice, samples[s].holds, &problem);
            int64_t rows = log ? log->rows : 0;
            if (!log) free(problem);
            for (int64_t r = 0; r < rows; r++) {
                cr_expect(eq(i64, log->step[r], whole->step[r]), "%s cut at %zu", path, cut);
                if (!isnan(log->train_loss[r]))
                    expect_value(log->train_loss[r], whole->train_loss[r], path, (long)cut);
                if (!isnan(log->validation_loss[r]))
                    expect_value(log->validation_loss[r], whole->validation_loss[r], path,
                                 (long)cut);
            }
            log_free(log);
        }
        log_free(whole);
    }
}

Test(log, what_is_cut_off_is_counted)
{
    expect_rows(parse("step,lr,loss\n10,0.5,2.25\n20,0.5,2.1"), "10:0.5/2.25/nan | 0 0 0 1");
    expect_rows(parse("step,lr,loss\n10,0.5,2.25\n20,0.5"), "10:0.5/2.25/nan | 0 0 0 1");
    expect_rows(parse("step,lr,loss\n10,0.5,2.25\n20,0.5,2.15"),
                "10:0.5/2.25/nan 20:0.5/2.15/nan | 0 0 0 0");
    expect_rows(parse("{\"step\":1,\"loss\":2}\n{\"step\":2,\"lo"), "1:nan/2/nan | 0 0 0 1");
    expect_rows(parse("{\"log_history\":[{\"step\":1,\"loss\":2},{\"step\":2,"),
                "1:nan/2/nan | 0 0 0 1");
}

Test(log, line_ends_blank_lines_and_byte_order_marks_do_not_matter)
{
    expect_rows(parse("\xEF\xBB\xBFstep,lr,loss\r\n\r\n1,0.5,2\r\n\r\n2,0.5,1\r\n\r\n"),
                "1:0.5/2/nan 2:0.5/1/nan | 0 0 0 0");
    expect_rows(parse("\r\nstep;lr;loss\r1;0.5;2\r2;0.5;1\r"), "1:0.5/2/nan 2:0.5/1/nan | 0 0 0 0");
    expect_rows(parse("step\tlr\tloss\n 1 \t 0.5 \t 2 \n"), "1:0.5/2/nan | 0 0 0 0");
    expect_rows(parse("\n\n  [ {\"step\": 1, \"loss\": 2 } , {\"loss\":\"1.5\",\"step\":2.0}\n]\n"),
                "1:nan/2/nan 2:nan/1.5/nan | 0 0 0 0");
}

Test(log, a_broken_line_costs_that_line_alone)
{
    expect_rows(parse("step,lr,loss\n1,1,3\n2,1\n3,1,2,5\n4,x,2\n5,1,\"2\n6,1,1\n"),
                "1:1/3/nan 5:1/2/nan 6:1/1/nan | 0 0 0 3");
    expect_rows(parse("{\"step\":1,\"loss\":3}\n{\"step\":2,\"loss:3}\n{\"step\":3 \"loss\":3}\n"
                      "{[[[[[\n{\"step\":4,\"loss\":[1,{\"a\":2}],\"val_loss\":2}\n"),
                "1:nan/3/nan 4:nan/nan/2 | 0 0 0 3");
    expect_rows(parse("{\"step\":1,\"loss\":3}\n{\"step\":2,\n\"loss\":3}\n"),
                "1:nan/3/nan | 0 0 0 1");
    expect_rows(parse("s:1 trl:3 lr:1\ns:2 trl:3.x lr:1\n trl:3\ns: trl:3\ns:4 trl:2 lr:1\n"),
                "1:1/3/nan 4:1/2/nan | 0 0 0 1");
}

Test(log, absurd_steps_and_rates_are_broken_lines)
{
    expect_rows(parse("step,lr,loss\n-1,1,3\n1.5,1,3\n9223372036854775807,1,3\n1e300,1,3\n"
                      "1000000001,1,3\n5,-1,3\n6,inf,3\n7,1,1e999\n8,1,1e300\n"),
                "6:nan/3/nan 8:1/1e+300/nan | 0 0 0 7");
}

Test(log, rows_without_a_loss_or_a_step_are_counted)
{
    expect_rows(parse("_step,_runtime,lr,train/loss\n1,1,0.5,2\n2,2,,\n,3,0.5,1\n3,4,0.5,\n"),
                "1:0.5/2/nan 3:0.5/nan/nan | 0 0 2 0");
    /* Megatron leaves the loss out of an iteration it skipped. */
    expect_rows(
        parse(" iteration 1/ 9 | learning rate: 1.0E+00 | lm loss: 3.0E+00 |\n"
              " iteration 2/ 9 | learning rate: 1.0E+00 | number of skipped iterations: 1 |\n"
              "3: iteration 3/ 9 | learning rate: 1.0E+00 | lm loss: 2.0E+00 |\n"),
        "1:1/3/nan 2:1/nan/nan 3:1/2/nan | 0 0 0 0");
}

Test(log, the_mean_over_a_whole_run_is_no_point_of_its_curve)
{
    expect_rows(parse("{\"log_history\":[{\"step\":1,\"loss\":2},{\"step\":1,\"train_loss\":9}]}"),
                "1:nan/2/nan | 0 0 1 0");
    /* nanoGPT: a mean over many batches where the loss of the batch is there too … */
    expect_rows(parse("step 0: train loss 5, val loss 6\niter 0: loss 4, time 1ms\n"),
                "0:nan/4/6 | 0 0 0 0");
    /* … and the curve where it is not. */
    expect_rows(parse("step 0: train loss 5, val loss 6\nstep 9: train loss 4, val loss 5\n"),
                "0:nan/5/6 9:nan/4/5 | 0 0 0 0");
}

Test(log, the_step_of_the_trainer_goes_before_the_counter_of_the_logger)
{
    expect_rows(parse("{\"_step\":7,\"train/global_step\":100,\"train/loss\":3}\n"
                      "{\"train/global_step\":200,\"_step\":8,\"train/loss\":2,\"eval/loss\":4}\n"),
                "100:nan/3/nan 200:nan/2/4 | 0 0 0 0");
    expect_rows(parse("global_step,_step,train/loss,loss\n100,7,3,9\n200,8,2,9\n"),
                "100:nan/3/nan 200:nan/2/nan | 0 0 0 0");
}

Test(log, a_chosen_name_goes_before_the_usual_ones)
{
    LogChoice choice = {.step = "tokens", .train_loss = "ce", .rate = "lr 2"};
    expect_rows(parse_as("step,tokens,loss,CE,lr,lr/2\n1,5,9,3,9,1\n", &choice),
                "5:1/3/nan | 0 0 0 0");
    expect_rows(
        parse_as("{\"step\":1,\"tokens\":5,\"loss\":9,\"ce\":3,\"lr\":9,\"lr_2\":1}\n", &choice),
        "5:1/3/nan | 0 0 0 0");
    LogChoice fields = {.format = "megatron", .train_loss = "total loss:"};
    expect_rows(parse_as("iteration 1/ 9 | lm loss: 3.0 | total loss: 4.0 |\n", &fields),
                "1:nan/4/nan | 0 0 0 0");
}

/* ---- exactness of the rates */

Test(log, rounding_of_rates_is_seen_where_decimals_are_fixed)
{
    TrainingLog *fixed = parse("s:1 trl:3 lr:0.000060\ns:2 trl:3 lr:0.000037\n");
    cr_expect(eq(dbl, fixed->rate_rounding, 0.5 * pow(10, -6)));
    char *words = log_describe(fixed);
    /* 5e-7 / 6e-5 = 0.83 % */
    cr_expect(strstr(words, "rounded to 6 decimals, the largest by up to 0.83 %") != NULL, "%s",
              words);
    free(words);
    log_free(fixed);
    TrainingLog *shortest = parse("step,lr,loss\n1,0.00006,3\n2,0.000037,3\n3,1e-6,3\n");
    cr_expect(eq(dbl, shortest->rate_rounding, 0));
    log_free(shortest);
    TrainingLog *constant = parse("step,lr,loss\n1,0.0003,3\n2,0.0003,3\n3,0.0,3\n");
    cr_expect(eq(dbl, constant->rate_rounding, 0));
    log_free(constant);
    TrainingLog *scientific = parse("step,lr,loss\n1,6.0000E-05,3\n2,3.7000E-05,3\n");
    cr_expect(eq(dbl, scientific->rate_rounding, 0));
    log_free(scientific);
}

Test(log, the_description_says_what_was_left_out_and_why)
{
    TrainingLog *log = parse("step,loss\n1000,3\n1001,2\n1001,1\n1002,nan\n1003,\n1004\n");
    char *words = log_describe(log);
    cr_expect(eq(str, words,
                 "run.log: csv, 2 rows of steps 1000 to 1001: 2 training losses, 0 validation "
                 "losses, 0 rates; left out: 1 overwritten by later rows of the same steps, 1 with "
                 "a loss that is NaN or infinite, 1 without a step, a loss or a rate, 1 cut off or "
                 "garbled. It has no rates. Steps before 1000 are not in the log"));
    free(words);
    log_free(log);
}

Test(log, several_runs_in_one_file_are_suspected)
{
    TrainingLog *log = parse("trial,step,rate,loss\n0,1,1,3\n0,2,1,2\n1,1,1,4\n1,2,1,3\n2,1,1,5\n");
    char *words = log_describe(log);
    cr_expect(strstr(words, "are there several runs in it?") != NULL, "%s", words);
    free(words);
    log_free(log);
}

Test(log, every_format_is_listed)
{
    char *list = log_formats();
    for (int s = 0; s < SAMPLES; s++)
        cr_expect(strstr(list, samples[s].format) != NULL, "%s", samples[s].format);
    free(list);
}

/* ---- several files */

Test(log, rates_of_a_second_file_join_without_inventing_any)
{
    TrainingLog *loss = parse("Wall time,Step,Value\n1,10,3\n2,20,2\n3,30,1\n");
    char *problem;
    const char *text = "Wall time,Step,Value\n1,10,0.5\n2,15,0.4\n3,20,0.3\n";
    TrainingLog *rate = log_parse("rate.csv", text, strlen(text), NULL, LOG_HOLDS_RATE, &problem);
    cr_assert(rate != NULL);
    log_join(loss, rate);
    log_free(rate);
    cr_expect(eq(i64, loss->rated, 3));
    expect_rows(loss, "10:0.5/3/nan 15:0.4/nan/nan 20:0.3/2/nan 30:nan/1/nan | 0 0 0 0");
}

Test(log, of_two_values_for_one_step_that_of_the_first_file_stands)
{
    TrainingLog *own = parse("step,rate,loss\n1,1,9\n2,,8\n"), *other;
    other = parse("step,rate,loss,val_loss\n1,7,7,7\n2,6,6,6\n");
    log_join(own, other);
    log_free(other);
    expect_rows(own, "1:1/9/7 2:6/8/6 | 0 0 0 0");
}

/* ---- refusals: one sentence each */

static void refuses_bytes(size_t size, const char *text, const LogChoice *choice, const char *words)
{
    char *problem = NULL;
    TrainingLog *log = log_parse("run.log", text, size, choice, LOG_HOLDS_LOSS, &problem);
    cr_assert(log == NULL, "%s", words);
    cr_expect(strstr(problem, words) != NULL, "'%s' is not in: %s", words, problem);
    cr_expect(strncmp(problem, "run.log: ", 9) == 0, "%s", problem);
    free(problem);
}

static void refuses(const char *text, const LogChoice *choice, const char *words)
{
    refuses_bytes(strlen(text), text, choice, words);
}

Test(log, a_file_without_a_usable_row_is_refused_in_one_sentence)
{
    refuses("", NULL, "is empty");
    refuses("hello\nworld\n", NULL, "is no training log that is known: neither");
    refuses("step,lr,loss\n", NULL, "has no usable row");
    refuses("step,lr,loss\n1,1,nan\n2,1,nan\n", NULL,
            "no rows; left out: 2 with a loss that is NaN or infinite");
    /* one row per run, as in Step Law's table: no curve */
    refuses("lr,bs,N,D,loss\n1,1,1,1,2\n", NULL, "its names are lr, bs, N, D, loss");
    refuses("{\"epoch\":1,\"cost\":2}\n", NULL, "has no step; there are epoch, cost");
    refuses("{\"step\":1,\"cost\":2}\n", NULL, "has no loss; there are step, cost");
    refuses_bytes(16, "\xFF\xFEs\0t\0e\0p\0,\0l\0r\0", NULL, "is not text");
}

Test(log, a_wrong_name_is_answered_with_the_names_there_are)
{
    refuses("step,lr,loss\n1,1,2\n", &(LogChoice){.train_loss = "los"},
            "has no 'los' (--loss-col); there are step, lr, loss");
    refuses("{\"step\":1,\"loss\":2}\n{\"step\":1,\"eval_loss\":2}\n", &(LogChoice){.rate = "lr"},
            "has no 'lr' (--rate-col); there are step, loss, eval_loss");
    refuses("\"Step\",\"a - loss\",\"b - loss\"\n1,2,3\n", NULL,
            "holds several runs; choose one with --run: a, b");
    refuses("\"Step\",\"a - loss\",\"b - loss\"\n1,2,3\n", &(LogChoice){.run = "c"},
            "has no run 'c'; there are a, b");
}

static void read_unknown_format(void *context)
{
    (void)context;
    log_read("tests/logs/stepbench.csv", &(LogChoice){.format = "cvs"}, LOG_HOLDS_LOSS);
}

static void read_nothing_known(void *path) { log_read(path, NULL, LOG_HOLDS_LOSS); }

Test(log, wrong_formats_and_files_end_the_program)
{
    Ending format = dying_run(read_unknown_format, NULL);
    cr_expect(eq(int, format.exit_code, 2));
    cr_expect(strstr(format.err, "log format 'cvs' is not one of stepbench,") != NULL, "%s",
              format.err);
    Ending file = dying_run(read_nothing_known, (void *)scratch_text("x.log", "nothing\n"));
    cr_expect(eq(int, file.exit_code, 1));
    cr_expect(strstr(file.err, "x.log: is no training log that is known") != NULL, "%s", file.err);
}

/* ---- size: what is linear stays below these bounds by far, what is quadratic takes hours */

static double seconds_to_parse(const char *text, size_t size)
{
    struct timespec begin, end;
    char *problem = NULL;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    TrainingLog *log = log_parse("big", text, size, NULL, LOG_HOLDS_LOSS, &problem);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    free(problem);
    log_free(log);
    return (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec);
}

/* `lines` lines of one form, which takes the step and twice the loss. */
static double seconds_to_read(const char *heading, const char *form, int lines)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    fprintf(stream, "%s", heading);
    for (int k = 1; k <= lines; k++) fprintf(stream, form, k, 2 + 1.0 / k, 3e-4);
    fclose(stream);
    double seconds = seconds_to_parse(text, size);
    free(text);
    return seconds;
}

Test(log, a_million_rows_take_no_more_than_seconds)
{
    const int million = 1000000;
    const struct {
        const char *heading, *form;
    } logs[] = {{"step,loss,lr\n", "%d,%.17g,%.17g\n"},
                {"", "s:%d trl:%.4f lr:%.6f norm:1.00\n"},
                {"", "{\"_step\": %d, \"train/loss\": %.6f, \"lr\": %g, \"_runtime\": 1.5}\n"},
                {"", " iteration %8d/ 1000000 | consumed samples: 512 | lm loss: %.6E | "
                     "learning rate: %.6E | number of nan iterations: 0 |\n"}};
    for (int k = 0; k < 4; k++) {
        double seconds = seconds_to_read(logs[k].heading, logs[k].form, million);
        /* ten times what it takes: other programs run beside the tests, and sanitizers slow it */
        cr_expect(seconds < 10, "%s: %.2f s", logs[k].form, seconds);
    }
}

Test(log, lines_made_to_take_quadratic_time_do_not)
{
    const int size = 1 << 22;
    char *text = malloc(size);
    static const char *const pieces[] = {"{\"a\":[[[[\n", "{\"a\":\"\\",
                                         "[{\"a\":{",     "\"log_history\":",
                                         "iter ",         "loss ",
                                         "\"\"",          "\r",
                                         "s:1 trl:",      "| iteration 1/ | lm loss:",
                                         " - ",           "a - b,",
                                         "step,",         "{\"step\":1,",
                                         "step:1 \n"};
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        size_t length = strlen(pieces[p]);
        for (int at = 0; at < size; at++) text[at] = pieces[p][at % length];
        double seconds = seconds_to_parse(text, size);
        cr_expect(seconds < 10, "%s: %.1f s", pieces[p], seconds);
    }
    free(text);
}
