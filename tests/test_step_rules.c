/* Rules of coordinated rates: when they are safe, when they are equal, what they cost. */
#include "nets.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

#define RANDOM "random:nodes=10,share=0.2"

/* Two scalar quadratics with curvatures 1 and r: estimates are exact at once, so gamma =
 * safety (1 + 1/r)/2 and L = (1 + r)/2, and GD diverges exactly where gamma L > 2, that is
 * (r + 1)²/(4r) > 2/safety. 1 % off the edge the factor |1 − gamma L| is off 1 by 0.01 times
 * 2 (r − 1)/(r + 1) > 0.014: 3000 steps make that e^±40. */
static Outcome at_ratio(double ratio, double safety)
{
    char problem[64], method[64];
    snprintf(problem, sizeof problem, "scalar:ratio=%.17g", ratio);
    snprintf(method, sizeof method, "dlas_ftc:rule=mean,safety=%g", safety);
    Net net = net_open("ring:nodes=2", problem, 0);
    Outcome outcome = net_run(&net, method, 3000, 1e-8).outcome;
    net_close(&net);
    return outcome;
}

Test(rules, the_arithmetic_mean_diverges_exactly_above_its_ratio_of_curvatures)
{
    double half = 7.0 + 4.0 * sqrt(3.0), whole = 3.0 + 2.0 * sqrt(2.0);
    cr_expect(eq(int, at_ratio(0.99 * half, 0.5), OUTCOME_REACHED));
    cr_expect(eq(int, at_ratio(1.01 * half, 0.5), OUTCOME_DIVERGED));
    cr_expect(eq(int, at_ratio(0.99 * whole, 1.0), OUTCOME_REACHED));
    cr_expect(eq(int, at_ratio(1.01 * whole, 1.0), OUTCOME_DIVERGED));
}

/* mean_i L_i >= the curvature of the mean between two iterates, so the hypotheses of AdGD's theorem
 * hold for every convex F (dossier: a theorem, not a statistic). Ratios up to 1e4 over four
 * decades; the error of a run that converges falls below where it began. */
Test(rules, the_rate_from_the_average_curvature_never_diverges, .timeout = 60)
{
    for (uint64_t seed = 1000; seed < 1050; seed++) {
        char problem[64];
        snprintf(problem, sizeof problem, "regression:ratio=%g", pow(10.0, (double)(seed % 5)));
        Net net = net_open(RANDOM, problem, seed);
        NetworkResult result = net_run(&net, "dlas_ftc:rule=average,pass=fused", 600, 1e-6);
        cr_expect(eq(int, result.outcome, OUTCOME_REACHED), "seed %d: %g", (int)seed,
                  result.last.error);
        net_close(&net);
    }
}

/* Where flat nodes dominate the mean of the rates: a ratio of 100 is enough at safety 1/2 (12 of 12
 * prototype runs). */
Test(rules, the_arithmetic_mean_diverges_where_curvatures_differ_a_hundredfold)
{
    Net net = net_open("random:nodes=20,share=0.1", "regression:ratio=100", 1000);
    cr_expect(eq(int, net_run(&net, "dlas_ftc", 2000, 1e-6).outcome, OUTCOME_DIVERGED));
    cr_expect(
        eq(int, net_run(&net, "dlas_ftc:rule=harmonic", 2000, 1e-6).outcome, OUTCOME_REACHED));
    cr_expect(eq(int, net_run(&net, "dlas_ftc:rule=least", 2000, 1e-6).outcome, OUTCOME_REACHED));
    net_close(&net);
}

/* After two iterations: all start with the same rate, so the local rates are the same for all. */
static double second_rate(Net *net, const char *rule, double local[10])
{
    char text[64];
    snprintf(text, sizeof text, "dlas_ftc:rule=%s", rule);
    Method *method = method_create(text, &net->world);
    method_step(method);
    method_step(method);
    for (int i = 0; i < 10; i++) {
        local[i] = method_local_rates(method)[i];
        cr_expect(method_rates(method)[i] == method_rates(method)[0], "%s: equal bits", rule);
    }
    double rate = method_rates(method)[0];
    method_free(method);
    return rate;
}

