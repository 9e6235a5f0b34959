#include "trial/sweep.h"

#include "dying.h"
#include "base/die.h"
#include "base/rng.h"
#include "io/csv.h"
#include "io/files.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRIALS = 20 };

/* What a test tells its trials. */
typedef struct {
    char *out;
    int64_t abort_at, give_up_at, kill_at; /* -1: none */
} Orders;

static void note_run(const Orders *orders, int64_t trial)
{
    char *path = format_text("%s/ran.log", orders->out);
    FILE *file = fopen(path, "a");
    fprintf(file, "%" PRId64 "\n", trial);
    fclose(file);
    free(path);
}

static void write_row(Table *table, int64_t trial, Outcome outcome, double loss)
{
    table_int(table, trial);
    table_outcome(table, outcome);
    table_real(table, loss);
    table_end_row(table);
}

static void run_trial(void *context, int64_t trial, Table *const tables[])
{
    const Orders *orders = context;
    note_run(orders, trial);
    Rng rng = rng_stream(1, (uint32_t)trial, RNG_NOISE);
    for (int64_t step = 0; step < trial % 4; step++) {
        table_int(tables[1], trial);
        table_real(tables[1], rng_normal(&rng));
        table_end_row(tables[1]);
    }
    if (trial == orders->abort_at) abort();
    if (trial == orders->give_up_at) die("told to give up");
    if (trial == orders->kill_at) kill(getpid(), SIGKILL);
    write_row(tables[0], trial, OUTCOME_REACHED, rng_normal(&rng));
}

static void crashed_trial(void *context, int64_t trial, Table *const tables[])
{
    (void)context;
    write_row(tables[0], trial, OUTCOME_CRASHED, 0.0);
}

static double middle_is_longest(void *context, int64_t trial)
{
    (void)context;
    return trial < 10 ? (double)trial : (double)(20 - trial);
}

static Orders orders_in_new_folder(void)
{
    char *folder = format_text("%s/sweep-XXXXXX", P_tmpdir);
    cr_assert(ne(ptr, mkdtemp(folder), NULL));
    return (Orders){folder, -1, -1, -1};
}

static SweepPlan plan_for(Orders *orders)
{
    return (SweepPlan){.out = orders->out,
                       .key = hash_bytes(1, "k"),
                       .count = TRIALS,
                       .jobs = 2,
                       .threads = 1,
                       .shard = 1,
                       .shards = 1,
                       .table_count = 2,
                       .table = {{"trials", "trial,outcome,loss"}, {"curves", "trial,loss"}},
                       .context = orders,
                       .run = run_trial,
                       .crashed = crashed_trial};
}

static char *content(const Orders *orders, const char *name)
{
    char *path = format_text("%s/%s", orders->out, name);
    char *text = files_read(path, NULL);
    free(path);
    return text;
}

static int lines(const char *text)
{
    int count = 0;
    for (; *text; text++) count += *text == '\n';
    return count;
}

static void expect_same_tables(const Orders *a, const Orders *b)
{
    const char *const names[] = {"trials.csv", "curves.csv"};
    for (int k = 0; k < 2; k++) {
        char *x = content(a, names[k]), *y = content(b, names[k]);
        cr_expect(eq(str, x, y), "%s", names[k]);
        free(x);
        free(y);
    }
}

static void expect_one_crash(Orders *orders, int64_t trial)
{
    Orders calm = orders_in_new_folder();
    SweepPlan plan = plan_for(orders), undisturbed = plan_for(&calm);
    SweepResult result = sweep_run(&plan);
    sweep_run(&undisturbed);
    cr_expect(eq(i64, result.crashed, 1));

    char *path = format_text("%s/trials.csv", orders->out);
    char *calm_path = format_text("%s/trials.csv", calm.out);
    Csv *csv = csv_read(path), *expected = csv_read(calm_path);
    cr_assert(eq(i64, csv_rows(csv), TRIALS));
    for (int64_t row = 0; row < TRIALS; row++)
        if (row == trial)
            cr_expect(eq(str, (char *)csv_text(csv, row, 1), "crashed"));
        else
            cr_expect(eq(str, (char *)csv_text(csv, row, 2), (char *)csv_text(expected, row, 2)));
    csv_free(csv);
    csv_free(expected);
}

