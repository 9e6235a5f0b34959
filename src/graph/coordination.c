#include "graph/coordination.h"

#include "base/die.h"
#include "base/named.h"
#include "comm/comm.h"
#include "graph/coordination_kinds.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static const CoordinationKind *const kinds[] = {
    &coordination_flood,        &coordination_stopping, &coordination_consensus,
    &coordination_finite_field, &coordination_hankel,   &coordination_hankel_checked,
    &coordination_sundaram,
};
enum { KINDS = sizeof kinds / sizeof *kinds };

int coordination_kind_count(void) { return KINDS; }
const char *coordination_kind_name(int kind) { return kinds[kind]->name; }
const char *coordination_kind_help(int kind) { return kinds[kind]->help; }
bool coordination_kind_does(int kind, Aggregate aggregate) { return kinds[kind]->does[aggregate]; }

typedef struct {
    const char *name;
    const CoordinationKind *kind;
} Row;

static const CoordinationKind *kind_named(const char *name)
{
    Row rows[KINDS];
    for (int k = 0; k < KINDS; k++) rows[k] = (Row){kinds[k]->name, kinds[k]};
    const Row *row = named_row("coordination", name, KINDS, sizeof *rows, rows);
    return row->kind;
}

int64_t coordination_diameter(const Digraph *graph)
{
    digraph_require_connected(graph, graph->name);
    return digraph_diameter(graph);
}

Coordination *coordination_create(const char *text, const Digraph *graph, Links *links,
                                  uint64_t seed)
{
    assert(links_nodes(links) == graph->nodes && links_edges(links) == graph->edges);
    Spec *spec = spec_parse(text);
    Coordination *coordination = alloc_zeroed(1, sizeof *coordination);
    *coordination = (Coordination){.kind = kind_named(spec_kind(spec)),
                                   .graph = graph,
                                   .links = links,
                                   .seed = seed,
                                   .text = format_text("%s", text)};
    coordination->state = coordination->kind->create(coordination, spec);
    spec_done(spec);
    spec_free(spec);
    return coordination;
}

void coordination_free(Coordination *coordination)
{
    if (!coordination) return;
    coordination->kind->free(coordination->state);
    free(coordination->text);
    free(coordination);
}

/* NaN, unknown, wins. */
static double wider(double a, double b) { return isnan(a) || a > b ? a : b; }

/* What one rank's nodes found holds for all: ranks that took different ways would wait for each
 * other for ever. */
static CoordinationReport agree(CoordinationReport own)
{
    int ranks = comm_ranks();
    if (ranks == 1) return own;
    double numbers[3] = {!own.trusted, own.fell_back, own.spread};
    double *all = alloc_zeroed((size_t)ranks, sizeof numbers);
    comm_gather(ranks, 3, numbers, all);
    for (int rank = 0; rank < ranks; rank++) {
        own.trusted = own.trusted && all[3 * rank] == 0.0;
        own.fell_back = own.fell_back || all[3 * rank + 1] != 0.0;
        own.spread = wider(all[3 * rank + 2], own.spread);
    }
    free(all);
    return own;
}

CoordinationReport coordination_run(Coordination *coordination, Aggregate aggregate, int64_t width,
                                    const double *values, double *result)
{
    static const char *const names[] = {"mean", "least", "largest"};
    if (!coordination->kind->does[aggregate])
        die_usage("'%s' cannot find the %s of values", coordination->text, names[aggregate]);
    return agree(coordination->kind->run(coordination, aggregate, width, values, result));
}

CoordinationCost coordination_cost(const Coordination *coordination, int64_t width)
{
    return coordination->kind->cost(coordination, width);
}

CoordinationCost coordination_recurrence_cost(const Digraph *graph, int64_t diameter,
                                              int64_t rounds, int64_t width)
{
    double edges = (double)graph->edges, running = (double)rounds;
    double learning = 2.0 * (double)graph->nodes - 1.0, agreeing = (double)diameter;
    return (CoordinationCost){.rounds = running,
                              .messages = running * edges,
                              .bytes = 8.0 * running * edges * (double)width,
                              .learning_rounds = learning + agreeing,
                              .learning_messages = (learning + agreeing) * edges,
                              .learning_bytes = 8.0 * (2.0 * learning + agreeing) * edges};
}
