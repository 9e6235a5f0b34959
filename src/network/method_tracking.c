/* Gradient tracking: y_i follows the mean of all gradients, because mixing keeps the sum of the y
 * and each node adds what its own gradient changed by. With a constant rate, common or not, the
 * fixed point is the minimiser. */
#include "network/keys.h"
#include "network/method_kinds.h"

#include <string.h>

static void begin(Method *method, int parts)
{
    int64_t d = method->dimension, width[] = {d, d};
    method->y = method_vector(method, d);
    method->old_g = method_vector(method, d);
    method->trial = method_vector(method, d);
    method->mixed = method_vector(method, d);
    method->mixed_y = method_vector(method, d);
    method->exchange = exchange_create(method->world.graph, method->world.links, parts, width);
    method_evaluate(method, method->x, method->g);
    memcpy(method->y, method->g, (size_t)method->size * sizeof *method->y);
}

void tracking_begin(Method *method, const Spec *spec)
{
    (void)spec;
    begin(method, 2);
    method_weights(method, method->kind->mixes);
    method_weights(method, method->kind->tracks);
}

/* The gradients at the new iterates; old_g keeps the ones before. */
static void evaluate_again(Method *method)
{
    method_swap(&method->g, &method->old_g);
    method_evaluate(method, method->x, method->g);
}

/* x ← A x − rate y, or A (x − rate y) where the kind adapts first; y ← B y + g' − g. One round.
 * DIGing: A = B = W. AB and Push-Pull: A row-, B column-stochastic. */
void tracking_step(Method *method)
{
    bool first = method->kind->adapts_first;
    steps_update(method->steps, method->x, method->g);
    if (first) method_descend(method, method->y, method->x);
    exchange_round(method->exchange, (const double *[]){method->x, method->y});
    exchange_mix(method->exchange, 0, method_weights(method, method->kind->mixes), method->x,
                 method->mixed);
    exchange_mix(method->exchange, 1, method_weights(method, method->kind->tracks), method->y,
                 method->mixed_y);
    method_swap(&method->x, &method->mixed);
    if (!first) method_descend(method, method->y, method->x);
    evaluate_again(method);
    method_track(method, method->mixed_y);
}

/* ---- adapt then combine: x ← W (x − rate y), y ← W (y + g' − g), `mixings` rounds each */

void atc_begin(Method *method, const Spec *spec)
{
    begin(method, 1);
    method_weights(method, WEIGHTS_METROPOLIS);
    method->mixings = key_int(spec, "mixings", 1, 1, 1000);
}

static void mix_often(Method *method, double **vector)
{
    for (int64_t round = 0; round < method->mixings; round++) {
        exchange_round(method->exchange, (const double *[]){*vector});
        exchange_mix(method->exchange, 0, method_weights(method, WEIGHTS_METROPOLIS), *vector,
                     method->mixed);
        method_swap(vector, &method->mixed);
    }
}

void atc_step(Method *method)
{
    steps_update(method->steps, method->x, method->g);
    method_descend(method, method->y, method->x);
    mix_often(method, &method->x);
    evaluate_again(method);
    method_track(method, method->y);
    mix_often(method, &method->y);
}

/* ---- Chen and Wang, algorithm 1: exact averaging in the place of mixing. Rates follow iterates
 * and trackers, which are common to all nodes from the first iteration on. */

void chen_wang_begin(Method *method, const Spec *spec)
{
    (void)spec;
    begin(method, 1);
    steps_coordination(method->steps);
}

static void average(Method *method, double **vector)
{
    Coordination *by = steps_coordination(method->steps);
    method->trusted &=
        coordination_run(by, COORDINATE_MEAN, method->dimension, *vector, method->mixed).trusted;
    method_swap(vector, &method->mixed);
}

void chen_wang_step(Method *method)
{
    steps_update(method->steps, method->x, method->y);
    method_descend(method, method->y, method->x);
    average(method, &method->x);
    evaluate_again(method);
    method_track(method, method->y);
    average(method, &method->y);
}
