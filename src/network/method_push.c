/* Gradient tracking on directed networks where a node cannot see to it that both rows and columns
 * of the weights add to 1: it divides by what the weights make of 1 instead. */
#include "network/method_kinds.h"

#include <string.h>

static void begin(Method *method, int64_t third)
{
    int64_t d = method->dimension, width[] = {d, d, third};
    method->y = method_vector(method, d);
    method->old_g = method_vector(method, d);
    method->mixed = method_vector(method, d);
    method->mixed_y = method_vector(method, d);
    method->exchange = exchange_create(method->world.graph, method->world.links, 3, width);
    method_evaluate(method, method->x, method->g);
    memcpy(method->y, method->g, (size_t)method->size * sizeof *method->y);
}

/* ---- Push-DIGing: w ← C (w − rate y), v ← C v, x = w / v, y ← C y + g' − g; one message of
 * 2d + 1 numbers */

void push_diging_begin(Method *method, const Spec *spec)
{
    (void)spec;
    begin(method, 1);
    method->w = method_vector(method, method->dimension);
    method->v = method_vector(method, 1);
    method->trial = method_vector(method, 1);
    for (int64_t i = 0; i < method->count; i++) method->v[i] = 1.0;
    method_weights(method, WEIGHTS_COLUMN);
}

void push_diging_step(Method *method)
{
    const Weights *weights = method_weights(method, WEIGHTS_COLUMN);
    int64_t d = method->dimension;
    steps_update(method->steps, method->x, method->g);
    method_descend(method, method->y, method->w);
    exchange_round(method->exchange, (const double *[]){method->w, method->y, method->v});
    exchange_mix(method->exchange, 0, weights, method->w, method->mixed);
    exchange_mix(method->exchange, 1, weights, method->y, method->mixed_y);
    exchange_mix(method->exchange, 2, weights, method->v, method->trial);
    method_swap(&method->w, &method->mixed);
    method_swap(&method->v, &method->trial);
    for (int64_t i = 0; i < method->count; i++)
        for (int64_t j = i * d; j < (i + 1) * d; j++) method->x[j] = method->w[j] / method->v[i];
    method_swap(&method->g, &method->old_g);
    method_evaluate(method, method->x, method->g);
    method_track(method, method->mixed_y);
}

/* ---- FROST: e_i starts as the i-th unit vector and tends to the Perron vector of R; dividing by
 * its own entry undoes the bias of row-stochastic weights. x ← R x − rate y,
 * y ← R y + g' / [e_i']_i − g / [e_i]_i; one message of 2d + n numbers */

void frost_begin(Method *method, const Spec *spec)
{
    (void)spec;
    int64_t nodes = method->world.graph->nodes;
    begin(method, nodes);
    method->unit = method_vector(method, nodes);
    method->mixed_unit = method_vector(method, nodes);
    for (int64_t i = 0; i < method->count; i++) method->unit[i * nodes + method->first + i] = 1.0;
    method_weights(method, WEIGHTS_ROW);
}

/* g ← gradient / own entry */
static void evaluate_scaled(Method *method)
{
    int64_t d = method->dimension, nodes = method->world.graph->nodes;
    method_evaluate(method, method->x, method->g);
    for (int64_t i = 0; i < method->count; i++) {
        double own = method->unit[i * nodes + method->first + i];
        for (int64_t j = i * d; j < (i + 1) * d; j++) method->g[j] /= own;
    }
}

void frost_step(Method *method)
{
    const Weights *weights = method_weights(method, WEIGHTS_ROW);
    steps_update(method->steps, method->x, method->g);
    exchange_round(method->exchange, (const double *[]){method->x, method->y, method->unit});
    exchange_mix(method->exchange, 0, weights, method->x, method->mixed);
    exchange_mix(method->exchange, 1, weights, method->y, method->mixed_y);
    exchange_mix(method->exchange, 2, weights, method->unit, method->mixed_unit);
    method_swap(&method->x, &method->mixed);
    method_swap(&method->unit, &method->mixed_unit);
    method_descend(method, method->y, method->x);
    method_swap(&method->g, &method->old_g);
    evaluate_scaled(method);
    method_track(method, method->mixed_y);
}