/* Sums of ten numbers: 1e-14 is ample. harmonic = safety / mean of the curvatures = average in
 * the first iteration that has estimates. */
Test(rules, rates_are_the_means_that_the_rules_are_named_after)
{
    Net net = net_open(RANDOM, "regression:ratio=10", 1000);
    double local[10], mean = 0.0, inverse = 0.0, least = INFINITY, largest = 0.0;
    double rate = second_rate(&net, "mean", local);
    for (int i = 0; i < 10; i++) {
        mean += local[i] / 10.0, inverse += 1.0 / local[i] / 10.0;
        least = fmin(least, local[i]), largest = fmax(largest, local[i]);
    }
    cr_expect(epsilon_eq(dbl, rate / mean, 1.0, 1e-14));
    cr_expect(epsilon_eq(dbl, second_rate(&net, "harmonic", local) * inverse, 1.0, 1e-14));
    cr_expect(epsilon_eq(dbl, second_rate(&net, "average", local) * inverse, 1.0, 1e-14));
    cr_expect(eq(dbl, second_rate(&net, "least", local), least));
    cr_expect(eq(dbl, second_rate(&net, "largest", local), largest));
    net_close(&net);
}

/* sum over nodes of gamma follows the sum of eta where weights are doubly stochastic. */
Test(rules, dynamic_consensus_keeps_the_mean_of_the_rates)
{
    Net net = net_open("bidirectional_ring:nodes=10", "regression", 1000);
    Method *method = method_create("dlas_ftc:rule=dlas", &net.world);
    for (int t = 0; t < 20; t++) {
        double used = 0.0, local = 0.0;
        method_step(method);
        for (int i = 0; i < 10; i++)
            used += method_rates(method)[i], local += method_local_rates(method)[i];
        cr_expect(epsilon_eq(dbl, used / local, 1.0, 1e-12));
    }
    method_free(method);
    net_close(&net);
}

/* Iterations 1, 6, 11 … find the rate anew, and only they send it. */
Test(rules, a_rate_refreshed_every_fifth_iteration_stays_in_between_and_costs_a_fifth)
{
    Net net = net_open(RANDOM, "regression", 1000);
    Method *method = method_create("dlas_ftc:refresh=5,reading=printed", &net.world);
    double before = 0.0;
    links_reset_traffic(net.links);
    for (int t = 0; t <= 20; t++) {
        int64_t rounds = links_traffic(net.links).rounds;
        method_step(method);
        bool sent = links_traffic(net.links).rounds > rounds, due = t % 5 == 1;
        cr_expect(eq(int, sent, due));
        if (t > 0) cr_expect(eq(int, method_rates(method)[0] != before, due), "iteration %d", t);
        before = method_rates(method)[0];
    }
    method_free(method);
    net_close(&net);
}

/* Both are exact: they differ by rounding, which 40 adaptive steps do not make larger than 1e-9. */
Test(rules, one_fused_pass_gives_the_iterates_of_two_for_fewer_rounds)
{
    static const char *const rules[] = {"mean", "harmonic", "average"};
    Net net = net_open(RANDOM, "regression:ratio=3", 1000);
    for (int k = 0; k < 3; k++) {
        char two[64], fused[64];
        snprintf(two, sizeof two, "dlas_ftc:rule=%s", rules[k]);
        snprintf(fused, sizeof fused, "dlas_ftc:rule=%s,pass=fused", rules[k]);
        double *one = net_iterates(&net, two, 40), *other = net_iterates(&net, fused, 40);
        cr_expect(epsilon_eq(dbl, net_distance(100, one, other), 0.0, 1e-9), "%s", rules[k]);
        int64_t rounds = net_run(&net, two, 40, 0.0).traffic.rounds;
        int64_t fewer = net_run(&net, fused, 40, 0.0).traffic.rounds;
        cr_expect(
            eq(i64, rounds * 41, fewer * 80)); /* passes: 1 + 40 + 39, 1 + 40, the first to learn */
        free(one);
        free(other);
    }
    net_close(&net);
}

