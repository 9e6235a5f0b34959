/* Methods that mix iterates and step along their own gradients: with constant rates they end near
 * the minimiser, not at it; EXTRA corrects that by what mixing left over. */
#include "network/keys.h"
#include "network/method_kinds.h"

#include <math.h>
#include <string.h>

void dgd_begin(Method *method, const Spec *spec)
{
    (void)spec;
    method->mixed = method_vector(method, method->dimension);
    method->exchange =
        exchange_create(method->world.graph, method->world.links, 1, &method->dimension);
    method_weights(method, WEIGHTS_METROPOLIS);
    method->step = dgd_step;
}

static void mix_iterates(Method *method)
{
    exchange_round(method->exchange, (const double *[]){method->x});
    exchange_mix(method->exchange, 0, method_weights(method, WEIGHTS_METROPOLIS), method->x,
                 method->mixed);
}

/* x ← W x − rate g */
void dgd_step(Method *method)
{
    method_evaluate(method, method->x, method->g);
    steps_update(method->steps, method->x, method->g);
    mix_iterates(method);
    method_descend_into(method, method->mixed, method->g, method->x);
}

void extra_begin(Method *method, const Spec *spec)
{
    dgd_begin(method, spec);
    method->old_x = method_vector(method, method->dimension);
    method->old_g = method_vector(method, method->dimension);
    method->old_mixed = method_vector(method, method->dimension);
    method->step = extra_step;
}

/* x_{k+2} = (I + W) x_{k+1} − ½ (I + W) x_k − rate (g_{k+1} − g_k), after x_1 = W x_0 − rate g_0:
 * with x_{−1} = 0 and g_{−1} = 0, and W x_0 = x_0 = 0, the first is a case of the others. */
void extra_step(Method *method)
{
    method_swap(&method->g, &method->old_g);
    method_swap(&method->mixed, &method->old_mixed);
    method_evaluate(method, method->x, method->g);
    mix_iterates(method);
    const double *rates = method_rates(method);
    for (int64_t i = 0; i < method->count; i++)
        for (int64_t j = i * method->dimension; j < (i + 1) * method->dimension; j++) {
            double x = method->x[j], change = method->g[j] - method->old_g[j];
            double before = 0.5 * (method->old_x[j] + method->old_mixed[j]);
            method->x[j] = x + method->mixed[j] - before - rates[i] * change;
            method->old_x[j] = x;
        }
}

/* ---- push-sum on directed networks: column-stochastic weights keep the sum of the numerators w
 * and of the denominators v, and z = w / v is what DGD's x is. */

void push_begin(Method *method, const Spec *spec)
{
    (void)spec;
    int64_t d = method->dimension, width[] = {d, 1};
    method->w = method_vector(method, d);
    method->mixed = method_vector(method, d);
    method->v = method_vector(method, 1);
    method->trial = method_vector(method, 1);
    for (int64_t i = 0; i < method->count; i++) method->v[i] = 1.0;
    method->exchange = exchange_create(method->world.graph, method->world.links, 2, width);
    method_weights(method, WEIGHTS_COLUMN);
    method->step = push_step;
}

void subgradient_push_begin(Method *method, const Spec *spec)
{
    push_begin(method, spec);
    method->decay = key_real(spec, "decay", 0.5, 0.0, 10.0);
}

void mixed_begin(Method *method, const Spec *spec)
{
    (digraph_is_undirected(method->world.graph) ? dgd_begin : push_begin)(method, spec);
}

/* w' = C w, v ← C v, z = w' / v, w ← w' − rate / (t + 1)^decay g(z) */
void push_step(Method *method)
{
    const Weights *weights = method_weights(method, WEIGHTS_COLUMN);
    int64_t d = method->dimension;
    exchange_round(method->exchange, (const double *[]){method->w, method->v});
    exchange_mix(method->exchange, 0, weights, method->w, method->mixed);
    exchange_mix(method->exchange, 1, weights, method->v, method->trial);
    method_swap(&method->v, &method->trial);
    for (int64_t i = 0; i < method->count; i++)
        for (int64_t j = i * d; j < (i + 1) * d; j++)
            method->x[j] = method->mixed[j] / method->v[i];
    method_evaluate(method, method->x, method->g);
    steps_scale(method->steps, pow((double)(method->iteration + 1), -method->decay));
    steps_update(method->steps, method->x, method->g);
    method_descend_into(method, method->mixed, method->g, method->w);
}
