/* Flooding: a node passes every value on in the round after it first heard it; after D rounds (the
 * diameter) all hold all n values and add them in node order: the same bits at every node.
 *
 * The first flood carries the nodes' numbers: from it on both ends of an edge know which values
 * travel when (flood_plan.h), and messages are values alone. */
#include "base/die.h"
#include "graph/coordination_kinds.h"
#include "graph/flood_plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    FloodPlan plan;
    bool learned; /* the numbers heard were those expected */
} Flood;

/* One flood on its way. */
typedef struct {
    const Flood *flood;
    Links *links;
    int64_t width, first;
    double *known; /* [own node][value][width]: first word NaN until it is known */
    double *at;    /* where the next message lies */
} Wave;

static double *known_at(const Wave *wave, int64_t node, int64_t value)
{
    return wave->known + ((node - wave->first) * wave->flood->plan.nodes + value) * wave->width;
}

static void send_one(void *context, int64_t edge, int64_t value)
{
    Wave *wave = context;
    size_t bytes = (size_t)wave->width * sizeof(double);
    memcpy(wave->at, known_at(wave, wave->flood->plan.graph->from[edge], value), bytes);
    wave->at += wave->width;
}

/* The first copy stays; one that was lost on its way is replaced by one that comes later. */
static void hear_one(void *context, int64_t edge, int64_t value)
{
    Wave *wave = context;
    double *known = known_at(wave, wave->flood->plan.graph->to[edge], value);
    if (isnan(known[0])) memcpy(known, wave->at, (size_t)wave->width * sizeof *known);
    wave->at += wave->width;
}

static void flood_round(Wave *wave, int64_t round, const int64_t *words, double *sent,
                        double *heard)
{
    const Flood *flood = wave->flood;
    int64_t first = links_first_edge(wave->links);
    wave->at = sent;
    for (int64_t k = 0; k < flood->plan.own_out; k++)
        flood_plan_each(&flood->plan, round, flood->plan.out[k], send_one, wave);
    links_round_varied(wave->links, words, sent, heard);
    wave->at = heard;
    for (int64_t k = 0; k < links_edge_count(wave->links); k++)
        flood_plan_each(&flood->plan, round, first + k, hear_one, wave);
}

/* values: own nodes x width. known: own nodes x nodes x width. */
static void spread(const Flood *flood, Links *links, int64_t width, const double *values,
                   double *known)
{
    Wave wave = {flood, links, width, links_first(links), known, NULL};
    int64_t edges = flood->plan.graph->edges, count = links_count(links);
    double *sent = alloc_zeroed((size_t)(flood->plan.most_sent * width), sizeof *sent);
    double *heard = alloc_zeroed((size_t)(flood->plan.most_heard * width), sizeof *heard);
    int64_t *words = alloc_zeroed((size_t)edges, sizeof *words);
    for (int64_t k = 0; k < count * flood->plan.nodes; k++) known[k * width] = NAN;
    for (int64_t i = 0; i < count; i++)
        memcpy(known_at(&wave, wave.first + i, wave.first + i), values + i * width,
               (size_t)width * sizeof *known);
    for (int64_t round = 0; round < flood->plan.diameter; round++) {
        for (int64_t e = 0; e < edges; e++) words[e] = flood->plan.words[round * edges + e] * width;
        flood_round(&wave, round, words, sent, heard);
    }
    free(sent);
    free(heard);
    free(words);
}

/* The flood of the nodes' numbers: exact in double. */
static void learn(Flood *flood, Links *links)
{
    int64_t count = links_count(links), n = flood->plan.nodes;
    double *numbers = alloc_zeroed((size_t)count, sizeof *numbers);
    double *known = alloc_zeroed((size_t)(count * n), sizeof *known);
    for (int64_t i = 0; i < count; i++) numbers[i] = (double)(links_first(links) + i);
    spread(flood, links, 1, numbers, known);
    flood->learned = true;
    for (int64_t k = 0; k < count * n; k++) flood->learned &= known[k] == (double)(k % n);
    free(numbers);
    free(known);
}

