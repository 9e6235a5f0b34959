/* A learned functional of everything a node hears.
 *
 * y ← P y; node i keeps its own values and those it heard over T rounds, a vector Psi y[0]. From n
 * runs that start from the unit vectors it knows Psi, and finds the shortest g with
 * Psiᵀ g = 1 / n: then gᵀ Psi y[0] is the mean. Sundaram & Hadjicostis 2007; learned by least
 * squares as in Chen and Wang's first subroutine. Learning costs n words per message. */
#include "base/die.h"
#include "compute/general.h"
#include "graph/coordination_kinds.h"
#include "graph/keys.h"
#include "graph/mixing.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NODES_MOST = 200 }; /* learning keeps T n numbers for each edge */

typedef struct {
    Mixing mixing;
    int64_t rounds;
    double tolerance, spread; /* n times the largest residual of Psiᵀ g = 1 / n */
    double *own;              /* own nodes x rounds: of g, for own values */
    double *heard;            /* own in-edges x rounds: for those heard */
} Sundaram;

/* Rounds of `width` numbers; calls back in each with what a node has and what it heard. */
typedef void Hear(void *context, int64_t round, int64_t width, const double *own,
                  const double *heard);

static void each_round(const Sundaram *sundaram, int64_t width, const double *values, Hear *hear,
                       void *context)
{
    const Mixing *mixing = &sundaram->mixing;
    size_t numbers = (size_t)(mixing->count * width);
    size_t messages = (size_t)(links_edge_count(mixing->links) * width);
    double *own = alloc_zeroed(2 * numbers + messages + 1, sizeof *own);
    double *mixed = own + numbers, *heard = mixed + numbers;
    memcpy(own, values, numbers * sizeof *own);
    for (int64_t round = 0; round < sundaram->rounds; round++) {
        links_round(mixing->links, width, own, heard);
        hear(context, round, width, own, heard);
        weights_mix(mixing->graph, &mixing->weights, mixing->first, mixing->count, width, own,
                    heard, mixed);
        memcpy(own, mixed, numbers * sizeof *own);
    }
    free(own);
}

/* Rows of Psi: for each own node or in-edge `rounds` rows of n numbers. */
typedef struct {
    const Sundaram *sundaram;
    double *own, *heard;
} Rows;

static void keep(int64_t items, int64_t rounds, int64_t round, int64_t width, const double *from,
                 double *to)
{
    for (int64_t i = 0; i < items; i++)
        memcpy(to + (i * rounds + round) * width, from + i * width, (size_t)width * sizeof *to);
}

static void keep_rows(void *context, int64_t round, int64_t width, const double *own,
                      const double *heard)
{
    const Rows *rows = context;
    const Mixing *mixing = &rows->sundaram->mixing;
    keep(mixing->count, rows->sundaram->rounds, round, width, own, rows->own);
    keep(links_edge_count(mixing->links), rows->sundaram->rounds, round, width, heard, rows->heard);
}

/* n max |Psiᵀ g − 1 / n|. */
static double residual(int64_t n, int64_t count, const double *transposed, const double *g)
{
    double worst = 0.0;
    for (int64_t v = 0; v < n; v++) {
        double sum = 0.0;
        for (int64_t r = 0; r < count; r++) sum += transposed[v * count + r] * g[r];
        double miss = fabs((double)n * sum - 1.0);
        if (isnan(miss) || miss > worst) worst = miss;
    }
    return worst;
}

/* Node `first + i`: its own rows, then those of its in-edges, ascending. */
static void solve(Sundaram *sundaram, const Rows *rows, int64_t i)
{
    const Mixing *mixing = &sundaram->mixing;
    int64_t n = mixing->graph->nodes, T = sundaram->rounds;
    const int64_t *first_in = mixing->graph->first_in + mixing->first;
    int64_t before = first_in[i] - first_in[0], edges = first_in[i + 1] - first_in[i];
    int64_t count = T * (1 + edges);
    double *A = alloc_zeroed((size_t)(n * count + count + n), sizeof *A);
    double *g = A + n * count, *b = g + count;
    for (int64_t r = 0; r < count; r++) {
        const double *row =
            r < T ? rows->own + (i * T + r) * n : rows->heard + (before * T + r - T) * n;
        for (int64_t v = 0; v < n; v++) A[v * count + r] = row[v];
    }
    for (int64_t v = 0; v < n; v++) b[v] = 1.0 / (double)n;
    general_least_squares(n, count, A, b, 1e-14, g);
    double spread = residual(n, count, A, g);
    if (isnan(spread) || spread > sundaram->spread) sundaram->spread = spread;
    memcpy(sundaram->own + i * T, g, (size_t)T * sizeof *g);
    memcpy(sundaram->heard + before * T, g + T, (size_t)(edges * T) * sizeof *g);
    free(A);
}

