#include "network/steps.h"

#include "base/die.h"
#include "network/keys.h"
#include "network/steps_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const StepsDefaults steps_constant = {.rate = 0.1, .safety = 0.5};

/* ---- keys */

static void read_constant(Steps *steps, const Spec *spec, double otherwise)
{
    static const char *const units[] = {"smooth", "absolute", "local"};
    double rate = key_real(spec, "rate", otherwise, 0.0, 1e12);
    int unit = key_choice(spec, "unit", 3, units);
    const LocalProblem *problem = steps->world.problem;
    for (int64_t i = 0; i < steps->count; i++) {
        const double smooth[] = {local_smooth_mean(problem), 1.0,
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

Coordination *steps_coordination(Steps *steps)
{
    const MethodWorld *world = &steps->world;
    if (!steps->coordination)
        steps->coordination =
            coordination_create(steps->by, world->graph, world->links, world->seed);
    return steps->coordination;
}