static void *create(const Coordination *coordination, const Spec *spec)
{
    (void)spec;
    Flood *flood = alloc_zeroed(1, sizeof *flood);
    flood->plan = flood_plan_open(coordination->graph, coordination->links);
    learn(flood, coordination->links);
    return flood;
}

static void flood_free(void *state)
{
    Flood *flood = state;
    flood_plan_close(&flood->plan);
    free(flood);
}

static double fold(Aggregate aggregate, double a, double b)
{
    if (aggregate == COORDINATE_MEAN) return a + b;
    if (isnan(a) || isnan(b)) return NAN;
    return aggregate == COORDINATE_LEAST ? (b < a ? b : a) : (b > a ? b : a);
}

static void add_up(int64_t nodes, Aggregate aggregate, int64_t width, const double *known,
                   double *result)
{
    memcpy(result, known, (size_t)width * sizeof *result);
    for (int64_t value = 1; value < nodes; value++)
        for (int64_t k = 0; k < width; k++)
            result[k] = fold(aggregate, result[k], known[value * width + k]);
    if (aggregate == COORDINATE_MEAN)
        for (int64_t k = 0; k < width; k++) result[k] /= (double)nodes;
}

/* All nodes add up the same values, so that one of them can do it for all where nothing is lost;
 * with several ranks each node hears and adds for itself, to the same bits. */
static void run_at_once(const Flood *flood, Links *links, Aggregate aggregate, int64_t width,
                        const double *values, double *result)
{
    int64_t edges = flood->plan.graph->edges;
    int64_t *words = alloc_zeroed((size_t)edges, sizeof *words);
    for (int64_t round = 0; round < flood->plan.diameter; round++) {
        for (int64_t e = 0; e < edges; e++) words[e] = flood->plan.words[round * edges + e] * width;
        links_count_round(links, words);
    }
    add_up(flood->plan.nodes, aggregate, width, values, result);
    for (int64_t i = 1; i < flood->plan.nodes; i++)
        memcpy(result + i * width, result, (size_t)width * sizeof *result);
    free(words);
}

static void run_by_messages(const Flood *flood, Links *links, Aggregate aggregate, int64_t width,
                            const double *values, double *result)
{
    int64_t count = links_count(links), row = flood->plan.nodes * width;
    double *known = alloc_zeroed((size_t)(count * row), sizeof *known);
    spread(flood, links, width, values, known);
    for (int64_t i = 0; i < count; i++)
        add_up(flood->plan.nodes, aggregate, width, known + i * row, result + i * width);
    free(known);
}

static CoordinationReport run(Coordination *coordination, Aggregate aggregate, int64_t width,
                              const double *values, double *result)
{
    const Flood *flood = coordination->state;
    Links *links = coordination->links;
    if (links_are_sure(links))
        run_at_once(flood, links, aggregate, width, values, result);
    else
        run_by_messages(flood, links, aggregate, width, values, result);
    bool whole = !coordination_has_nan(links_count(links) * width, result);
    return (CoordinationReport){.trusted = flood->learned && whole};
}

static CoordinationCost cost(const Coordination *coordination, int64_t width)
{
    const Flood *flood = coordination->state;
    double rounds = (double)flood->plan.diameter, bytes = 8.0 * flood->plan.values;
    return (CoordinationCost){.rounds = rounds,
                              .messages = flood->plan.messages,
                              .bytes = bytes * (double)width,
                              .learning_rounds = rounds,
                              .learning_messages = flood->plan.messages,
                              .learning_bytes = bytes};
}

const CoordinationKind coordination_flood = {
    .name = "flood",
    .help = "every node hears every value (knows n and the diameter): exact",
    .does = {true, true, true},
    .create = create,
    .free = flood_free,
    .run = run,
    .cost = cost,
};
