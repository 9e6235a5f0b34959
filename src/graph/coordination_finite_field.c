/* Exact means of fixed-point numbers in as many rounds as the longest recurrence of a node. */
#include "base/die.h"
#include "graph/finite_field.h"
#include "graph/fixed_point.h"
#include "graph/keys.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *create(const Coordination *coordination, const Spec *spec)
{
    FiniteField *field = alloc_zeroed(1, sizeof *field);
    const Digraph *graph = coordination->graph;
    field->graph = graph;
    field->links = coordination->links;
    field->diameter = coordination_diameter(graph);
    field->first = links_first(field->links);
    field->count = links_count(field->links);
    field->checked = key_int(spec, "check", 1, 0, 1);
    field->has_places = spec_has(spec, "places");
    field->places = key_int(spec, "places", 0, -1000, 1000);
    field->sound = alloc_zeroed((size_t)field->count + 1, sizeof *field->sound);
    field->share = alloc_zeroed((size_t)field->count + 1, sizeof *field->share);
    for (int64_t i = 0; i < field->count; i++)
        field->share[i] = field_inverse(field_of(1 + graph->out_degree[field->first + i]));
    finite_field_learn(field, coordination);
    return field;
}

static void finite_free(void *state)
{
    FiniteField *field = state;
    free(field->share);
    free(field->sound);
    free(field->sum);
    free(field->zero);
    free(field);
}

/* One run on its way: own nodes x width of each. */
typedef struct {
    const FiniteField *field;
    int64_t numbers, width;
    double *exponent; /* the most that any node's value needs, column by column */
    uint64_t *words, *heard;
    uint64_t *sum, *zero;
} Run;

static int64_t places(const Run *run, int64_t k)
{
    if (run->field->has_places) return run->field->places;
    return fixed_bits(run->field->graph->nodes, run->exponent[k]);
}

static void agree_on_exponents(const Run *run, const double *values)
{
    const FiniteField *field = run->field;
    double *own = alloc_zeroed((size_t)run->numbers + 1, sizeof *own);
    for (int64_t k = 0; k < run->numbers; k++) own[k] = fixed_exponent(values[k]);
    if (field->has_places)
        memcpy(run->exponent, own, (size_t)run->numbers * sizeof *own);
    else
        coordination_extreme(field->graph, field->links, field->diameter, COORDINATE_LARGEST,
                             run->width, own, run->exponent);
    free(own);
}

/* A value too large for the places it was given, or no number, counts as lost. */
static void encode(const Run *run, const double *values)
{
    int64_t n = run->field->graph->nodes;
    for (int64_t k = 0; k < run->numbers; k++) {
        bool fits = isfinite(run->exponent[k]) && isfinite(values[k]) &&
                    places(run, k) <= fixed_bits(n, run->exponent[k]);
        run->words[k] = fits ? field_of(fixed_encode(values[k], places(run, k))) : FINITE_LOST;
    }
}

static void accumulate(const Run *run, int64_t round)
{
    const FiniteField *field = run->field;
    for (int64_t i = 0; i < field->count; i++) {
        uint64_t of_sum = field->sum[i * (field->rounds + 1) + round];
        uint64_t of_zero = field->zero[i * (field->rounds + 1) + round];
        for (int64_t k = i * run->width; k < (i + 1) * run->width; k++) {
            bool whole = field_holds(run->words[k]) && field_holds(run->sum[k]);
            uint64_t word = whole ? run->words[k] : 0;
            run->zero[k] = field_add(run->zero[k], field_times(of_zero, word));
            run->sum[k] = whole ? field_add(run->sum[k], field_times(of_sum, word)) : FINITE_LOST;
        }
    }
}

/* NaN where a message was lost or the recurrence does not hold: no number is better than a wrong
 * one, which here would be any number. */
static CoordinationReport decode(const Run *run, double *result)
{
    const FiniteField *field = run->field;
    CoordinationReport report = {.trusted = true};
    for (int64_t k = 0; k < run->numbers; k++) {
        bool good = field->sound[k / run->width] && field_holds(run->sum[k]) &&
                    (!field->checked || run->zero[k] == 0);
        result[k] =
            good ? fixed_mean(field_whole(run->sum[k]), field->graph->nodes, places(run, k)) : NAN;
        report.trusted &= good;
    }
    return report;
}

static CoordinationReport find_mean(const FiniteField *field, int64_t width, const double *values,
                                    double *result)
{
    size_t numbers = (size_t)(field->count * width), heard = (size_t)links_edge_count(field->links);
    uint64_t *memory = alloc_zeroed(3 * numbers + heard * (size_t)width + 1, sizeof *memory);
    Run run = {
        .field = field,
        .numbers = (int64_t)numbers,
        .width = width,
        .exponent = alloc_zeroed(numbers + 1, sizeof *run.exponent),
        .words = memory,
        .sum = memory + numbers,
        .zero = memory + 2 * numbers,
        .heard = memory + 3 * numbers,
    };
    agree_on_exponents(&run, values);
    encode(&run, values);
    for (int64_t round = 0; round <= field->rounds; round++) {
        if (round > 0) finite_field_round(field, width, run.words, run.heard);
        accumulate(&run, round);
    }
    CoordinationReport report = decode(&run, result);
    free(run.exponent);
    free(memory);
    return report;
}

static CoordinationReport run(Coordination *coordination, Aggregate aggregate, int64_t width,
                              const double *values, double *result)
{
    const FiniteField *field = coordination->state;
    if (aggregate == COORDINATE_MEAN) return find_mean(field, width, values, result);
    coordination_extreme(field->graph, field->links, field->diameter, aggregate, width, values,
                         result);
    return (CoordinationReport){.trusted = !coordination_has_nan(field->count * width, result)};
}

static CoordinationCost cost(const Coordination *coordination, int64_t width)
{
    const FiniteField *field = coordination->state;
    int64_t places = field->has_places ? 0 : field->diameter;
    return coordination_recurrence_cost(field->graph, field->diameter, field->rounds + places,
                                        width);
}

const CoordinationKind coordination_finite_field = {
    .name = "finite_field",
    .help = "check=1,places=agreed: ratio consensus modulo 2^61 - 1 (knows n and the diameter): "
            "exact sums of values rounded to that many binary places",
    .does = {true, true, true},
    .create = create,
    .free = finite_free,
    .run = run,
    .cost = cost,
};
