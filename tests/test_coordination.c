/* Flooding, ratio consensus that stops, max and min consensus; every kind's counts. */
#include "comm/links.h"
#include "graph/coordination.h"
#include "graph/weights.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { MOST = 64 };

typedef struct {
    Digraph *graph;
    Links *links;
    Coordination *coordination;
    int64_t n, diameter;
    double value[2 * MOST], result[2 * MOST];
} Net;

/* Values of both signs and several magnitudes: sums in another order have other bits. */
static Net open_net(const char *graph, const char *kind)
{
    Net net = {.graph = digraph_create(graph, 1001)};
    net.n = net.graph->nodes;
    net.links = links_create(net.n, net.graph->edges, net.graph->from, net.graph->to, "neighbor");
    net.coordination = coordination_create(kind, net.graph, net.links, 1000);
    links_reset_traffic(net.links);
    int64_t distance[MOST];
    for (int64_t i = 0; i < net.n; i++) {
        digraph_distances(net.graph, i, distance);
        for (int64_t j = 0; j < net.n; j++)
            if (distance[j] > net.diameter) net.diameter = distance[j];
        net.value[2 * i] = sin(1.0 + (double)(i * i)) * pow(10.0, (double)(i % 3));
        net.value[2 * i + 1] = cos((double)(7 * i)) - 0.3;
    }
    return net;
}

static void close_net(Net *net)
{
    coordination_free(net->coordination);
    links_free(net->links);
    digraph_free(net->graph);
}

static CoordinationReport run(Net *net, Aggregate aggregate)
{
    return coordination_run(net->coordination, aggregate, 2, net->value, net->result);
}

static double mean_of(const Net *net, int column)
{
    double sum = net->value[column];
    for (int64_t i = 1; i < net->n; i++) sum += net->value[2 * i + column];
    return sum / (double)net->n;
}

static double extreme_of(const Net *net, int column, double sign)
{
    double most = -INFINITY;
    for (int64_t i = 0; i < net->n; i++) most = fmax(most, sign * net->value[2 * i + column]);
    return sign * most;
}

static bool all_nodes_hold(const Net *net, int column, double number)
{
    for (int64_t i = 0; i < net->n; i++)
        if (memcmp(&net->result[2 * i + column], &number, sizeof number) != 0) return false;
    return true;
}

static const char *const graphs[] = {
    "ring:nodes=2",        "ring:nodes=11",   "bidirectional_ring:nodes=9",
    "star:nodes=8",        "grid:nodes=12",   "random:nodes=20,share=0.1",
    "unbalanced:nodes=15", "complete:nodes=5"};
enum { GRAPHS = sizeof graphs / sizeof *graphs };

/* To the last bit: the sum in node order, divided by n. */
Test(flood, gives_every_node_the_same_bits_of_the_mean)
{
    for (int g = 0; g < GRAPHS; g++) {
        Net net = open_net(graphs[g], "flood");
        CoordinationReport report = run(&net, COORDINATE_MEAN);
        for (int column = 0; column < 2; column++)
            cr_assert(all_nodes_hold(&net, column, mean_of(&net, column)), "%s", graphs[g]);
        cr_assert(report.trusted && report.spread == 0.0);
        close_net(&net);
    }
}

static bool never(void *context, int64_t round, int64_t edge, int64_t width, double *words)
{
    (void)context, (void)round, (void)edge, (void)width, (void)words;
    return true;
}

/* A fault that might happen makes every message travel. */
Test(flood, by_messages_is_to_the_bit_what_it_is_at_once)
{
    for (int g = 0; g < GRAPHS; g++)
        for (Aggregate a = COORDINATE_MEAN; a <= COORDINATE_LARGEST; a++) {
            Net once = open_net(graphs[g], "flood"), sent = open_net(graphs[g], "flood");
            links_set_fault(sent.links, never, NULL);
            cr_assert(run(&once, a).trusted && run(&sent, a).trusted);
            cr_assert(eq(int, memcmp(once.result, sent.result, sizeof once.result), 0));
            Traffic one = links_traffic(once.links), other = links_traffic(sent.links);
            cr_assert(eq(int, memcmp(&one, &other, sizeof one), 0));
            close_net(&once);
            close_net(&sent);
        }
}

