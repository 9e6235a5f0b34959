/* Finite-time ratio consensus that knows when it is wrong.
 *
 * Learned from several probes at once, with a small self-weight, by the order at which the ratios
 * of different shifts agree best; what they still differ by bounds the error within a few times
 * (with nine probes). Where one node finds too much, all agree to coordinate otherwise. Every run
 * is checked again: each node compares its ratio of the first shift with that of the last. Ours. */
#include "base/die.h"
#include "graph/coordination_kinds.h"
#include "graph/kernel.h"
#include "graph/keys.h"
#include "graph/mixing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHIFTS = 2,      /* the first and the last */
    USUAL_MOST = 100 /* longer recurrences are seldom needed, or found in double */
};

typedef struct {
    Mixing mixing;
    double tolerance, spread; /* spread: of what was learned, at its worst node */
    int64_t channels, terms, rounds;
    int64_t most;           /* the largest order that is tried */
    int64_t *order;         /* own nodes */
    double *b;              /* own nodes x most */
    double *ones;           /* own nodes x SHIFTS: Σ b[i] x[m + i] */
    double *x;              /* own nodes x (most + 1) */
    Coordination *fallback; /* NULL: none needed */
} Checked;

static int64_t last_shift(const Checked *checked, int64_t i)
{
    return checked->rounds + 1 - checked->order[i];
}

/* Keeps what runs need of what was heard. */
static void keep(Checked *checked, const double *heard)
{
    int64_t most = checked->most, width = checked->channels + 1;
    double *sums = alloc_zeroed((size_t)width, sizeof *sums);
    for (int64_t i = 0; i < checked->mixing.count; i++) {
        KernelData data = {checked->channels, checked->terms, heard + i * checked->terms * width};
        const int64_t shift[SHIFTS] = {0, last_shift(checked, i)};
        for (int m = 0; m < SHIFTS; m++) {
            kernel_apply(&data, checked->order[i], checked->b + i * most, shift[m], sums);
            checked->ones[i * SHIFTS + m] = sums[data.channels];
        }
        for (int64_t k = 0; k <= checked->rounds; k++)
            checked->x[i * (most + 1) + k] = data.heard[k * width + data.channels];
    }
    free(sums);
}

static void learn(Checked *checked, const Coordination *coordination)
{
    int64_t count = checked->mixing.count;
    double *heard =
        mixing_probe(&checked->mixing, coordination->seed, checked->channels, checked->terms);
    double *order = alloc_zeroed((size_t)(2 * count) + 1, sizeof *order), *spread = order + count;
    for (int64_t i = 0; i < count; i++) {
        KernelData data = {checked->channels, checked->terms,
                           heard + i * checked->terms * (checked->channels + 1)};
        checked->order[i] =
            kernel_checked(&data, checked->most, checked->b + i * checked->most, &spread[i]);
        order[i] = (double)checked->order[i];
    }
    double longest = coordination_agree_largest(coordination, checked->mixing.diameter, order);
    checked->spread = coordination_agree_largest(coordination, checked->mixing.diameter, spread);
    checked->rounds = isnan(longest)
                          ? checked->most
                          : (int64_t)longest; /* one more than the order needs: a check */
    keep(checked, heard);
    free(order);
    free(heard);
}

static void fall_back(Checked *checked, const Coordination *coordination, const char *kind)
{
    const double share = 0.1; /* of the tolerance: the check of a run sees a little more */
    if (checked->spread <= share * checked->tolerance || !strcmp(kind, "none")) return;
    checked->fallback =
        coordination_create(kind, coordination->graph, coordination->links, coordination->seed);
}

static void *create(const Coordination *coordination, const Spec *spec)
{
    Checked *checked = alloc_zeroed(1, sizeof *checked);
    double self = key_real(spec, "self", 0.05, -1.0, 0.99);
    const char *fallback = spec_text(spec, "fallback", "flood");
    int64_t n = coordination->graph->nodes;
    checked->tolerance = key_real(spec, "tolerance", 1e-9, 0.0, 1.0);
    checked->channels = key_int(spec, "channels", 9, 1, 100);
    checked->most = key_int(spec, "order", n < USUAL_MOST ? n : USUAL_MOST, 2, 1000);
    /* so many that there are 1.8 equations for each unknown */
    checked->terms = checked->most + 5 + (9 * checked->most - 1) / (5 * checked->channels) + 1;
    checked->mixing =
        mixing_begin(coordination->graph, coordination->links, self < 0.0 ? NAN : self);
    size_t count = (size_t)checked->mixing.count + 1;
    checked->order = alloc_zeroed(count, sizeof *checked->order);
    checked->b = alloc_zeroed(count * (size_t)checked->most, sizeof *checked->b);
    checked->ones = alloc_zeroed(count * SHIFTS, sizeof *checked->ones);
    checked->x = alloc_zeroed(count * (size_t)(checked->most + 1), sizeof *checked->x);
    learn(checked, coordination);
    fall_back(checked, coordination, fallback);
    return checked;
}

