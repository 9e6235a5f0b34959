/* Flooding: a node passes every value on in the round after it first heard it; after D rounds (the
 * diameter) all hold all n values and add them in node order: the same bits at every node.
 *
 * Edge (j → i) carries the value of v in round d(v, j) + 1, d being the distance from v to j,
 * unless v is i or j heard v from i. So each value crosses an edge at most once, at most E (n − 1)
 * in all. The first flood carries the nodes' numbers: from it on both ends of an edge know which
 * values travel when, and messages are values alone. */
#include "base/die.h"
#include "graph/coordination_kinds.h"
#include "graph/digraph_walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const Digraph *graph;
    int64_t nodes, diameter;
    int32_t *distance;     /* [node][value] */
    int32_t *order;        /* [node]: values by (distance, number) */
    int32_t *layer;        /* [node][0 … diameter + 1]: where each distance begins in order */
    int64_t *reverse;      /* edges: is there an edge back? */
    int64_t *words;        /* [round][edge]: values that it carries */
    int64_t own_out, *out; /* own nodes' out-edges, ascending */
    int64_t most_sent, most_heard; /* values of a rank in a round */
    bool learned;                  /* the numbers heard were those expected */
    double values, messages;       /* of all rounds and edges */
} Flood;

/* A value's way over an edge: is it sent in the round after `from` first heard it? */
static bool is_carried(const Flood *flood, int64_t edge, int64_t value)
{
    int64_t n = flood->nodes, from = flood->graph->from[edge], to = flood->graph->to[edge];
    return value != to && !(flood->reverse[edge] &&
                            flood->distance[to * n + value] < flood->distance[from * n + value]);
}

static void find_distances(Flood *flood)
{
    int64_t n = flood->nodes;
    int64_t *distance = alloc_zeroed((size_t)n, sizeof *distance);
    flood->diameter = coordination_diameter(flood->graph);
    flood->distance = alloc_zeroed((size_t)(n * n), sizeof *flood->distance);
    for (int64_t value = 0; value < n; value++) {
        digraph_distances(flood->graph, value, distance);
        for (int64_t i = 0; i < n; i++) flood->distance[i * n + value] = (int32_t)distance[i];
    }
    free(distance);
}

/* A counting sort of each node's values by distance. */
static void find_layers(Flood *flood)
{
    int64_t n = flood->nodes, layers = flood->diameter + 2;
    flood->order = alloc_zeroed((size_t)(n * n), sizeof *flood->order);
    flood->layer = alloc_zeroed((size_t)(n * layers), sizeof *flood->layer);
    int32_t *next = alloc_zeroed((size_t)layers, sizeof *next);
    for (int64_t i = 0; i < n; i++) {
        int32_t *first = flood->layer + i * layers, *order = flood->order + i * n;
        const int32_t *distance = flood->distance + i * n;
        for (int64_t value = 0; value < n; value++) first[distance[value] + 1]++;
        for (int64_t k = 1; k < layers; k++) first[k] += first[k - 1];
        memcpy(next, first, (size_t)layers * sizeof *next);
        for (int64_t value = 0; value < n; value++) order[next[distance[value]]++] = (int32_t)value;
    }
    free(next);
}

static void find_reverse(Flood *flood)
{
    const Digraph *graph = flood->graph;
    flood->reverse = alloc_zeroed((size_t)graph->edges, sizeof *flood->reverse);
    for (int64_t e = 0; e < graph->edges; e++)
        for (int64_t k = graph->first_in[graph->from[e]]; k < graph->first_in[graph->from[e] + 1];
             k++)
            flood->reverse[e] |= graph->from[k] == graph->to[e];
}

/* The values that `edge` carries in `round` (0, 1 …), ascending: calls visit for each. */
typedef void Visit(void *context, int64_t edge, int64_t value);
static void each_carried(const Flood *flood, int64_t round, int64_t edge, Visit *visit,
                         void *context)
{
    int64_t from = flood->graph->from[edge];
    const int32_t *first = flood->layer + from * (flood->diameter + 2) + round;
    for (int32_t k = first[0]; k < first[1]; k++) {
        int64_t value = flood->order[from * flood->nodes + k];
        if (is_carried(flood, edge, value)) visit(context, edge, value);
    }
}

static void count_one(void *context, int64_t edge, int64_t value)
{
    (void)edge, (void)value;
    ++*(int64_t *)context;
}

static void find_words(Flood *flood, const Links *links)
{
    int64_t edges = flood->graph->edges, first = links_first_edge(links);
    flood->words = alloc_zeroed((size_t)(flood->diameter * edges), sizeof *flood->words);
    for (int64_t round = 0; round < flood->diameter; round++) {
        int64_t sent = 0, heard = 0, *words = flood->words + round * edges;
        for (int64_t e = 0; e < edges; e++) {
            each_carried(flood, round, e, count_one, &words[e]);
            flood->values += (double)words[e];
            flood->messages += words[e] > 0;
            if (e >= first && e < first + links_edge_count(links)) heard += words[e];
        }
        for (int64_t k = 0; k < flood->own_out; k++) sent += words[flood->out[k]];
        if (sent > flood->most_sent) flood->most_sent = sent;
        if (heard > flood->most_heard) flood->most_heard = heard;
    }
}