Test(flood, finds_least_and_largest)
{
    Net net = open_net("random:nodes=20,share=0.1", "flood");
    run(&net, COORDINATE_LEAST);
    cr_assert(all_nodes_hold(&net, 0, extreme_of(&net, 0, -1.0)));
    run(&net, COORDINATE_LARGEST);
    cr_assert(all_nodes_hold(&net, 1, extreme_of(&net, 1, 1.0)));
    close_net(&net);
}

/* Every value crosses each edge of a directed ring but the one back to its origin: n (n − 1) words,
 * in n − 1 rounds of n messages. On a bidirectional ring of odd n nothing is told to whom it came
 * from: 2 edges per node, (n − 1) / 2 values over each, and n values that two neighbours of equal
 * distance tell each other in vain are never sent, since the diameter ends them. */
Test(flood, crosses_each_edge_at_most_once_with_each_value)
{
    Net ring = open_net("ring:nodes=11", "flood");
    run(&ring, COORDINATE_MEAN);
    cr_assert(eq(i64, links_traffic(ring.links).rounds, 10));
    cr_assert(eq(i64, links_traffic(ring.links).messages, 110));
    cr_assert(eq(i64, links_traffic(ring.links).bytes, 8 * 2 * 110));
    close_net(&ring);
    Net both = open_net("bidirectional_ring:nodes=9", "flood");
    run(&both, COORDINATE_MEAN);
    cr_assert(eq(i64, links_traffic(both.links).rounds, 4));
    cr_assert(eq(i64, links_traffic(both.links).bytes, 8 * 2 * 2 * 9 * 4));
    close_net(&both);
    for (int g = 0; g < GRAPHS; g++) {
        Net net = open_net(graphs[g], "flood");
        run(&net, COORDINATE_MEAN);
        Traffic traffic = links_traffic(net.links);
        cr_assert(eq(i64, traffic.rounds, net.diameter));
        cr_assert(traffic.bytes <= 8 * 2 * net.graph->edges * (net.n - 1));
        cr_assert(traffic.bytes >= 8 * 2 * net.n * (net.n - 1)); /* each must hear n − 1 values */
        close_net(&net);
    }
}

/* A triangle 0, 1, 2 and 3 behind 2, edges both ways. Round 1: 8 messages of a value. Round 2: v0
 * by 1 → 2 and 2 → 1, which had it both from 0 and cannot know, and by 2 → 3; v1 likewise; v2 by 0
 * → 1 and 1 → 0; v3 by 2 → 0 and 2 → 1: 10 values. */
static Net triangle_with_a_tail(void)
{
    const int64_t from[] = {0, 1, 0, 2, 1, 2, 2, 3}, to[] = {1, 0, 2, 0, 2, 1, 3, 2};
    Net net = {.graph = digraph_of(4, 8, from, to), .n = 4, .diameter = 2};
    net.links = links_create(4, 8, net.graph->from, net.graph->to, "neighbor");
    net.coordination = coordination_create("flood", net.graph, net.links, 1000);
    for (int k = 0; k < 8; k++) net.value[k] = 1.0 / (1.0 + k);
    return net;
}

Test(flood, tells_neighbours_what_they_hear_elsewhere_in_the_same_round)
{
    Net net = triangle_with_a_tail();
    links_reset_traffic(net.links);
    run(&net, COORDINATE_MEAN);
    cr_assert(eq(i64, links_traffic(net.links).bytes, 8 * 2 * (8 + 10)));
    close_net(&net);
}

typedef struct {
    int64_t round, edge;
    double damage; /* 0: lost */
} Accident;

static bool happen(void *context, int64_t round, int64_t edge, int64_t width, double *words)
{
    const Accident *accident = context;
    if (round != accident->round || edge != accident->edge) return true;
    for (int64_t k = 0; k < width; k++) words[k] += accident->damage;
    return accident->damage != 0.0;
}

/* On a ring there is one way only; the loss shows at every node behind it. Learning took the first
 * 10 rounds. */
Test(flood, a_lost_message_is_noticed_where_there_is_no_other_way)
{
    Net net = open_net("ring:nodes=11", "flood");
    Accident accident = {.round = 10, .edge = 3};
    links_set_fault(net.links, happen, &accident);
    cr_assert(not(run(&net, COORDINATE_MEAN).trusted));
    int lost = 0;
    for (int64_t i = 0; i < net.n; i++) lost += isnan(net.result[2 * i]);
    cr_assert(eq(int, lost, 10)); /* all but the node whose value it was */
    close_net(&net);
}

