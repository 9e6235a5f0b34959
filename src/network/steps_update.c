#include "network/steps_private.h"

#include <math.h>
#include <string.h>

/* ---- what a node finds alone */

typedef struct {
    double ss, sy, yy; /* s = x − x before, y = g − g before */
    double xx;
} Secant;

static Secant secant_of(const Steps *steps, int64_t i, const double *x, const double *g)
{
    Secant sum = {0};
    for (int64_t j = i * steps->dimension; j < (i + 1) * steps->dimension; j++) {
        double s = x[j] - steps->x[j], y = g[j] - steps->g[j];
        sum.xx += x[j] * x[j];
        sum.ss += s * s;
        sum.sy += s * y;
        sum.yy += y * y;
    }
    return sum;
}

/* Whether the differences are more than the rounding of what they are differences of. */
static bool resolved(const Steps *steps, Secant secant)
{
    double least = steps->resolution * steps->resolution * secant.xx;
    return !(secant.ss <= least) && secant.yy != 0.0;
}

/* The first estimate goes unfiltered; without a new one the last stays. */
static void estimate_adaptive(Steps *steps, Adaptive *own, Secant secant)
{
    if (resolved(steps, secant)) {
        double fresh = sqrt(secant.yy) / sqrt(secant.ss), filter = steps->filter;
        double kept = own->estimate == 0.0 ? 0.0 : filter * own->estimate;
        bool whole = own->estimate == 0.0 || steps->leak;
        own->estimate = (whole ? fresh : (1.0 - filter) * fresh) + kept;
    }
    adaptive_follow(own, &steps->keys, own->estimate);
}

/* s'y/y'y is the smaller of the two wherever s'y > 0 (Cauchy and Schwarz). */
static void estimate_barzilai(const Steps *steps, Adaptive *own, Secant secant)
{
    if (resolved(steps, secant) && !(secant.sy <= 0.0))
        own->rate = fmin(secant.sy / secant.yy, steps->cap);
}

static void estimate_local(Steps *steps, const double *x, const double *g)
{
    for (int64_t i = 0; i < steps->count; i++) {
        Secant secant = secant_of(steps, i, x, g);
        if (steps->rule->barzilai)
            estimate_barzilai(steps, &steps->own[i], secant);
        else
            estimate_adaptive(steps, &steps->own[i], secant);
    }
}

/* ---- what the network makes of it */

/* gamma ← Σ w gamma + eta − eta before; where that would not be positive, the mean alone. */
static void follow_mean(Steps *steps)
{
    exchange_round(steps->exchange, (const double *[]){steps->rates});
    exchange_mix(steps->exchange, 0, &steps->weights, steps->rates, steps->agreed);
    for (int64_t i = 0; i < steps->count; i++) {
        double change = steps->own[i].rate - steps->local[i], mixed = steps->agreed[i];
        steps->rates[i] = mixed + change <= 0.0 ? mixed : mixed + change;
    }
}

static bool finds(const char *text, Aggregate aggregate)
{
    size_t length = strcspn(text, ":");
    for (int kind = 0; kind < coordination_kind_count(); kind++) {
        const char *name = coordination_kind_name(kind);
        if (!strncmp(name, text, length) && strlen(name) == length)
            return coordination_kind_does(kind, aggregate);
    }
    return false;
}

/* Kinds that only average leave the least and the largest to plain consensus. */
static Coordination *coordination_for(Steps *steps, Aggregate aggregate)
{
    const MethodWorld *world = &steps->world;
    if (finds(steps->by, aggregate)) return steps_coordination(steps);
    if (!steps->extremes)
        steps->extremes = coordination_create("consensus", world->graph, world->links, world->seed);
    return steps->extremes;
}

static void pass(Steps *steps)
{
    for (int64_t i = 0; i < steps->count; i++) steps->offers[i] = steps_offer(steps, i);
    Coordination *coordination = coordination_for(steps, steps->rule->aggregate);
    CoordinationReport report =
        coordination_run(coordination, steps->rule->aggregate, 1, steps->offers, steps->agreed);
    steps->trusted &= report.trusted;
    for (int64_t i = 0; i < steps->count; i++) steps_accept(steps, i, steps->agreed[i]);
}

static bool is_due(const Steps *steps)
{
    bool shared = steps->rule && steps->rule->sharing == STEPS_PASS;
    return shared && steps->iteration > 1 && (steps->iteration - 2) % steps->refresh == 0;
}

/* The rates of this iteration as far as they need no pass. */
static void begin_iteration(Steps *steps, const double *x, const double *g)
{
    size_t size = (size_t)(steps->count * steps->dimension) * sizeof *x;
    if (!steps->rule) return;
    if (steps->iteration++ > 0) {
        estimate_local(steps, x, g);
        if (steps->rule->sharing == STEPS_DYNAMIC) follow_mean(steps);
        for (int64_t i = 0; i < steps->count; i++) steps->local[i] = steps->own[i].rate;
        if (steps->rule->sharing == STEPS_ALONE)
            memcpy(steps->rates, steps->local, (size_t)steps->count * sizeof *steps->rates);
    }
    memcpy(steps->x, x, size);
    memcpy(steps->g, g, size);
}

void steps_update(Steps *steps, const double *x, const double *g)
{
    begin_iteration(steps, x, g);
    if (is_due(steps)) pass(steps);
}

void steps_estimate(Steps *steps, const double *x, const double *g)
{
    begin_iteration(steps, x, g);
    if (is_due(steps) && !steps_ride(steps)) pass(steps);
}

bool steps_ride(const Steps *steps)
{
    return is_due(steps) && steps->rule->aggregate == COORDINATE_MEAN;
}

double steps_offer(const Steps *steps, int64_t own_node)
{
    return steps->rule->offer(&steps->own[own_node]);
}

void steps_accept(Steps *steps, int64_t own_node, double mean)
{
    steps->rates[own_node] = steps->rule->accept(&steps->common[own_node], &steps->keys, mean);
}

void steps_scale(Steps *steps, double factor)
{
    for (int64_t i = 0; i < steps->count && !steps->rule; i++)
        steps->rates[i] = steps->local[i] = factor * steps->base[i];
}

const double *steps_rates(const Steps *steps) { return steps->rates; }
const double *steps_local(const Steps *steps) { return steps->local; }
bool steps_trusted(const Steps *steps) { return steps->trusted; }
bool steps_are_global(const Steps *steps) { return steps->rule && steps->rule->global; }

bool steps_are_equal(const Steps *steps)
{
    return steps->rule && (steps->rule->sharing == STEPS_PASS || steps->rule->global);
}
