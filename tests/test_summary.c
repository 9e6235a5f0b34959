/* summary.csv from a hand-written trials.csv. */
#include "dying.h"
#include "io/csv.h"
#include "trial/summary.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

static const char trials[] = "trial,set,method,rate,repeat,outcome,steps,gap\n"
                             "0,b,gd,0.5,0,reached,10,1\n"
                             "1,b,gd,0.5,1,reached,30,nan\n"
                             "2,b,gd,0.5,2,spent,20,3\n"
                             "3,a,gd,1,0,reached,7,5\n"
                             "4,a,gd,1,1,diverged,3,4\n"
                             "5,a,gd,1,2,crashed,nan,nan\n"
                             "6,a,lbfgs,2,0,absent,nan,nan\n"
                             "7,b,gd,0.5,3,reached,40,2\n";

static Csv *summarise(const char *text)
{
    scratch_text("trials.csv", text);
    SummaryColumns columns = {.groups = "set method", .carried = "rate", .measures = "steps gap"};
    const char *path = scratch_path("");
    summary_write(path, &columns);
    return csv_read(scratch_path("summary.csv"));
}

static void summarise_too_much(void *unused)
{
    (void)unused;
    char measures[33 * sizeof "steps "] = "";
    for (int k = 0; k < 33; k++) strcat(measures, "steps ");
    scratch_text("trials.csv", trials);
    SummaryColumns columns = {.groups = "set", .carried = "rate", .measures = measures};
    summary_write(scratch_path(""), &columns);
}

Test(summary, refuses_more_columns_than_it_has_room_for)
{
    Ending ending = dying_run(summarise_too_much, NULL);
    cr_expect(eq(int, ending.exit_code, 1));
    cr_expect(strstr(ending.err, "33 columns named, room for 32") != NULL, "%s", ending.err);
}

static Csv *summarise_named(const char *statistics)
{
    scratch_text("trials.csv", trials);
    SummaryColumns columns = {.groups = "set method",
                              .carried = "rate",
                              .measures = "steps gap",
                              .statistics = statistics};
    summary_write(scratch_path(""), &columns);
    return csv_read(scratch_path("summary.csv"));
}

static double number(const Csv *csv, int64_t row, const char *column)
{
    return csv_real(csv, row, csv_column(csv, column));
}

Test(summary, has_a_row_for_each_group_in_order_of_appearance)
{
    Csv *csv = summarise(trials);
    cr_assert(eq(i64, csv_rows(csv), 2)); /* the absent group is none */
    cr_expect(eq(str, (char *)csv_text(csv, 0, csv_column(csv, "set")), "b"));
    cr_expect(eq(str, (char *)csv_text(csv, 1, csv_column(csv, "set")), "a"));
    cr_expect(eq(str, (char *)csv_text(csv, 1, csv_column(csv, "method")), "gd"));
    csv_free(csv);
}

Test(summary, carries_the_first_rows_value)
{
    Csv *csv = summarise(trials);
    cr_expect(eq(dbl, number(csv, 0, "rate"), 0.5));
    cr_expect(eq(dbl, number(csv, 1, "rate"), 1.0));
    csv_free(csv);
}

/* 10, 20, 30, 40: the median 25, type 7 quantiles 13 and 37. */
Test(summary, takes_quantiles_over_rows_that_need_not_be_neighbours)
{
    Csv *csv = summarise(trials);
    cr_expect(eq(dbl, number(csv, 0, "n"), 4.0));
    cr_expect(eq(dbl, number(csv, 0, "n_diverged"), 0.0));
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_median"), 25.0, 1e-12));
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_q10"), 13.0, 1e-12));
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_q90"), 37.0, 1e-12));
    csv_free(csv);
}

Test(summary, counts_diverged_and_crashed_trials_as_infinite)
{
    Csv *csv = summarise(trials);
    cr_expect(eq(dbl, number(csv, 1, "n"), 3.0));
    cr_expect(eq(dbl, number(csv, 1, "n_diverged"), 2.0));
    cr_expect(isinf(number(csv, 1, "steps_median")));
    cr_expect(isinf(number(csv, 1, "gap_q90")));
    csv_free(csv);
}

/* 10, 20, 30, 40: quartiles 17.5 and 32.5; mean 25, deviation sqrt(500/3), t quantile 3.1824. */
Test(summary, takes_the_statistics_that_are_named)
{
    Csv *csv = summarise_named("best q25 q75 worst mean deviation low high");
    cr_expect(eq(int, csv_columns(csv), 3 + 2 + 16));
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_best"), 10.0, 1e-12));
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_q25"), 17.5, 1e-12));
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_q75"), 32.5, 1e-12));
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_worst"), 40.0, 1e-12));
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_mean"), 25.0, 1e-12));
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_deviation"), sqrt(500.0 / 3.0), 1e-12));
    double half = 3.182446305284263 * sqrt(500.0 / 3.0 / 4.0);
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_low"), 25.0 - half, 1e-8));
    cr_expect(epsilon_eq(dbl, number(csv, 0, "steps_high"), 25.0 + half, 1e-8));
    csv_free(csv);
}

Test(summary, means_are_of_what_the_rows_say_and_quantiles_count_what_diverged_as_infinite)
{
    scratch_text("trials.csv", "set,rate,outcome,steps\na,1,reached,7\na,1,diverged,3\n");
    SummaryColumns columns = {
        .groups = "set", .carried = "rate", .measures = "steps", .statistics = "best worst mean"};
    summary_write(scratch_path(""), &columns);
    Csv *csv = csv_read(scratch_path("summary.csv"));
    cr_expect(eq(dbl, number(csv, 0, "steps_best"), 7.0));
    cr_expect(isinf(number(csv, 0, "steps_worst")));
    cr_expect(eq(dbl, number(csv, 0, "steps_mean"), 5.0));
    csv_free(csv);
}

Test(summary, what_no_row_of_a_group_measured_is_nan_where_statistics_are_named)
{
    scratch_text("trials.csv", "set,rate,outcome,steps\na,1,reached,nan\na,1,diverged,nan\n");
    SummaryColumns columns = {
        .groups = "set", .carried = "rate", .measures = "steps", .statistics = "best worst"};
    summary_write(scratch_path(""), &columns);
    Csv *csv = csv_read(scratch_path("summary.csv"));
    cr_expect(isnan(number(csv, 0, "steps_best")));
    cr_expect(isnan(number(csv, 0, "steps_worst")));
    csv_free(csv);
}

Test(summary, of_no_trials_is_a_heading)
{
    Csv *csv = summarise("trial,set,method,rate,repeat,outcome,steps,gap\n");
    cr_expect(eq(i64, csv_rows(csv), 0));
    cr_expect(eq(int, csv_columns(csv), 3 + 2 + 6));
    csv_free(csv);
}

static void summarise_without_gap(void *context)
{
    (void)context;
    csv_free(summarise("set,method,rate,outcome,steps\na,gd,1,reached,2\n"));
}

Test(summary, a_missing_column_is_named)
{
    Ending ending = dying_run(summarise_without_gap, NULL);
    cr_expect(eq(int, ending.exit_code, 1));
    cr_expect(strstr(ending.err, "expected a column 'gap'") != NULL);
}