static void find_out(Flood *flood, const Links *links)
{
    const Digraph *graph = flood->graph;
    int64_t first = links_first(links), count = links_count(links);
    flood->out = alloc_zeroed((size_t)graph->edges, sizeof *flood->out);
    for (int64_t e = 0; e < graph->edges; e++)
        if (graph->from[e] >= first && graph->from[e] < first + count)
            flood->out[flood->own_out++] = e;
}

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
    return wave->known + ((node - wave->first) * wave->flood->nodes + value) * wave->width;
}

static void send_one(void *context, int64_t edge, int64_t value)
{
    Wave *wave = context;
    size_t bytes = (size_t)wave->width * sizeof(double);
    memcpy(wave->at, known_at(wave, wave->flood->graph->from[edge], value), bytes);
    wave->at += wave->width;
}

/* The first copy stays; one that was lost on its way is replaced by one that comes later. */
static void hear_one(void *context, int64_t edge, int64_t value)
{
    Wave *wave = context;
    double *known = known_at(wave, wave->flood->graph->to[edge], value);
    if (isnan(known[0])) memcpy(known, wave->at, (size_t)wave->width * sizeof *known);
    wave->at += wave->width;
}

static void flood_round(Wave *wave, int64_t round, const int64_t *words, double *sent,
                        double *heard)
{
    const Flood *flood = wave->flood;
    int64_t first = links_first_edge(wave->links);
    wave->at = sent;
    for (int64_t k = 0; k < flood->own_out; k++)
        each_carried(flood, round, flood->out[k], send_one, wave);
    links_round_varied(wave->links, words, sent, heard);
    wave->at = heard;
    for (int64_t k = 0; k < links_edge_count(wave->links); k++)
        each_carried(flood, round, first + k, hear_one, wave);
}

/* values: own nodes x width. known: own nodes x nodes x width. */
static void spread(const Flood *flood, Links *links, int64_t width, const double *values,
                   double *known)
{
    Wave wave = {flood, links, width, links_first(links), known, NULL};
    int64_t edges = flood->graph->edges, count = links_count(links);
    double *sent = alloc_zeroed((size_t)(flood->most_sent * width), sizeof *sent);
    double *heard = alloc_zeroed((size_t)(flood->most_heard * width), sizeof *heard);
    int64_t *words = alloc_zeroed((size_t)edges, sizeof *words);
    for (int64_t k = 0; k < count * flood->nodes; k++) known[k * width] = NAN;
    for (int64_t i = 0; i < count; i++)
        memcpy(known_at(&wave, wave.first + i, wave.first + i), values + i * width,
               (size_t)width * sizeof *known);
    for (int64_t round = 0; round < flood->diameter; round++) {
        for (int64_t e = 0; e < edges; e++) words[e] = flood->words[round * edges + e] * width;
        flood_round(&wave, round, words, sent, heard);
    }
    free(sent);
    free(heard);
    free(words);
}

/* The flood of the nodes' numbers: exact in double. */
static void learn(Flood *flood, Links *links)
{
    int64_t count = links_count(links), n = flood->nodes;
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
    flood->graph = coordination->graph;
    flood->nodes = coordination->graph->nodes;
    find_distances(flood);
    find_layers(flood);
    find_reverse(flood);
    find_out(flood, coordination->links);
    find_words(flood, coordination->links);
    learn(flood, coordination->links);
    return flood;
}

static void flood_free(void *state)
{
    Flood *flood = state;
    free(flood->distance);
    free(flood->order);
    free(flood->layer);
    free(flood->reverse);
    free(flood->words);
    free(flood->out);
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
    int64_t edges = flood->graph->edges;
    int64_t *words = alloc_zeroed((size_t)edges, sizeof *words);
    for (int64_t round = 0; round < flood->diameter; round++) {
        for (int64_t e = 0; e < edges; e++) words[e] = flood->words[round * edges + e] * width;
        links_count_round(links, words);
    }
    add_up(flood->nodes, aggregate, width, values, result);
    for (int64_t i = 1; i < flood->nodes; i++)
        memcpy(result + i * width, result, (size_t)width * sizeof *result);
    free(words);
}

static void run_by_messages(const Flood *flood, Links *links, Aggregate aggregate, int64_t width,
                            const double *values, double *result)
{
    int64_t count = links_count(links), row = flood->nodes * width;
    double *known = alloc_zeroed((size_t)(count * row), sizeof *known);
    spread(flood, links, width, values, known);
    for (int64_t i = 0; i < count; i++)
        add_up(flood->nodes, aggregate, width, known + i * row, result + i * width);
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
    double rounds = (double)flood->diameter, bytes = 8.0 * flood->values;
    return (CoordinationCost){.rounds = rounds,
                              .messages = flood->messages,
                              .bytes = bytes * (double)width,
                              .learning_rounds = rounds,
                              .learning_messages = flood->messages,
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