Test(sweep, gives_the_same_bytes_for_1_2_and_3_workers)
{
    Orders one = orders_in_new_folder();
    SweepPlan plan = plan_for(&one);
    plan.jobs = 1;
    sweep_run(&plan);
    for (int64_t jobs = 2; jobs <= 3; jobs++) {
        Orders more = orders_in_new_folder();
        plan = plan_for(&more);
        plan.jobs = jobs;
        plan.cost = middle_is_longest;
        SweepResult result = sweep_run(&plan);
        cr_expect(eq(i64, result.run, TRIALS));
        cr_expect(result.whole);
        expect_same_tables(&one, &more);
    }
}

Test(sweep, loses_only_the_trial_that_aborts)
{
    Orders orders = orders_in_new_folder();
    orders.abort_at = 7;
    expect_one_crash(&orders, 7);
}

Test(sweep, loses_only_the_trial_that_gives_up)
{
    Orders orders = orders_in_new_folder();
    orders.give_up_at = 0;
    expect_one_crash(&orders, 0);
}

Test(sweep, loses_only_the_trial_whose_worker_is_killed)
{
    Orders orders = orders_in_new_folder();
    orders.kill_at = TRIALS - 1;
    expect_one_crash(&orders, TRIALS - 1);
}

Test(sweep, leaves_no_half_written_rows_of_a_crashed_trial)
{
    Orders orders = orders_in_new_folder();
    orders.abort_at = 7; /* after three rows of its curve */
    SweepPlan plan = plan_for(&orders);
    sweep_run(&plan);
    char *curves = content(&orders, "curves.csv");
    cr_expect(eq(ptr, strstr(curves, "\n7,"), NULL));
    free(curves);
}

Test(sweep, runs_no_finished_trial_again)
{
    Orders orders = orders_in_new_folder();
    SweepPlan plan = plan_for(&orders);
    sweep_run(&plan);
    SweepResult again = sweep_run(&plan);
    cr_expect(eq(i64, again.run, 0));
    cr_expect(eq(i64, again.reused, TRIALS));
    char *log = content(&orders, "ran.log");
    cr_expect(eq(int, lines(log), TRIALS));
    free(log);
}

Test(sweep, tries_a_crashed_trial_again)
{
    Orders orders = orders_in_new_folder(), calm = orders_in_new_folder();
    orders.abort_at = 7;
    SweepPlan plan = plan_for(&orders), undisturbed = plan_for(&calm);
    sweep_run(&plan);
    orders.abort_at = -1;
    SweepResult again = sweep_run(&plan);
    sweep_run(&undisturbed);
    cr_expect(eq(i64, again.run, 1));
    cr_expect(eq(i64, again.crashed, 0));
    expect_same_tables(&orders, &calm);
}

Test(sweep, throws_away_what_was_finished_under_another_key)
{
    Orders orders = orders_in_new_folder();
    SweepPlan plan = plan_for(&orders);
    sweep_run(&plan);
    plan.key = hash_bytes(1, "l");
    SweepResult again = sweep_run(&plan);
    cr_expect(eq(i64, again.run, TRIALS));
    cr_expect(eq(i64, again.reused, 0));
}

Test(sweep, forgets_its_trials_and_no_others_when_told)
{
    Orders orders = orders_in_new_folder();
    SweepPlan plan = plan_for(&orders);
    sweep_run(&plan);
    Hash other = hash_bytes(1, "l");
    sweep_forget(orders.out, &other);
    char *path = format_text("%s/.trials", orders.out);
    cr_expect(files_exist(path));
    sweep_forget(orders.out, &plan.key);
    cr_expect(not(files_exist(path)));
    free(path);
}

