/* Max and min consensus: every round a node keeps the larger of its own value and those it hears.
 * After as many rounds as the longest way in the network all hold the largest; the same bits, since
 * nothing is computed. */
#include "base/die.h"
#include "graph/coordination_kinds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* NaN wins over every number: what was lost shows at every node. */
static double extreme(Aggregate aggregate, double a, double b)
{
    if (isnan(a) || isnan(b)) return NAN;
    return aggregate == COORDINATE_LEAST ? (b < a ? b : a) : (b > a ? b : a);
}

void coordination_extreme(const Digraph *graph, Links *links, int64_t diameter, Aggregate aggregate,
                          int64_t width, const double *values, double *result)
{
    int64_t first = links_first(links), count = links_count(links);
    size_t heard_size = (size_t)(links_edge_count(links) * width);
    double *heard = alloc_zeroed(heard_size, sizeof *heard);
    memmove(result, values, (size_t)(count * width) * sizeof *result);
    for (int64_t round = 0; round < diameter; round++) {
        links_round(links, width, result, heard);
        const double *message = heard;
        for (int64_t i = 0; i < count; i++)
            for (int64_t e = graph->first_in[first + i]; e < graph->first_in[first + i + 1]; e++)
                for (int64_t k = 0; k < width; k++, message++)
                    result[i * width + k] = extreme(aggregate, result[i * width + k], *message);
    }
    free(heard);
}

bool coordination_has_nan(int64_t count, const double *values)
{
    for (int64_t k = 0; k < count; k++)
        if (isnan(values[k])) return true;
    return false;
}

typedef struct {
    int64_t diameter;
} Consensus;

static void *create(const Coordination *coordination, const Spec *spec)
{
    (void)spec;
    Consensus *consensus = alloc_zeroed(1, sizeof *consensus);
    consensus->diameter = coordination_diameter(coordination->graph);
    return consensus;
}

static CoordinationReport run(Coordination *coordination, Aggregate aggregate, int64_t width,
                              const double *values, double *result)
{
    const Consensus *consensus = coordination->state;
    coordination_extreme(coordination->graph, coordination->links, consensus->diameter, aggregate,
                         width, values, result);
    int64_t numbers = links_count(coordination->links) * width;
    return (CoordinationReport){.trusted = !coordination_has_nan(numbers, result)};
}

static CoordinationCost cost(const Coordination *coordination, int64_t width)
{
    const Consensus *consensus = coordination->state;
    double rounds = (double)consensus->diameter;
    double messages = rounds * (double)coordination->graph->edges;
    return (CoordinationCost){
        .rounds = rounds, .messages = messages, .bytes = 8.0 * (double)width * messages};
}

const CoordinationKind coordination_consensus = {
    .name = "consensus",
    .help = "least and largest only, in as many rounds as the diameter (which the nodes know)",
    .does = {false, true, true},
    .create = create,
    .free = free,
    .run = run,
    .cost = cost,
};