/* Node 2 has v0 from 0 when 1 tells it again: edges are (1→0), (2→0), (0→1), (2→1), (0→2), (1→2) …
 */
Test(flood, a_copy_that_is_not_needed_may_be_lost)
{
    Net net = triangle_with_a_tail();
    Accident accident = {.round = 3, .edge = 5};
    links_set_fault(net.links, happen, &accident);
    cr_assert(run(&net, COORDINATE_MEAN).trusted);
    cr_assert(eq(i64, links_lost(net.links), 1));
    cr_assert(all_nodes_hold(&net, 0, mean_of(&net, 0)));
    close_net(&net);
}

/* In a complete graph D = 1, so that a value comes once. With two ways of equal length, as 0 → 3
 * over 1 and 2 in an exponential graph, the second copy replaces the lost one. */
Test(flood, a_value_lost_on_one_way_may_come_by_another)
{
    Net net = open_net("exponential:nodes=8", "flood");
    run(&net, COORDINATE_MEAN);
    double mean = net.result[0];
    int survived = 0, noticed = 0;
    int64_t start = 2 * net.diameter;
    for (int64_t round = 0; round < net.diameter; round++)
        for (int64_t edge = 0; edge < net.graph->edges; edge++) {
            Accident accident = {.round = start + round, .edge = edge};
            links_set_fault(net.links, happen, &accident);
            bool trusted = run(&net, COORDINATE_MEAN).trusted;
            start += net.diameter;
            bool whole = all_nodes_hold(&net, 0, mean);
            cr_assert(eq(int, trusted, whole)); /* never trusted and wrong */
            survived += whole;
            noticed += !whole;
        }
    cr_assert(survived > 0);
    cr_assert(noticed > 0);
    close_net(&net);
}

Test(consensus, finds_least_and_largest_in_as_many_rounds_as_the_diameter)
{
    for (int g = 0; g < GRAPHS; g++) {
        Net net = open_net(graphs[g], "consensus");
        cr_assert(run(&net, COORDINATE_LEAST).trusted);
        for (int column = 0; column < 2; column++)
            cr_assert(all_nodes_hold(&net, column, extreme_of(&net, column, -1.0)));
        cr_assert(eq(i64, links_traffic(net.links).rounds, net.diameter));
        cr_assert(eq(i64, links_traffic(net.links).bytes, 16 * net.diameter * net.graph->edges));
        run(&net, COORDINATE_LARGEST);
        for (int column = 0; column < 2; column++)
            cr_assert(all_nodes_hold(&net, column, extreme_of(&net, column, 1.0)));
        close_net(&net);
    }
}

Test(consensus, one_value_that_is_no_number_shows_at_every_node)
{
    Net net = open_net("ring:nodes=11", "consensus");
    net.value[0] = NAN;
    cr_assert(not(run(&net, COORDINATE_LARGEST).trusted));
    for (int64_t i = 0; i < net.n; i++) {
        cr_assert(isnan(net.result[2 * i]));
        cr_assert(not(isnan(net.result[2 * i + 1])));
    }
    close_net(&net);
}

static void ask_for_a_mean(void *context)
{
    (void)context;
    Net net = open_net("ring:nodes=3", "consensus");
    run(&net, COORDINATE_MEAN);
}

Test(consensus, refuses_means)
{
    Ending ending = dying_run(ask_for_a_mean, NULL);
    cr_assert(eq(int, ending.exit_code, 2));
    cr_assert(ne(ptr, strstr(ending.err, "'consensus' cannot find the mean"), NULL));
}

/* The mean lies between the least and the largest ratio, so the largest is off by no more than the
 * spread: tolerance x the largest |value|. Rounding adds at most a few hundred units of 2^-53. */