static void checked_free(void *state)
{
    Checked *checked = state;
    coordination_free(checked->fallback);
    mixing_end(&checked->mixing);
    free(checked->order);
    free(checked->b);
    free(checked->ones);
    free(checked->x);
    free(checked);
}

typedef struct {
    const Checked *checked;
    double *first, *last, *scale; /* own nodes x width */
} Run;

static void listen(void *context, int64_t round, int64_t width, const double *own)
{
    const Run *run = context;
    const Checked *checked = run->checked;
    int64_t most = checked->most;
    for (int64_t i = 0; i < checked->mixing.count; i++) {
        const double *b = checked->b + i * most;
        int64_t order = checked->order[i], late = round - last_shift(checked, i);
        double b_first = round < order ? b[round] : 0.0, b_last = late >= 0 ? b[late] : 0.0;
        double x = checked->x[i * (most + 1) + round];
        for (int64_t k = i * width; k < (i + 1) * width; k++) {
            run->first[k] += b_first * own[k];
            run->last[k] += b_last * own[k];
            run->scale[k] = fmax(run->scale[k], fabs(own[k] / x));
        }
    }
}

/* The ratio of the last shift is the better one: the values have come closer together. */
static double decide(const Run *run, int64_t width, double *result)
{
    const Checked *checked = run->checked;
    double spread = checked->spread;
    for (int64_t k = 0; k < checked->mixing.count * width; k++) {
        const double *ones = checked->ones + k / width * SHIFTS;
        double first = run->first[k] / ones[0];
        result[k] = run->last[k] / ones[1];
        double now = run->scale[k] > 0.0 ? fabs(result[k] - first) / run->scale[k] : 0.0;
        if (isnan(result[k])) now = NAN;
        if (isnan(now) || now > spread) spread = now;
    }
    return spread;
}

static CoordinationReport run(Coordination *coordination, Aggregate aggregate, int64_t width,
                              const double *values, double *result)
{
    const Checked *checked = coordination->state;
    if (checked->fallback) {
        CoordinationReport report =
            coordination_run(checked->fallback, aggregate, width, values, result);
        report.fell_back = true;
        return report;
    }
    size_t numbers = (size_t)(checked->mixing.count * width);
    double *memory = alloc_zeroed(3 * numbers + 1, sizeof *memory);
    Run run = {checked, memory, memory + numbers, memory + 2 * numbers};
    mixing_run(&checked->mixing, checked->rounds, width, values, listen, &run);
    double spread = decide(&run, width, result);
    free(memory);
    return (CoordinationReport){.trusted = spread <= checked->tolerance, .spread = spread};
}

static CoordinationCost cost(const Coordination *coordination, int64_t width)
{
    const Checked *checked = coordination->state;
    double edges = (double)coordination->graph->edges,
           agree = 2.0 * (double)checked->mixing.diameter;
    double learning = (double)checked->terms - 1.0, words = (double)checked->channels + 1.0;
    double rounds = (double)checked->rounds;
    CoordinationCost cost = {.rounds = rounds,
                             .messages = rounds * edges,
                             .bytes = 8.0 * rounds * edges * (double)width};
    if (checked->fallback) cost = coordination_cost(checked->fallback, width);
    cost.learning_rounds += learning + agree;
    cost.learning_messages += (learning + agree) * edges;
    cost.learning_bytes += 8.0 * (words * learning + agree) * edges;
    return cost;
}

const CoordinationKind coordination_hankel_checked = {
    .name = "hankel_checked",
    .help = "self=0.05,channels=9,order=n but at most 100,tolerance=1e-9,fallback=flood: "
            "finite-time ratio consensus "
            "learned from several probes and checked (knows n and the diameter); fallback=none: "
            "says only that it is not to be trusted",
    .does = {true, false, false},
    .create = create,
    .free = checked_free,
    .run = run,
    .cost = cost,
};