static void want_folder(void *context)
{
    const Orders *orders = context;
    sweep_lock(orders->out, false);
}

Test(sweep, keeps_others_out_until_its_tables_are_dealt_with)
{
    Orders orders = orders_in_new_folder();
    SweepPlan plan = plan_for(&orders);
    SweepResult result = sweep_run(&plan);
    Ending refused = dying_run(want_folder, &orders);
    cr_expect(eq(int, refused.exit_code, 1));
    cr_expect(strstr(refused.err, "another run is writing into") != NULL, "%s", refused.err);
    sweep_unlock(result.lock);
    cr_expect(eq(int, dying_run(want_folder, &orders).exit_code, 0));
}

Test(sweep, joins_its_shards_to_the_same_bytes)
{
    Orders parts = orders_in_new_folder(), whole = orders_in_new_folder();
    SweepPlan plan = plan_for(&parts);
    plan.shards = 3;
    int64_t run = 0;
    for (plan.shard = 1; plan.shard <= 3; plan.shard++) {
        SweepResult result = sweep_run(&plan);
        cr_expect(not(result.whole));
        cr_expect(le(i64, result.run, TRIALS / 3 + 1));
        run += result.run;
    }
    cr_expect(eq(i64, run, TRIALS));
    plan = plan_for(&parts);
    cr_expect(eq(i64, sweep_run(&plan).reused, TRIALS));
    plan = plan_for(&whole);
    sweep_run(&plan);
    expect_same_tables(&parts, &whole);
}

Test(sweep, works_with_more_shards_than_trials)
{
    Orders orders = orders_in_new_folder();
    SweepPlan plan = plan_for(&orders);
    plan.shards = TRIALS + 5;
    plan.shard = TRIALS + 5;
    cr_expect(eq(i64, sweep_run(&plan).run, 0));
}

Test(sweep, starts_the_longest_trial_first_and_equal_ones_in_order)
{
    Orders orders = orders_in_new_folder();
    SweepPlan plan = plan_for(&orders);
    plan.jobs = 1;
    plan.cost = middle_is_longest;
    sweep_run(&plan);
    char *log = content(&orders, "ran.log");
    cr_expect(eq(int, strncmp(log, "10\n9\n11\n8\n12\n", 13), 0));
    free(log);
}

Test(sweep, times_every_trial)
{
    Orders orders = orders_in_new_folder();
    SweepPlan plan = plan_for(&orders);
    sweep_run(&plan);
    char *path = format_text("%s/timing.csv", orders.out);
    Csv *csv = csv_read(path);
    cr_expect(eq(i64, csv_rows(csv), TRIALS));
    for (int64_t row = 0; row < csv_rows(csv); row++) {
        cr_expect(eq(i64, csv_int(csv, row, csv_column(csv, "trial")), row));
        cr_expect(ge(dbl, csv_real(csv, row, csv_column(csv, "time_s")), 0.0));
    }
    csv_free(csv);
}

Test(sweep, leaves_no_run_txt_beside_tables_it_has_replaced)
{
    Orders orders = orders_in_new_folder();
    char *path = format_text("%s/run.txt", orders.out);
    files_replace(path, 4, "old\n");
    SweepPlan plan = plan_for(&orders);
    sweep_run(&plan);
    cr_expect(not(files_exist(path)));
    free(path);
}

static void forget_to_write(void *context, int64_t trial, Table *const tables[])
{
    (void)context, (void)trial, (void)tables;
}

Test(sweep, does_not_take_a_trial_without_a_row, .exit_code = 1)
{
    Orders orders = orders_in_new_folder();
    SweepPlan plan = plan_for(&orders);
    plan.run = forget_to_write;
    sweep_run(&plan);
}