Test(stopping, is_as_close_as_its_tolerance_says_and_the_same_at_every_node)
{
    for (int g = 0; g < GRAPHS; g++) {
        for (int digits = 4; digits <= 12; digits += 4) {
            char kind[64];
            snprintf(kind, sizeof kind, "stopping:tolerance=1e-%d", digits);
            Net net = open_net(graphs[g], kind);
            CoordinationReport report = run(&net, COORDINATE_MEAN);
            double tolerance = pow(10.0, -digits);
            cr_assert(report.trusted && report.spread <= tolerance);
            for (int column = 0; column < 2; column++) {
                double scale =
                    fmax(fabs(extreme_of(&net, column, 1)), fabs(extreme_of(&net, column, -1)));
                double error = fabs(net.result[column] - mean_of(&net, column));
                cr_assert(all_nodes_hold(&net, column, net.result[column]));
                cr_assert(error <= (report.spread + 1000 * DBL_EPSILON) * scale, "%s: %g",
                          graphs[g], error / scale);
            }
            close_net(&net);
        }
    }
}

/* By a power of two every step of the arithmetic is the same but for exponents. */
Test(stopping, its_tolerance_is_relative_to_the_largest_value)
{
    Net small = open_net("random:nodes=20,share=0.1", "stopping:tolerance=1e-6");
    Net large = open_net("random:nodes=20,share=0.1", "stopping:tolerance=1e-6");
    for (int64_t k = 0; k < 2 * large.n; k++) large.value[k] *= 1048576.0;
    double spread = run(&small, COORDINATE_MEAN).spread;
    cr_assert(eq(dbl, run(&large, COORDINATE_MEAN).spread, spread));
    cr_assert(all_nodes_hold(&large, 1, 1048576.0 * small.result[1]));
    cr_assert(eq(i64, links_traffic(large.links).rounds, links_traffic(small.links).rounds));
    close_net(&small);
    close_net(&large);
}

Test(stopping, sends_three_words_a_number_and_one_more_and_stops_at_windows)
{
    Net net = open_net("random:nodes=20,share=0.1", "stopping");
    run(&net, COORDINATE_MEAN);
    Traffic traffic = links_traffic(net.links);
    cr_assert(eq(i64, traffic.rounds % net.diameter, 0));
    cr_assert(eq(i64, traffic.messages, traffic.rounds * net.graph->edges));
    cr_assert(eq(i64, traffic.bytes, 8 * (3 * 2 + 1) * traffic.messages));
    close_net(&net);
}

/* P = 1/2 (I + shift) on the ring has |λ2| = cos(π / n), so that an error shrinks by a factor of f
 * in −ln f / −ln cos(π / n) rounds: 23 for ten digits at n = 3 … 1125 at n = 22. Two windows more:
 * the spread is that of the last window's begin, and ends fall on windows. */
Test(stopping, takes_the_rounds_that_the_second_eigenvalue_says)
{
    for (int64_t n = 3; n <= 22; n++) {
        char graph[32];
        snprintf(graph, sizeof graph, "ring:nodes=%d", (int)n);
        Net net = open_net(graph, "stopping:tolerance=1e-10");
        run(&net, COORDINATE_MEAN);
        double rounds = (double)links_traffic(net.links).rounds;
        double theory = -log(1e-10) / -log(cos(acos(-1.0) / (double)n));
        double window = (double)net.diameter;
        /* Values of several magnitudes begin with a spread of at most 2 and n modes: ln(2 n). */
        double start = log(2.0 * (double)n) / -log(cos(acos(-1.0) / (double)n));
        cr_assert(rounds <= theory + start + 2 * window, "n %d: %g", (int)n, rounds);
        cr_assert(rounds >= 0.5 * theory, "n %d: %g", (int)n, rounds);
        close_net(&net);
    }
}

/* With self = 0 a ring only passes the values round: the spread never shrinks. */
Test(stopping, a_network_that_never_mixes_is_given_up_and_not_trusted)
{
    Net net = open_net("ring:nodes=5", "stopping:windows=3,self=1e-300");
    CoordinationReport report = run(&net, COORDINATE_MEAN);
    cr_assert(not(report.trusted));
    cr_assert(report.spread > 0.1);
    cr_assert(eq(i64, links_traffic(net.links).rounds, 3 * net.diameter));
    close_net(&net);
}

Test(stopping, equal_values_are_known_after_one_window)
{
    Net net = open_net("star:nodes=8", "stopping");
    for (int64_t i = 0; i < 2 * net.n; i++) net.value[i] = i % 2 ? 0.0 : -3.25;
    cr_assert(run(&net, COORDINATE_MEAN).trusted);
    cr_assert(all_nodes_hold(&net, 0, -3.25));
    cr_assert(eq(i64, links_traffic(net.links).rounds, net.diameter));
    close_net(&net);
}

