/* Ratio consensus that notices when to stop.
 *
 * y ← P y from the values, x ← P x from 1, P column stochastic: y_j / x_j tends to the mean on any
 * strongly connected network, and the mean lies between the least and the largest ratio at all
 * times. Every D rounds (the diameter) max and min consensus, which ran along, tell all nodes these
 * two as they were when the window began; once they are close enough all adopt the largest: the
 * same bits at every node. 3 width + 1 words per edge and round.
 * Ratio consensus: Kempe, Dobra and Gehrke 2003; stopping: Yadav and Salapaka 2007. */
#include "base/die.h"
#include "comm/comm.h"
#include "graph/coordination_kinds.h"
#include "graph/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t diameter, limit; /* windows at most */
    double tolerance;        /* of the spread, relative to the largest |value| of the column */
    Weights weights;
} Stopping;

/* A node's state is a row: width numbers y, x, width largest and width least ratios. */
typedef struct {
    const Digraph *graph;
    Links *links;
    const Weights *weights;
    int64_t width, words, first, count;
    double *own, *heard, *mixed; /* own nodes x words, own in-edges x words, own nodes x (width+1)*/
    double *scale;               /* own nodes x width */
} Window;

static void begin_window(Window *window)
{
    for (int64_t i = 0; i < window->count; i++) {
        double *y = window->own + i * window->words, x = y[window->width];
        double *largest = y + window->width + 1, *least = largest + window->width;
        for (int64_t k = 0; k < window->width; k++) largest[k] = least[k] = y[k] / x;
    }
}

/* NaN wins over every number: what was lost shows at every node. */
static double larger(double a, double b) { return isnan(a) || a > b ? a : b; }

static void hear(const Window *window, int64_t i, const double *heard)
{
    double *largest = window->own + i * window->words + window->width + 1;
    const double *theirs = heard + window->width + 1;
    for (int64_t k = 0; k < window->width; k++) largest[k] = larger(theirs[k], largest[k]);
    double *least = largest + window->width;
    theirs += window->width;
    for (int64_t k = 0; k < window->width; k++) least[k] = -larger(-theirs[k], -least[k]);
}

/* Senders ascending, the node itself first. */
static void mix(const Window *window, int64_t i, double *mixed)
{
    const double *own = window->own + i * window->words;
    int64_t node = window->first + i;
    for (int64_t k = 0; k <= window->width; k++) mixed[k] = window->weights->self[node] * own[k];
    for (int64_t e = window->graph->first_in[node]; e < window->graph->first_in[node + 1]; e++) {
        const double *heard = window->heard + (e - links_first_edge(window->links)) * window->words;
        for (int64_t k = 0; k <= window->width; k++)
            mixed[k] += window->weights->edge[e] * heard[k];
        hear(window, i, heard);
    }
}

static void run_window(Window *window, int64_t rounds)
{
    size_t bytes = (size_t)(window->width + 1) * sizeof(double);
    begin_window(window);
    for (int64_t round = 0; round < rounds; round++) {
        links_round(window->links, window->words, window->own, window->heard);
        for (int64_t i = 0; i < window->count; i++) {
            mix(window, i, window->mixed);
            memcpy(window->own + i * window->words, window->mixed, bytes);
        }
    }
}

/* The first window's ratios are the values themselves. */
static void find_scale(const Window *window)
{
    for (int64_t i = 0; i < window->count; i++) {
        const double *largest = window->own + i * window->words + window->width + 1;
        const double *least = largest + window->width;
        for (int64_t k = 0; k < window->width; k++)
            window->scale[i * window->width + k] = fmax(fabs(largest[k]), fabs(least[k]));
    }
}

/* The largest spread of a column over its scale, of all nodes; NaN if one is. */
static double spread_of(const Window *window)
{
    double own = 0.0, spread = 0.0;
    for (int64_t i = 0; i < window->count; i++) {
        const double *largest = window->own + i * window->words + window->width + 1;
        const double *least = largest + window->width;
        const double *scale = window->scale + i * window->width;
        for (int64_t k = 0; k < window->width; k++)
            if (largest[k] != least[k]) own = larger((largest[k] - least[k]) / scale[k], own);
    }
    /* Nodes differ only where messages were damaged; ranks must not part over that. */
    int ranks = comm_ranks();
    double *all = alloc_zeroed((size_t)ranks, sizeof *all);
    comm_gather(ranks, 1, &own, all);
    for (int rank = 0; rank < ranks; rank++) spread = larger(all[rank], spread);
    free(all);
    return spread;
}

