#include "trial/training_run.h"

#include "trial/checkpoint.h"

#include "dying.h"
#include "quadratic_problem.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>

/* A quadratic of ten dimensions under SGD: everything about its runs is known. */
enum { DIMENSION = 10, MOST = 64 };
static const double flattest = 0.1, steepest = 10.0;

typedef struct {
    Backend *backend;
    Problem *problem;
    Optimizer *optimizer;
    Schedule *schedule;
    int count;
    TrainingRecord record[MOST];
    int64_t stop; /* go_on() says no from this step on; 0: never */
} Bench;

static void keep(void *context, const TrainingRecord *record)
{
    Bench *bench = context;
    cr_assert(bench->count < MOST);
    bench->record[bench->count++] = *record;
}

static bool go_on(void *context, int64_t step)
{
    Bench *bench = context;
    return bench->stop == 0 || step < bench->stop;
}

static Bench *bench_create(const char *optimizer, const char *schedule)
{
    Bench *bench = calloc(1, sizeof *bench);
    bench->backend = backend_cpu();
    bench->problem = problem_quadratic(bench->backend, DIMENSION, flattest, steepest);
    bench->optimizer = optimizer_create(optimizer, bench->backend, bench->problem->parameters);
    bench->schedule = schedule_create(schedule, (ScheduleDefaults){20, 0.05});
    bench->problem->start(bench->problem, 1);
    return bench;
}

static void bench_free(Bench *bench)
{
    schedule_free(bench->schedule);
    optimizer_free(bench->optimizer);
    bench->problem->free(bench->problem);
    bench->backend->close(bench->backend);
    free(bench);
}

static TrainingRun run_of(Bench *bench)
{
    return (TrainingRun){.problem = bench->problem,
                         .optimizer = bench->optimizer,
                         .schedule = bench->schedule,
                         .steps = 20,
                         .log_every = 5,
                         .evaluate_every = 10,
                         .context = bench,
                         .record = keep,
                         .go_on = go_on};
}

/* The loss before each update, and after the last: a record at every step. */
static Bench *every_step(const char *optimizer, const char *schedule)
{
    Bench *bench = bench_create(optimizer, schedule);
    TrainingRun run = run_of(bench);
    run.log_every = run.evaluate_every = 1;
    training_run(&run);
    return bench;
}

Test(training_run, records_are_made_at_the_start_at_multiples_and_at_the_end)
{
    Bench *bench = bench_create("sgd", "constant");
    TrainingRun run = run_of(bench);
    run.steps = 17;
    TrainingResult result = training_run(&run);
    const int64_t expected[] = {0, 5, 10, 15, 17};
    cr_assert(eq(int, bench->count, 5));
    for (int k = 0; k < 5; k++) cr_expect(eq(i64, bench->record[k].step, expected[k]));
    cr_expect(eq(i64, result.steps, 17));
    cr_expect(eq(int, result.outcome, OUTCOME_SPENT));
    cr_expect(eq(i64, result.last.step, 17));
    bench_free(bench);
}

Test(training_run, losses_are_evaluated_at_their_own_multiples_and_at_the_end)
{
    Bench *bench = bench_create("sgd", "constant");
    TrainingRun run = run_of(bench);
    run.steps = 17;
    training_run(&run);
    const bool expected[] = {true, false, true, false, true};
    for (int k = 0; k < 5; k++)
        cr_expect(eq(int, !isnan(bench->record[k].validation_loss), expected[k]), "record %d", k);
    bench_free(bench);

    bench = bench_create("sgd", "constant");
    run = run_of(bench);
    run.evaluate_every = 0;
    training_run(&run);
    for (int k = 0; k < bench->count; k++)
        cr_expect(eq(int, !isnan(bench->record[k].validation_loss), k == bench->count - 1));
    bench_free(bench);
}

/* The same sum of at most five doubles in the same order: equal, but for the division. */
Test(training_run, the_training_loss_is_the_mean_over_the_batches_since_the_record_before)
{
    Bench *fine = every_step("sgd", "constant"), *coarse = bench_create("sgd", "constant");
    TrainingRun run = run_of(coarse);
    run.steps = 17;
    training_run(&run);
    cr_expect(isnan(coarse->record[0].train_loss));
    for (int k = 1; k < coarse->count; k++) {
        int64_t first = coarse->record[k - 1].step, last = coarse->record[k].step;
        double sum = 0.0;
        for (int64_t step = first; step < last; step++) sum += fine->record[step + 1].train_loss;
        cr_expect(epsilon_eq(dbl, coarse->record[k].train_loss, sum / (double)(last - first),
                             1e-15 * sum));
    }
    bench_free(fine);
    bench_free(coarse);
}

/* The batch of a quadratic is the whole of it: update s + 1 saw what was evaluated at step s. */
Test(training_run, each_update_sees_the_parameters_that_the_one_before_left)
{
    Bench *bench = every_step("sgd", "constant");
    for (int step = 0; step < 20; step++)
        cr_expect(eq(dbl, bench->record[step + 1].train_loss, bench->record[step].validation_loss),
                  "step %d", step);
    bench_free(bench);
}

/* In each direction x is multiplied by 1 − rate h; a step rounds each number three times. */
Test(training_run, sgd_on_a_quadratic_is_multiplied_by_its_factors_in_the_order_of_the_schedule)
{
    Bench *bench = bench_create("sgd", "linear");
    const real *x = bench->problem->parameters->values;
    double expected = 0.0;
    for (int i = 0; i < DIMENSION; i++) {
        double h = flattest * pow(steepest / flattest, i / (DIMENSION - 1.0));
        double end = (double)x[i];
        for (int step = 0; step < 20; step++) end *= 1.0 - schedule_rate(bench->schedule, step) * h;
        expected += 0.5 * h * end * end;
    }
    TrainingRun run = run_of(bench);
    TrainingResult result = training_run(&run);
    double bound = 2.0 * 20 * 3 * (double)REAL_EPSILON * expected;
    cr_expect(epsilon_eq(dbl, result.last.validation_loss, expected, bound));
    bench_free(bench);
}

