/* DLAS-R-FTC, arXiv 2508.05887, in the three readings of what its nodes exchange beside rates.
 *
 *   exact     theta_i ← mean over all nodes of (theta_j − gamma_j g_j), by finite-time averaging:
 *             where gamma is common this is centralised gradient descent
 *   mixed     theta_i ← Σ_j w_ij theta_j − gamma_i g_i, one round (method_mixing.c)
 *   printed   theta_i ← theta_i − gamma_i g_i, as the card of the algorithm has it
 *
 * pass=two: the rate by one pass, then the iterates by another. fused: theta is the same
 * everywhere, so one pass over (offer, g_i) is enough: theta ← theta − gamma mean(g). theta is then
 * never averaged again, and errors of an inexact averaging add up. */
#include "base/die.h"
#include "network/keys.h"
#include "network/method_kinds.h"

#include <string.h>

static void average(Method *method, int64_t width, const double *values, double *means)
{
    Coordination *by = steps_coordination(method->steps);
    method->trusted &= coordination_run(by, COORDINATE_MEAN, width, values, means).trusted;
}

/* rule=global: the gradients are averaged, and every node finds the same rate from the mean. */
static void global_step(Method *method)
{
    method_evaluate(method, method->x, method->g);
    average(method, method->dimension, method->g, method->y);
    steps_update(method->steps, method->x, method->y);
    method_descend(method, method->y, method->x);
}

static void two_pass_step(Method *method)
{
    method_evaluate(method, method->x, method->g);
    steps_update(method->steps, method->x, method->g);
    method_descend_into(method, method->x, method->g, method->trial);
    average(method, method->dimension, method->trial, method->x);
}

/* message: each own node's offer and gradient, `width` numbers. */
static void pack(Method *method, int64_t width)
{
    int64_t d = method->dimension;
    for (int64_t i = 0; i < method->count; i++) {
        double *message = method->message + i * width;
        if (width > d) *message++ = steps_offer(method->steps, i);
        memcpy(message, method->g + i * d, (size_t)d * sizeof *message);
    }
}

static void unpack(Method *method, int64_t width)
{
    int64_t d = method->dimension;
    for (int64_t i = 0; i < method->count; i++) {
        const double *answer = method->answer + i * width;
        if (width > d) steps_accept(method->steps, i, *answer++);
        memcpy(method->y + i * d, answer, (size_t)d * sizeof *answer);
    }
}

static void fused_step(Method *method)
{
    method_evaluate(method, method->x, method->g);
    steps_estimate(method->steps, method->x, method->g);
    int64_t width = method->dimension + steps_ride(method->steps);
    pack(method, width);
    average(method, width, method->message, method->answer);
    unpack(method, width);
    method_descend(method, method->y, method->x);
}

/* Rates that are not common: theta ← theta − mean(gamma_j g_j). */
static void fused_apart_step(Method *method)
{
    const double *rates = steps_rates(method->steps);
    int64_t d = method->dimension;
    method_evaluate(method, method->x, method->g);
    steps_update(method->steps, method->x, method->g);
    for (int64_t i = 0; i < method->count; i++)
        for (int64_t j = i * d; j < (i + 1) * d; j++) method->message[j] = rates[i] * method->g[j];
    average(method, d, method->message, method->y);
    for (int64_t k = 0; k < method->size; k++) method->x[k] -= method->y[k];
}

static void printed_step(Method *method)
{
    method_evaluate(method, method->x, method->g);
    steps_update(method->steps, method->x, method->g);
    method_descend(method, method->g, method->x);
}

static void begin_exact(Method *method, bool fused)
{
    int64_t d = method->dimension;
    method->y = method_vector(method, d);
    method->trial = method_vector(method, d);
    method->message = method_vector(method, d + 1);
    method->answer = method_vector(method, d + 1);
    bool equal = steps_are_equal(method->steps);
    method->step = steps_are_global(method->steps) ? global_step
                   : !fused                        ? two_pass_step
                   : equal                         ? fused_step
                                                   : fused_apart_step;
    steps_coordination(method->steps); /* learns now */
}

void exact_begin(Method *method, const Spec *spec)
{
    static const char *const readings[] = {"exact", "mixed", "printed"};
    static const char *const passes[] = {"two", "fused"};
    enum { EXACT, MIXED, PRINTED };
    int reading = key_choice(spec, "reading", 3, readings);
    bool fused = key_choice(spec, "pass", 2, passes) == 1;
    if (reading != EXACT && steps_are_global(method->steps))
        die_usage("dlas_ftc: rule=global wants reading=exact, which averages gradients");
    if (reading == EXACT) begin_exact(method, fused);
    if (reading == MIXED) mixed_begin(method, spec);
    if (reading == PRINTED) method->step = printed_step;
}