static Window open_window(const Coordination *coordination, int64_t width, const double *values)
{
    const Stopping *stopping = coordination->state;
    Links *links = coordination->links;
    Window window = {.graph = coordination->graph,
                     .links = links,
                     .weights = &stopping->weights,
                     .width = width,
                     .words = 3 * width + 1,
                     .first = links_first(links),
                     .count = links_count(links)};
    size_t count = (size_t)window.count, words = (size_t)window.words;
    window.own = alloc_zeroed(count * words, sizeof(double));
    window.heard = alloc_zeroed((size_t)links_edge_count(links) * words, sizeof(double));
    window.mixed = alloc_zeroed(count * (size_t)(width + 1), sizeof(double));
    window.scale = alloc_zeroed(count * (size_t)width, sizeof(double));
    for (size_t i = 0; i < count; i++) {
        memcpy(window.own + i * words, values + i * (size_t)width, (size_t)width * sizeof(double));
        window.own[i * words + (size_t)width] = 1.0;
    }
    return window;
}

static void close_window(Window *window)
{
    free(window->own);
    free(window->heard);
    free(window->mixed);
    free(window->scale);
}

static CoordinationReport find_mean(const Coordination *coordination, int64_t width,
                                    const double *values, double *result)
{
    const Stopping *stopping = coordination->state;
    Window window = open_window(coordination, width, values);
    double spread = INFINITY;
    for (int64_t k = 0; k < stopping->limit && spread > stopping->tolerance; k++) {
        run_window(&window, stopping->diameter);
        if (k == 0) find_scale(&window);
        spread = spread_of(&window);
    }
    for (int64_t i = 0; i < window.count; i++)
        memcpy(result + i * width, window.own + i * window.words + width + 1,
               (size_t)width * sizeof *result);
    close_window(&window);
    return (CoordinationReport){.trusted = spread <= stopping->tolerance, .spread = spread};
}

static CoordinationReport run(Coordination *coordination, Aggregate aggregate, int64_t width,
                              const double *values, double *result)
{
    const Stopping *stopping = coordination->state;
    if (aggregate == COORDINATE_MEAN) return find_mean(coordination, width, values, result);
    coordination_extreme(coordination->graph, coordination->links, stopping->diameter, aggregate,
                         width, values, result);
    int64_t numbers = links_count(coordination->links) * width;
    return (CoordinationReport){.trusted = !coordination_has_nan(numbers, result)};
}

static CoordinationCost cost(const Coordination *coordination, int64_t width)
{
    (void)coordination, (void)width;
    return (CoordinationCost){.rounds = NAN, .messages = NAN, .bytes = NAN};
}

static void *create(const Coordination *coordination, const Spec *spec)
{
    Stopping *stopping = alloc_zeroed(1, sizeof *stopping);
    stopping->tolerance = spec_real(spec, "tolerance", 1e-10);
    stopping->limit = spec_int(spec, "windows", 1000000);
    double self = spec_real(spec, "self", NAN);
    if (!(stopping->tolerance > 0.0) || stopping->limit < 1)
        die_usage("'%s': tolerance has to be positive and windows at least 1", coordination->text);
    if (!isnan(self) && !(self > 0.0 && self < 1.0))
        die_usage("'%s': self = %g is not between 0 and 1", coordination->text, self);
    stopping->diameter = coordination_diameter(coordination->graph);
    stopping->weights = weights_create(WEIGHTS_COLUMN, coordination->graph, self);
    return stopping;
}

static void stopping_free(void *state)
{
    Stopping *stopping = state;
    weights_free(&stopping->weights);
    free(stopping);
}

const CoordinationKind coordination_stopping = {
    .name = "stopping",
    .help = "ratio consensus until the spread, looked at every diameter (known) rounds, is at most "
            "tolerance=1e-10 of the largest value",
    .does = {true, true, true},
    .create = create,
    .free = stopping_free,
    .run = run,
    .cost = cost,
};