/* In between, the fused message is the gradient alone and the rate stays. */
Test(rules, a_fused_pass_refreshes_the_rate_as_seldom_as_two_do)
{
    Net net = net_open(RANDOM, "regression:ratio=3", 1000);
    double *one = net_iterates(&net, "dlas_ftc:refresh=5", 40);
    double *other = net_iterates(&net, "dlas_ftc:refresh=5,pass=fused", 40);
    cr_expect(epsilon_eq(dbl, net_distance(100, one, other), 0.0, 1e-9));
    free(one);
    free(other);
    net_close(&net);
}

/* Every node finds the rate of centralised AdGD from the averaged gradient, without sending it. */
Test(rules, the_global_rate_is_that_of_centralised_adgd)
{
    Net net = net_open(RANDOM, "regression:ratio=3", 1000);
    double *central = net_iterates(&net, "adgd", 40);
    double *x = net_iterates(&net, "dlas_ftc:rule=global", 40);
    cr_expect(epsilon_eq(dbl, net_distance(100, x, central), 0.0, 1e-9));
    free(central);
    free(x);
    net_close(&net);
}

/* √(1 + ρ) η bounds the next rate, and safety / (the largest curvature of f_i) bounds it below. */
Test(rules, local_rates_grow_no_faster_than_allowed_and_stay_above_their_floor)
{
    Net net = net_open(RANDOM, "regression:ratio=10", 1000);
    Method *method = method_create("dlas_ftc:filter=0.5", &net.world);
    double before[10], last[10];
    for (int t = 0; t < 30; t++) {
        method_step(method);
        const double *rate = method_local_rates(method);
        for (int i = 0; i < 10; i++) {
            double ratio = t > 2 ? before[i] / last[i] : 0.0;
            if (t > 1) cr_expect(rate[i] <= sqrt(1.0 + ratio) * before[i] * (1.0 + 1e-15));
            if (t > 0) cr_expect(rate[i] >= 0.5 / local_smooth(net.problem, i) * (1.0 - 1e-9));
            last[i] = before[i], before[i] = rate[i];
        }
    }
    method_free(method);
    net_close(&net);
}

/* Differences of rounding would make estimates of rounding: the last good ones stay. (In forty
 * dimensions iterates go on moving by rounding; in ten they come to rest.) */
Test(rules, rates_stay_once_iterates_move_by_rounding_only)
{
    Net net = net_open(RANDOM, "regression:ratio=3,dimension=40,rows=50", 1000);
    Method *method = method_create("dlas_ftc", &net.world);
    for (int t = 0; t < 400; t++) method_step(method);
    cr_expect(network_error(method, &net.world) < 1e-12);
    double rate = method_rates(method)[0], local = method_local_rates(method)[7];
    for (int t = 0; t < 50; t++) {
        method_step(method);
        cr_expect(eq(dbl, method_rates(method)[0], rate));
        cr_expect(eq(dbl, method_local_rates(method)[7], local));
    }
    method_free(method);
    net_close(&net);
}

/* Kinds that average exactly, and those that stop at a tolerance, all bring the run home. */
Test(rules, every_coordination_that_averages_well_enough_reaches_the_minimiser, .timeout = 60)
{
    static const char *const kinds[] = {"flood", "finite_field", "hankel_checked", "sundaram",
                                        "stopping:tolerance=1e-12"};
    Net net = net_open(RANDOM, "regression:ratio=3", 1000);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        char text[96];
        snprintf(text, sizeof text, "dlas_ftc:by=%s", kinds[k]);
        cr_expect(eq(int, net_run(&net, text, 400, 1e-8).outcome, OUTCOME_REACHED), "%s", text);
    }
    net_close(&net);
}

/* sundaram finds no minimum: consensus does, beside it. */
Test(rules, the_least_rate_goes_with_any_averaging)
{
    Net net = net_open(RANDOM, "regression:ratio=3", 1000);
    NetworkResult result = net_run(&net, "dlas_ftc:rule=least,by=sundaram", 2000, 1e-8);
    cr_expect(eq(int, result.outcome, OUTCOME_REACHED));
    cr_expect(result.last.rates_equal);
    net_close(&net);
}
