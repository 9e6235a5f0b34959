#include "network/steps.h"

#include "base/die.h"
#include "network/exchange.h"
#include "network/keys.h"
#include "network/step_rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct Steps {
    MethodWorld world;
    const StepRule *rule; /* NULL: constant */
    AdaptiveKeys keys;
    double filter, cap, resolution;
    bool leak, trusted;
    int64_t refresh, iteration, count, dimension;
    char *by;
    Coordination *coordination; /* NULL until asked for */
    Coordination *extremes;     /* where that one cannot find the least or largest */
    Weights weights;            /* dlas */
    Exchange *exchange;         /* dlas */
    Adaptive *own, *common;     /* own nodes */
    double *rates, *local;      /* own nodes: gamma, eta */
    double *base;               /* constant rates before steps_scale() */
    double *offers, *agreed;    /* own nodes */
    double *x, *g;              /* of the iteration before */
};

const StepsDefaults steps_constant = {.rate = 0.1, .safety = 0.5};
const StepsDefaults steps_paper = {.rule = "mean", .safety = 0.5, .filter = 0.5};

/* ---- keys */

static void read_constant(Steps *steps, const Spec *spec, double otherwise)
{
    static const char *const units[] = {"smooth", "absolute", "local"};
    double rate = key_real(spec, "rate", otherwise, 0.0, 1e12);
    int unit = key_choice(spec, "unit", 3, units);
    const LocalProblem *problem = steps->world.problem;
    for (int64_t i = 0; i < steps->count; i++) {
        double smooth[] = {local_smooth_mean(problem), 1.0,
                           local_smooth(problem, links_first(steps->world.links) + i)};
        steps->base[i] = rate / smooth[unit];
    }
    memcpy(steps->rates, steps->base, (size_t)steps->count * sizeof *steps->rates);
    memcpy(steps->local, steps->base, (size_t)steps->count * sizeof *steps->local);
}

static void start_nodes(Steps *steps, double first, bool inverse_smooth)
{
    for (int64_t i = 0; i < steps->count; i++) {
        double smooth = local_smooth(steps->world.problem, links_first(steps->world.links) + i);
        Adaptive start = {.rate = inverse_smooth ? 1.0 / smooth : first,
                          .ratio = inverse_smooth ? 1.0 : 0.0,
                          .started = inverse_smooth};
        steps->own[i] = steps->common[i] = start;
        steps->rates[i] = steps->local[i] = start.rate;
    }
}

/* The averaged curvature and gradient keep AdGD's theorem without a filter only. */
static double usual_filter(const StepRule *rule, const StepsDefaults *defaults)
{
    bool safe = rule->global || !strcmp(rule->name, "average");
    return safe ? 0.0 : defaults->filter;
}

static void read_adaptive(Steps *steps, const Spec *spec, const StepsDefaults *defaults)
{
    const StepRule *rule = steps->rule;
    steps->keys.safety = key_real(spec, "safety", defaults->safety, 1e-12, 1e12);
    steps->keys.growth = key_real(spec, "growth", 1.0, 0.0, 1e12);
    steps->keys.offset = key_real(spec, "offset", 0.0, 0.0, 1e12);
    steps->filter = key_real(spec, "filter", usual_filter(rule, defaults), 0.0, 1.0);
    steps->leak = key_bool(spec, "leak", defaults->leak);
    steps->refresh = key_int(spec, "refresh", 1, 1, INT64_MAX);
    steps->resolution = key_real(spec, "resolution", 1e-12, 0.0, 1.0);
    steps->cap = INFINITY;
    if (rule->barzilai)
        steps->cap =
            key_real(spec, "cap", 2.0, 1e-12, 1e12) / local_smooth_mean(steps->world.problem);
    bool inverse_smooth = defaults->inverse_smooth && !spec_has(spec, "first");
    double first = key_real(spec, "first", 1e-4, 1e-300, 1e12);
    start_nodes(steps, first, inverse_smooth);
}

static void open_dynamic(Steps *steps)
{
    const Digraph *graph = steps->world.graph;
    WeightsKind kind = digraph_is_undirected(graph) ? WEIGHTS_METROPOLIS : WEIGHTS_ROW;
    steps->weights = weights_create(kind, graph, NAN);
    steps->exchange = exchange_create(graph, steps->world.links, 1, &(int64_t){1});
}

static void allocate(Steps *steps)
{
    size_t count = (size_t)steps->count, size = count * (size_t)steps->dimension;
    steps->own = alloc_zeroed(count + 1, sizeof *steps->own);
    steps->common = alloc_zeroed(count + 1, sizeof *steps->common);
    double *memory = alloc_zeroed(5 * count + 2 * size + 1, sizeof *memory);
    steps->rates = memory;
    steps->local = memory + count;
    steps->base = memory + 2 * count;
    steps->offers = memory + 3 * count;
    steps->agreed = memory + 4 * count;
    steps->x = memory + 5 * count;
    steps->g = steps->x + size;
}

static const StepRule *read_rule(const Spec *spec, const StepsDefaults *defaults)
{
    if (defaults->constant_only) return NULL;
    const char *name = spec_has(spec, "rate") ? NULL : defaults->rule;
    name = spec_text(spec, "rule", name);
    if (name && spec_has(spec, "rate"))
        die_usage("%s: give a rate or a rule for it, not both", spec_kind(spec));
    const StepRule *rule = name ? step_rule(name) : NULL;
    if (rule && rule->global && !defaults->averaged)
        die_usage("%s: rule=global wants averaged gradients, as exact averaging has them; the "
                  "others go with any method",
                  spec_kind(spec));
    return rule;
}

Steps *steps_create(const Spec *spec, const MethodWorld *world, const StepsDefaults *defaults)
{
    Steps *steps = alloc_zeroed(1, sizeof *steps);
    steps->world = *world;
    steps->count = links_count(world->links);
    steps->dimension = local_dimension(world->problem);
    steps->trusted = true;
    steps->by = key_spec(spec, "by", "flood");
    steps->rule = read_rule(spec, defaults);
    allocate(steps);
    if (!steps->rule)
        read_constant(steps, spec, defaults->rate);
    else
        read_adaptive(steps, spec, defaults);
    if (steps->rule && steps->rule->sharing == STEPS_DYNAMIC) open_dynamic(steps);
    if (steps->rule && steps->rule->sharing == STEPS_PASS) steps_coordination(steps);
    return steps;
}

void steps_free(Steps *steps)
{
    if (!steps) return;
    coordination_free(steps->extremes);
    coordination_free(steps->coordination);
    exchange_free(steps->exchange);
    weights_free(&steps->weights);
    free(steps->rates); /* the whole of the memory */
    free(steps->common);
    free(steps->own);
    free(steps->by);
    free(steps);
}

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

Coordination *steps_coordination(Steps *steps)
{
    const MethodWorld *world = &steps->world;
    if (!steps->coordination)
        steps->coordination =
            coordination_create(steps->by, world->graph, world->links, world->seed);
    return steps->coordination;
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