Test(training_run, the_record_has_the_rate_of_the_update_before_it)
{
    Bench *bench = every_step("sgd", "linear");
    cr_expect(isnan(bench->record[0].rate));
    for (int step = 1; step <= 20; step++)
        cr_expect(eq(dbl, bench->record[step].rate, schedule_rate(bench->schedule, step - 1)));
    cr_expect(eq(dbl, bench->record[20].rate, 0.0));
    bench_free(bench);
}

Test(training_run, the_gradient_norm_is_that_of_the_last_batch_before_clipping)
{
    Bench *bench = bench_create("sgd:clip=1e-3", "constant");
    TrainingRun run = run_of(bench);
    run.steps = run.log_every = run.evaluate_every = 1;
    double square = 0.0;
    for (int i = 0; i < DIMENSION; i++) {
        double h = flattest * pow(steepest / flattest, i / (DIMENSION - 1.0));
        square += pow(h * (double)bench->problem->parameters->values[i], 2.0);
    }
    TrainingResult result = training_run(&run);
    /* Each of ten products is rounded once to the width of a real. */
    cr_expect(epsilon_eq(dbl, result.last.gradient_norm, sqrt(square),
                         (double)REAL_EPSILON * sqrt(square)));
    bench_free(bench);

    bench = every_step("sgd", "constant");
    cr_expect(isnan(bench->record[20].gradient_norm));
    bench_free(bench);
}

Test(training_run, a_rate_beyond_the_edge_diverges_at_a_record_and_is_a_result)
{
    Bench *bench = bench_create("sgd", "constant:peak=0.5"); /* 2 / h is 0.2 */
    TrainingRun run = run_of(bench);
    run.give_up_loss = 1e3;
    TrainingResult result = training_run(&run);
    cr_expect(eq(int, result.outcome, OUTCOME_DIVERGED));
    cr_expect(lt(i64, result.steps, 20));
    cr_expect(eq(i64, result.steps % 5, 0));
    cr_expect(eq(i64, result.last.step, result.steps));
    bench_free(bench);
}

Test(training_run, a_loss_that_is_not_a_number_has_diverged_whatever_the_bound)
{
    for (int k = 0; k < 2; k++) {
        Bench *bench = bench_create("sgd", "constant:peak=1e30");
        TrainingRun run = run_of(bench);
        run.give_up_loss = k ? 1e300 : 0.0;
        cr_expect(eq(int, training_run(&run).outcome, OUTCOME_DIVERGED));
        bench_free(bench);
    }
}

Test(training_run, a_bound_that_is_not_passed_changes_nothing)
{
    Bench *bench = bench_create("sgd", "constant");
    TrainingRun run = run_of(bench);
    run.give_up_loss = 1e6;
    TrainingResult result = training_run(&run);
    cr_expect(eq(int, result.outcome, OUTCOME_SPENT));
    cr_expect(eq(i64, result.steps, 20));
    bench_free(bench);
}

static bool same_record(const TrainingRecord *a, const TrainingRecord *b)
{
    return a->step == b->step && !memcmp(&a->rate, &b->rate, sizeof a->rate) &&
           !memcmp(&a->train_loss, &b->train_loss, sizeof a->train_loss) &&
           a->validation_loss == b->validation_loss && a->gradient_norm == b->gradient_norm;
}

Test(training_run, stopped_and_gone_on_from_a_checkpoint_the_records_are_the_same)
{
    const char *optimizer = "adamw:clip=1", *schedule = "wsd:warmup=3";
    Bench *whole = bench_create(optimizer, schedule), *first = bench_create(optimizer, schedule);
    Bench *second = bench_create(optimizer, schedule);
    TrainingRun run = run_of(whole);
    run.evaluate_every = 5;
    training_run(&run);

    TrainingRun half = run_of(first);
    half.evaluate_every = 5;
    first->stop = 8;
    TrainingResult stopped = training_run(&half);
    cr_expect(eq(int, stopped.outcome, OUTCOME_SPENT));
    cr_assert(eq(i64, stopped.steps, 10)); /* the first record from step 8 on */
    const char *path = scratch_path("run.checkpoint");
    checkpoint_save(path, first->backend, first->problem->parameters, first->optimizer,
                    &(CheckpointInfo){.step = stopped.steps});

    CheckpointInfo info = {0};
    checkpoint_load(path, second->backend, second->problem->parameters, second->optimizer, &info);
    TrainingRun rest = run_of(second);
    rest.evaluate_every = 5;
    rest.first_step = info.step;
    training_run(&rest);

    cr_assert(eq(int, first->count + second->count, whole->count));
    for (int k = 1; k < whole->count; k++) {
        const TrainingRecord *there =
            k < first->count ? &first->record[k] : &second->record[k - first->count];
        cr_expect(same_record(&whole->record[k], there), "record %d", k);
    }
    bench_free(whole);
    bench_free(first);
    bench_free(second);
}

Test(training_run, without_steps_there_is_the_record_of_the_start)
{
    Bench *bench = bench_create("sgd", "constant");
    TrainingRun run = run_of(bench);
    run.steps = 0;
    TrainingResult result = training_run(&run);
    cr_expect(eq(int, bench->count, 1));
    cr_expect(eq(i64, result.steps, 0));
    cr_expect(not(isnan(bench->record[0].validation_loss)));
    bench_free(bench);
}
