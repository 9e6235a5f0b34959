/* Finite-time ratio consensus as printed: kept to show where it breaks in double precision.
 *
 * Each node finds its recurrence by the rank of square Hankel matrices of one probe and trusts it.
 * Yuan et al. 2013; Charalambous, Yuan, Yang, Pan, Hadjicostis & Johansson 2015. From about 15
 * nodes on the rank test stops too early; there is no sign of it. */
#include "base/die.h"
#include "graph/coordination_kinds.h"
#include "graph/kernel.h"
#include "graph/keys.h"
#include "graph/mixing.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    Mixing mixing;
    double tolerance;
    int64_t rounds;
    double *b;    /* own nodes x (rounds + 1): the kernel; 0 behind its order */
    double *ones; /* own nodes: Σ b[i] x[i] */
} Hankel;

/* b: own nodes x n, then narrowed. */
static void learn(Hankel *hankel, const Coordination *coordination)
{
    int64_t n = hankel->mixing.graph->nodes, count = hankel->mixing.count, terms = 2 * n;
    double *heard = mixing_probe(&hankel->mixing, coordination->seed, 1, terms);
    double *order = alloc_zeroed((size_t)count + 1, sizeof *order);
    double *b = alloc_zeroed((size_t)(count * n) + 1, sizeof *b);
    for (int64_t i = 0; i < count; i++) {
        KernelData data = {1, terms, heard + i * terms * 2};
        int64_t found = kernel_square(&data, n, hankel->tolerance, b + i * n);
        double sums[2];
        kernel_apply(&data, found, b + i * n, 0, sums);
        hankel->ones[i] = sums[1];
        order[i] = (double)found;
    }
    double most = coordination_agree_largest(coordination, hankel->mixing.diameter, order);
    hankel->rounds = isnan(most) ? n - 1 : (int64_t)most - 1;
    hankel->b = alloc_zeroed((size_t)(count * (hankel->rounds + 1)) + 1, sizeof *b);
    for (int64_t i = 0; i < count; i++)
        for (int64_t k = 0; k <= hankel->rounds; k++)
            hankel->b[i * (hankel->rounds + 1) + k] = b[i * n + k];
    free(b);
    free(order);
    free(heard);
}

static void *create(const Coordination *coordination, const Spec *spec)
{
    Hankel *hankel = alloc_zeroed(1, sizeof *hankel);
    double self = key_real(spec, "self", -1.0, -1.0, 0.99);
    hankel->tolerance = key_real(spec, "tolerance", 1e-12, 0.0, 1.0);
    hankel->mixing =
        mixing_begin(coordination->graph, coordination->links, self < 0.0 ? NAN : self);
    hankel->ones = alloc_zeroed((size_t)hankel->mixing.count + 1, sizeof *hankel->ones);
    learn(hankel, coordination);
    return hankel;
}

static void hankel_free(void *state)
{
    Hankel *hankel = state;
    mixing_end(&hankel->mixing);
    free(hankel->ones);
    free(hankel->b);
    free(hankel);
}

typedef struct {
    const Hankel *hankel;
    double *sum; /* own nodes x width */
} Run;

static void accumulate(void *context, int64_t round, int64_t width, const double *own)
{
    const Run *run = context;
    const Hankel *hankel = run->hankel;
    for (int64_t i = 0; i < hankel->mixing.count; i++) {
        double b = hankel->b[i * (hankel->rounds + 1) + round];
        for (int64_t k = i * width; k < (i + 1) * width; k++)
            run->sum[k] = (round == 0 ? 0.0 : run->sum[k]) + b * own[k];
    }
}

static CoordinationReport run(Coordination *coordination, Aggregate aggregate, int64_t width,
                              const double *values, double *result)
{
    (void)aggregate;
    const Hankel *hankel = coordination->state;
    Run run = {hankel, result};
    mixing_run(&hankel->mixing, hankel->rounds, width, values, accumulate, &run);
    for (int64_t k = 0; k < hankel->mixing.count * width; k++) result[k] /= hankel->ones[k / width];
    bool numbers = !coordination_has_nan(hankel->mixing.count * width, result);
    return (CoordinationReport){.trusted = numbers, .spread = NAN};
}

static CoordinationCost cost(const Coordination *coordination, int64_t width)
{
    const Hankel *hankel = coordination->state;
    return coordination_recurrence_cost(coordination->graph, hankel->mixing.diameter,
                                        hankel->rounds, width);
}

const CoordinationKind coordination_hankel = {
    .name = "hankel",
    .help = "tolerance=1e-12,self=1/(1+degree): textbook finite-time ratio consensus (knows n and "
            "the diameter): breaks from about 15 nodes on",
    .does = {true, false, false},
    .create = create,
    .free = hankel_free,
    .run = run,
    .cost = cost,
};