Test(stopping, a_lost_message_is_noticed)
{
    Net net = open_net("random:nodes=20,share=0.1", "stopping");
    Accident accident = {.round = 12, .edge = 7};
    links_set_fault(net.links, happen, &accident);
    cr_assert(not(run(&net, COORDINATE_MEAN).trusted));
    close_net(&net);
}

/* Mass that was added on the way stays: all nodes agree on a mean that is wrong. */
Test(stopping, a_damaged_message_is_not_noticed)
{
    Net net = open_net("random:nodes=20,share=0.1", "stopping");
    Accident accident = {.round = 1, .edge = 7, .damage = 0.01};
    links_set_fault(net.links, happen, &accident);
    cr_assert(run(&net, COORDINATE_MEAN).trusted);
    cr_assert(all_nodes_hold(&net, 0, net.result[0]));
    cr_assert(fabs(net.result[0] - mean_of(&net, 0)) > 1e-6);
    close_net(&net);
}

Test(coordination, the_counts_foretold_are_those_counted)
{
    for (int g = 0; g < GRAPHS; g++)
        for (int kind = 0; kind < coordination_kind_count(); kind++) {
            const char *name = coordination_kind_name(kind);
            Net net = open_net(graphs[g], name);
            CoordinationCost cost = coordination_cost(net.coordination, 2);
            Aggregate aggregate =
                coordination_kind_does(kind, COORDINATE_MEAN) ? COORDINATE_MEAN : COORDINATE_LEAST;
            CoordinationReport report = run(&net, aggregate);
            Traffic traffic = links_traffic(net.links);
            if (!isnan(cost.rounds) && !report.fell_back) {
                cr_assert(eq(dbl, cost.rounds, (double)traffic.rounds), "%s %s", name, graphs[g]);
                cr_assert(eq(dbl, cost.messages, (double)traffic.messages), "%s %s", name,
                          graphs[g]);
                cr_assert(eq(dbl, cost.bytes, (double)traffic.bytes), "%s %s", name, graphs[g]);
            }
            close_net(&net);
        }
}

Test(coordination, the_cost_of_learning_is_what_was_counted)
{
    for (int kind = 0; kind < coordination_kind_count(); kind++) {
        const char *name = coordination_kind_name(kind);
        Digraph *graph = digraph_create("random:nodes=9,share=0.2", 1002);
        Links *links = links_create(graph->nodes, graph->edges, graph->from, graph->to, "neighbor");
        Coordination *coordination = coordination_create(name, graph, links, 1);
        CoordinationCost cost = coordination_cost(coordination, 3);
        Traffic traffic = links_traffic(links);
        if (!isnan(cost.learning_rounds)) {
            cr_assert(eq(dbl, cost.learning_rounds, (double)traffic.rounds), "%s", name);
            cr_assert(eq(dbl, cost.learning_messages, (double)traffic.messages), "%s", name);
            cr_assert(eq(dbl, cost.learning_bytes, (double)traffic.bytes), "%s", name);
        }
        coordination_free(coordination);
        links_free(links);
        digraph_free(graph);
    }
}

static void unknown_kind(void *context)
{
    (void)context;
    open_net("ring:nodes=3", "gossip");
}

static void unknown_key(void *context)
{
    (void)context;
    open_net("ring:nodes=3", "flood:speed=3");
}

static void disconnected(void *context)
{
    (void)context;
    const int64_t from[] = {0}, to[] = {1};
    Digraph *graph = digraph_of(2, 1, from, to);
    Links *links = links_create(2, 1, from, to, "neighbor");
    coordination_create("consensus", graph, links, 1);
}

Test(coordination, wrong_texts_and_networks_end_with_a_sentence)
{
    Ending ending = dying_run(unknown_kind, NULL);
    cr_assert(eq(int, ending.exit_code, 2));
    cr_assert(ne(ptr, strstr(ending.err, "flood, stopping"), NULL));
    ending = dying_run(unknown_key, NULL);
    cr_assert(eq(int, ending.exit_code, 2));
    cr_assert(ne(ptr, strstr(ending.err, "speed"), NULL));
    ending = dying_run(disconnected, NULL);
    cr_assert(eq(int, ending.exit_code, 1));
    cr_assert(ne(ptr, strstr(ending.err, "strongly connected"), NULL));
}