static void learn(Sundaram *sundaram)
{
    const Mixing *mixing = &sundaram->mixing;
    int64_t n = mixing->graph->nodes, edges = links_edge_count(mixing->links);
    size_t kept = (size_t)(n * sundaram->rounds);
    double *units = alloc_zeroed((size_t)(mixing->count * n) + 1, sizeof *units);
    Rows rows = {sundaram, alloc_zeroed((size_t)mixing->count * kept + 1, sizeof(double)),
                 alloc_zeroed((size_t)edges * kept + 1, sizeof(double))};
    for (int64_t i = 0; i < mixing->count; i++) units[i * n + mixing->first + i] = 1.0;
    each_round(sundaram, n, units, keep_rows, &rows);
    for (int64_t i = 0; i < mixing->count; i++) solve(sundaram, &rows, i);
    free(rows.heard);
    free(rows.own);
    free(units);
}

static void *create(const Coordination *coordination, const Spec *spec)
{
    Sundaram *sundaram = alloc_zeroed(1, sizeof *sundaram);
    int64_t n = coordination->graph->nodes;
    if (n > NODES_MOST)
        die_usage("sundaram: the network has %" PRId64 " nodes, expected at most %d: learning "
                  "would keep a number for each edge, round and node",
                  n, NODES_MOST);
    double self = key_real(spec, "self", 0.05, -1.0, 0.99); /* standard weights lose digits */
    sundaram->rounds = key_int(spec, "rounds", n, 1, 10 * NODES_MOST);
    sundaram->tolerance = key_real(spec, "tolerance", 1e-9, 0.0, 1.0);
    sundaram->mixing =
        mixing_begin(coordination->graph, coordination->links, self < 0.0 ? NAN : self);
    size_t T = (size_t)sundaram->rounds;
    sundaram->own = alloc_zeroed((size_t)sundaram->mixing.count * T + 1, sizeof(double));
    sundaram->heard =
        alloc_zeroed((size_t)links_edge_count(coordination->links) * T + 1, sizeof(double));
    learn(sundaram);
    return sundaram;
}

static void sundaram_free(void *state)
{
    Sundaram *sundaram = state;
    mixing_end(&sundaram->mixing);
    free(sundaram->own);
    free(sundaram->heard);
    free(sundaram);
}

typedef struct {
    const Sundaram *sundaram;
    double *sum;
} Run;

static void add(double weight, int64_t width, const double *values, double *sum)
{
    for (int64_t k = 0; k < width; k++) sum[k] += weight * values[k];
}

static void accumulate(void *context, int64_t round, int64_t width, const double *own,
                       const double *heard)
{
    const Run *run = context;
    const Sundaram *sundaram = run->sundaram;
    const Mixing *mixing = &sundaram->mixing;
    const int64_t *first_in = mixing->graph->first_in + mixing->first;
    for (int64_t i = 0; i < mixing->count; i++) {
        double *sum = run->sum + i * width;
        add(sundaram->own[i * sundaram->rounds + round], width, own + i * width, sum);
        for (int64_t e = first_in[i] - first_in[0]; e < first_in[i + 1] - first_in[0]; e++)
            add(sundaram->heard[e * sundaram->rounds + round], width, heard + e * width, sum);
    }
}

static CoordinationReport run(Coordination *coordination, Aggregate aggregate, int64_t width,
                              const double *values, double *result)
{
    (void)aggregate;
    const Sundaram *sundaram = coordination->state;
    int64_t numbers = sundaram->mixing.count * width;
    for (int64_t k = 0; k < numbers; k++) result[k] = 0.0;
    Run run = {sundaram, result};
    each_round(sundaram, width, values, accumulate, &run);
    bool good = sundaram->spread <= sundaram->tolerance && !coordination_has_nan(numbers, result);
    return (CoordinationReport){.trusted = good, .spread = sundaram->spread};
}

static CoordinationCost cost(const Coordination *coordination, int64_t width)
{
    const Sundaram *sundaram = coordination->state;
    double rounds = (double)sundaram->rounds;
    double messages = rounds * (double)coordination->graph->edges;
    return (CoordinationCost){.rounds = rounds,
                              .messages = messages,
                              .bytes = 8.0 * messages * (double)width,
                              .learning_rounds = rounds,
                              .learning_messages = messages,
                              .learning_bytes =
                                  8.0 * messages * (double)coordination->graph->nodes};
}

const CoordinationKind coordination_sundaram = {
    .name = "sundaram",
    .help = "rounds=n,self=0.05,tolerance=1e-9: the shortest functional of all that a node "
            "hears that is the mean, learned from n unit vectors (knows n)",
    .does = {true, false, false},
    .create = create,
    .free = sundaram_free,
    .run = run,
    .cost = cost,
};
