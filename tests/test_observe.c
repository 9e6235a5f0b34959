/* What the observer sees, and when a run ends. */
#include "nets.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#define RANDOM "random:nodes=10,share=0.2"

/* All nodes at 0: |x*| away, no disagreement, F(0) − F* to go. */
Test(observe, the_start_is_one_minimiser_away_from_it)
{
    Net net = net_open(RANDOM, "regression:ratio=10", 1000);
    Method *method = method_create("push_pull:rate=0.1,unit=local", &net.world);
    Observation seen = network_observe(method, &net.world);
    double zero[10] = {0}, value = 0.0, least = INFINITY, largest = 0.0, mean = 0.0;
    for (int i = 0; i < 10; i++) {
        double rate = 0.1 / local_smooth(net.problem, i);
        value += local_value(net.problem, i, zero) / 10.0;
        mean += rate / 10.0, least = fmin(least, rate), largest = fmax(largest, rate);
    }
    cr_expect(epsilon_eq(dbl, seen.error, 1.0, 1e-15));
    cr_expect(eq(dbl, seen.disagreement, 0.0));
    cr_expect(epsilon_eq(dbl, seen.gap, value - local_least(net.problem), 1e-12 * value));
    cr_expect(epsilon_eq(dbl, seen.rate_mean, mean, 1e-15));
    cr_expect(eq(dbl, seen.rate_least, least));
    cr_expect(eq(dbl, seen.rate_largest, largest));
    cr_expect(eq(dbl, seen.local_largest, largest));
    cr_expect(not(seen.rates_equal));
    method_free(method);
    net_close(&net);
}

/* From the iterates themselves, by other code: sums of ten numbers, 1e-13. */
Test(observe, errors_are_those_of_the_farthest_node)
{
    Net net = net_open(RANDOM, "regression:ratio=10", 1000);
    Method *method = method_create("push_pull:rate=0.1", &net.world);
    for (int t = 0; t < 9; t++) method_step(method);
    const double *x = method_iterates(method), *target = local_minimiser(net.problem);
    double mean[10] = {0}, zero[10] = {0}, error = 0.0, apart = 0.0, gap = 0.0;
    for (int i = 0; i < 10; i++)
        for (int j = 0; j < 10; j++) mean[j] += x[10 * i + j] / 10.0;
    for (int i = 0; i < 10; i++) {
        error = fmax(error, net_distance(10, x + 10 * i, target));
        apart = fmax(apart, net_distance(10, x + 10 * i, mean));
        gap += local_value(net.problem, i, mean) / 10.0;
    }
    Observation seen = network_observe(method, &net.world);
    double scale = net_distance(10, target, zero);
    cr_expect(epsilon_eq(dbl, seen.error, error / scale, 1e-13));
    cr_expect(epsilon_eq(dbl, seen.disagreement, apart / scale, 1e-13));
    cr_expect(epsilon_eq(dbl, seen.gap, gap - local_least(net.problem), 1e-12));
    cr_expect(eq(dbl, network_error(method, &net.world), seen.error));
    cr_expect(seen.rates_equal);
    method_free(method);
    net_close(&net);
}

typedef struct {
    int64_t count, iteration[64], rounds[64];
    double error[64];
} Log;

static void keep(void *context, int64_t iteration, const Traffic *traffic, const Observation *seen)
{
    Log *log = context;
    log->iteration[log->count] = iteration;
    log->rounds[log->count] = traffic->rounds;
    log->error[log->count++] = seen->error;
}

static NetworkResult run_logged(Net *net, const char *text, NetworkRun run, Log *log)
{
    Method *method = method_create(text, &net->world);
    run.context = log, run.record = keep;
    NetworkResult result = network_run(&run, method, &net->world);
    method_free(method);
    return result;
}

Test(observe, a_run_records_its_start_every_so_many_iterations_and_its_end)
{
    Net net = net_open(RANDOM, "regression", 1000);
    Log log = {0};
    NetworkRun run = {.iterations = 10, .give_up = 1e6, .log_every = 4};
    NetworkResult result = run_logged(&net, "push_pull:rate=0.1", run, &log);
    static const int64_t want[] = {0, 4, 8, 10};
    cr_expect(eq(int, result.outcome, OUTCOME_SPENT));
    cr_expect(eq(i64, log.count, 4));
    for (int k = 0; k < 4; k++) {
        cr_expect(eq(i64, log.iteration[k], want[k]));
        cr_expect(eq(i64, log.rounds[k], want[k]));
    }
    cr_expect(eq(dbl, result.last.error, log.error[3]));
    cr_expect(eq(i64, result.at_target.rounds, 0));
    net_close(&net);
}

Test(observe, a_run_ends_at_its_target_or_its_rounds_and_says_which)
{
    Net net = net_open(RANDOM, "regression", 1000);
    Log log = {0};
    NetworkRun run = {.rounds = 100000, .target = 1e-3, .give_up = 1e6};
    NetworkResult result = run_logged(&net, "push_pull:rate=0.1", run, &log);
    cr_expect(eq(int, result.outcome, OUTCOME_REACHED));
    cr_expect(result.last.error <= 1e-3);
    cr_expect(eq(i64, result.at_target.rounds, result.iterations));
    cr_expect(eq(i64, log.count, 1));
    run.target = result.last.error * 1.0000001; /* the same iteration, and not one before */
    links_reset_traffic(net.links);
    cr_expect(
        eq(i64, run_logged(&net, "push_pull:rate=0.1", run, &log).iterations, result.iterations));
    run.rounds = 17, run.target = 0.0;
    links_reset_traffic(net.links);
    result = run_logged(&net, "push_pull:rate=0.1", run, &log);
    cr_expect(eq(int, result.outcome, OUTCOME_SPENT));
    cr_expect(eq(i64, result.iterations, 17));
    net_close(&net);
}

/* gd at rate 2.1/L grows by 1.1 a step in the steepest direction; 1e300 is reached, then NaN. */
Test(observe, a_run_that_grows_past_its_bound_or_becomes_nan_has_diverged)
{
    Net net = net_open(RANDOM, "regression", 1000);
    NetworkResult result = net_run(&net, "gd:rate=2.1", 5000, 1e-6);
    cr_expect(eq(int, result.outcome, OUTCOME_DIVERGED));
    cr_expect(gt(dbl, result.last.error, 1e6));
    Log log = {0};
    NetworkRun run = {.iterations = 40000, .target = 1e-6, .give_up = INFINITY};
    result = run_logged(&net, "gd:rate=1e6", run, &log);
    cr_expect(eq(int, result.outcome, OUTCOME_DIVERGED));
    cr_expect(isnan(result.last.error));
    net_close(&net);
}
