#include "network/measure.h"

#include "base/die.h"
#include "base/rng.h"
#include "comm/comm.h"
#include "graph/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- values, and what became of them */

/* all: nodes; the own ones are all + links_first(). */
static double *draw_values(const Links *links, uint64_t seed)
{
    int64_t nodes = links_nodes(links);
    double *all = alloc_zeroed((size_t)nodes, sizeof *all);
    Rng rng = rng_stream(seed, 0, RNG_DATA);
    for (int64_t i = 0; i < nodes; i++) all[i] = exp(rng_normal(&rng));
    return all;
}

static double mean_of(int64_t count, const double *values)
{
    double sum = 0.0;
    for (int64_t i = 0; i < count; i++) sum += values[i];
    return sum / (double)count;
}

/* Written so that NaN stays. */
static double largest_error(int64_t count, const double *found, double truth)
{
    double largest = 0.0;
    for (int64_t i = 0; i < count; i++) {
        double error = fabs(found[i] - truth) / fabs(truth);
        if (!(error <= largest)) largest = error;
    }
    return largest;
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* To the last bit. */
static bool all_equal(int64_t count, const double *found)
{
    bool equal = true;
    for (int64_t i = 1; i < count; i++) equal = equal && bits_of(found[0]) == bits_of(found[i]);
    return equal;
}

static Traffic traffic_since(const Links *links, Traffic before)
{
    Traffic now = links_traffic(links);
    return (Traffic){now.rounds - before.rounds, now.messages - before.messages,
                     now.bytes - before.bytes, now.far_bytes - before.far_bytes};
}

/* ---- damage */

typedef struct {
    const Damage *damage;
    int64_t round, edge; /* of the message that is lost */
} Damaging;

static double rounded(double x, int64_t bits)
{
    int exponent;
    double mantissa = frexp(x, &exponent), scale = ldexp(1.0, (int)bits);
    return ldexp(nearbyint(mantissa * scale) / scale, exponent);
}

static bool damage_message(void *context, int64_t round, int64_t edge, int64_t width, double *words)
{
    const Damaging *damaging = context;
    if (damaging->damage->bits > 0)
        for (int64_t k = 0; k < width; k++) words[k] = rounded(words[k], damaging->damage->bits);
    return !(damaging->damage->lost > 0.0 && round == damaging->round && edge == damaging->edge);
}

/* ---- one coordination */

static Damaging plan_damage(const Damage *damage, const Links *links, const CoordinationCost *cost,
                            uint64_t seed)
{
    Rng rng = rng_stream(seed, 0, RNG_NOISE);
    /* Of the first half of the rounds: a loss in the last one may come too late to matter. */
    double rounds = isfinite(cost->rounds) ? ceil(cost->rounds / 2.0) : 1.0;
    int64_t first = links_traffic(links).rounds;
    return (Damaging){damage, first + rng_below(&rng, (int64_t)fmax(rounds, 1.0)),
                      rng_below(&rng, links_edges(links))};
}

CoordinationMeasure measure_coordination(const char *text, const Digraph *graph, Links *links,
                                         uint64_t seed, const Damage *damage)
{
    int64_t nodes = graph->nodes, first = links_first(links), count = links_count(links);
    double *values = draw_values(links, seed), *all = alloc_zeroed((size_t)nodes, sizeof *all);
    double *own = alloc_zeroed((size_t)count + 1, sizeof *own);
    links_reset_traffic(links);
    Coordination *coordination = coordination_create(text, graph, links, seed);
    CoordinationMeasure measure = {.cost = coordination_cost(coordination, 1),
                                   .learning = links_traffic(links)};

    /* A fault, though it be none, makes every message travel: equality is measured, not given. */
    const Damage none = {0};
    Damaging damaging = plan_damage(damage ? damage : &none, links, &measure.cost, seed);
    links_set_fault(links, damage_message, &damaging);
    int64_t lost = links_lost(links);
    CoordinationReport report =
        coordination_run(coordination, COORDINATE_MEAN, 1, values + first, own);
    links_set_fault(links, NULL, NULL);

    comm_gather(nodes, 1, own, all);
    measure.running = traffic_since(links, measure.learning);
    measure.lost = links_lost(links) - lost;
    measure.error = largest_error(nodes, all, mean_of(nodes, values));
    measure.equal = all_equal(nodes, all);
    measure.trusted = report.trusted;
    measure.fell_back = report.fell_back;
    coordination_free(coordination);
    free(own);
    free(all);
    free(values);
    return measure;
}

/* ---- the control */

/* Largest relative change of a node's number, over all nodes. */
static double mix_once(const Digraph *graph, const Weights *weights, Links *links, double *own,
                       double *heard, double *mixed, double *change)
{
    int64_t first = links_first(links), count = links_count(links);
    links_round(links, 1, own, heard);
    weights_mix(graph, weights, first, count, 1, own, heard, mixed);
    double *changes = alloc_zeroed((size_t)count + 1, sizeof *changes);
    for (int64_t i = 0; i < count; i++) changes[i] = fabs(mixed[i] - own[i]) / fabs(mixed[i]);
    comm_gather(graph->nodes, 1, changes, change);
    free(changes);
    memcpy(own, mixed, (size_t)count * sizeof *own);
    double largest = 0.0;
    for (int64_t i = 0; i < graph->nodes; i++) largest = fmax(largest, change[i]);
    return largest;
}

static double perron_error(const Digraph *graph, const Weights *weights)
{
    double *vector = alloc_zeroed((size_t)graph->nodes, sizeof *vector);
    weights_perron(WEIGHTS_COLUMN, graph, weights, vector);
    for (int64_t i = 0; i < graph->nodes; i++) vector[i] *= (double)graph->nodes;
    double largest = largest_error(graph->nodes, vector, 1.0);
    free(vector);
    return largest;
}

UnnormalisedMeasure measure_unnormalised(const Digraph *graph, Links *links, uint64_t seed,
                                         int64_t rounds)
{
    int64_t nodes = graph->nodes, first = links_first(links), count = links_count(links);
    double *values = draw_values(links, seed), *all = alloc_zeroed((size_t)nodes, sizeof *all);
    double *own = alloc_zeroed((size_t)count + 1, sizeof *own);
    double *mixed = alloc_zeroed((size_t)count + 1, sizeof *mixed);
    double *heard = alloc_zeroed((size_t)links_edge_count(links) + 1, sizeof *heard);
    memcpy(own, values + first, (size_t)count * sizeof *own);
    Weights weights = weights_create(WEIGHTS_COLUMN, graph, NAN);
    links_reset_traffic(links);
    for (int64_t k = 0; k < rounds; k++)
        if (mix_once(graph, &weights, links, own, heard, mixed, all) < 1e-12) break;

    comm_gather(nodes, 1, own, all);
    UnnormalisedMeasure measure = {.error = largest_error(nodes, all, mean_of(nodes, values)),
                                   .predicted = perron_error(graph, &weights),
                                   .running = links_traffic(links)};
    weights_free(&weights);
    free(heard);
    free(mixed);
    free(own);
    free(all);
    free(values);
    return measure;
}
