#include "network/method.h"

#include "base/die.h"
#include "base/named.h"
#include "network/method_kinds.h"
#include "network/step_rules.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_HELP "rate=0.1,unit=smooth|absolute|local (1/L of the mean, 1, 1/L_i)"
#define RULE_HELP STEPS_HELP " or rule=none|mean|harmonic|… with its keys"

/* Defaults of rates that are not the constant one of 0.1/L. */
static const StepsDefaults whole = {.rate = 1.0, .constant_only = true};
static const StepsDefaults fixed = {.rate = 0.1, .constant_only = true};
static const StepsDefaults paper = {
    .rule = "mean", .rate = 1.0, .safety = 0.5, .filter = 0.5, .averaged = true};
static const StepsDefaults predecessor = {
    .rule = "dlas", .safety = 0.5, .filter = 0.37, .leak = true};
static const StepsDefaults alone = {.rule = "global", .safety = 0.5, .averaged = true};
static const StepsDefaults own = {
    .rule = "global", .safety = 0.5, .averaged = true, .inverse_smooth = true};
static const StepsDefaults barzilai = {.rule = "barzilai", .safety = 0.5};

static const MethodKind kinds[] = {
    {.name = "gd",
     .help = "centralised gradient descent: nothing is sent; rate=1,unit=smooth",
     .steps = &whole,
     .begin = central_begin,
     .step = central_step},
    {.name = "adgd",
     .help = "centralised AdGD (Malitsky & Mishchenko 2020): nothing is sent; safety=0.5",
     .steps = &alone,
     .begin = central_begin,
     .step = central_step},
    {.name = "dlas_ftc",
     .help = "DLAS-R-FTC (arXiv 2508.05887): reading=exact|mixed|printed (iterates averaged "
             "exactly, mixed once, or not at all),pass=two|fused,rule=mean,safety=0.5,"
             "filter=0.5,first=1e-4,refresh=1,by=flood; or rate=",
     .steps = &paper,
     .begin = exact_begin},
    {.name = "dlas",
     .help = "DLAS, the predecessor: one round of mixing, rates by dynamic consensus; safety=0.5,"
             "filter=0.37,leak=1,growth=1,offset=0",
     .steps = &predecessor,
     .begin = mixed_begin},
    {.name = "dgd",
     .help = "decentralised gradient descent (Nedic & Ozdaglar 2009): " RULE_HELP,
     .wants_undirected = true,
     .steps = &steps_constant,
     .begin = dgd_begin,
     .step = dgd_step},
    {.name = "extra",
     .help = "EXTRA (Shi, Ling, Wu & Yin 2015): " STEPS_HELP,
     .wants_undirected = true,
     .steps = &fixed,
     .begin = extra_begin,
     .step = extra_step},
    {.name = "diging",
     .help = "DIGing (Nedic, Olshevsky & Shi 2017): " RULE_HELP,
     .wants_undirected = true,
     .mixes = WEIGHTS_METROPOLIS,
     .tracks = WEIGHTS_METROPOLIS,
     .steps = &steps_constant,
     .begin = tracking_begin,
     .step = tracking_step},
    {.name = "atc",
     .help = "gradient tracking, adapt then combine (Xu, Zhu, Soh & Xie 2015): mixings=1 (rounds "
             "of mixing), " RULE_HELP,
     .wants_undirected = true,
     .steps = &steps_constant,
     .begin = atc_begin,
     .step = atc_step},
    {.name = "bb",
     .help = "tracking with Barzilai and Borwein's rates (Gao, Liu, Dai, Huang & Yang 2022): "
             "mixings=1,cap=2 (in 1/L),first=1e-4",
     .wants_undirected = true,
     .steps = &barzilai,
     .begin = atc_begin,
     .step = atc_step},
    {.name = "subgradient_push",
     .help = "subgradient-push (Nedic & Olshevsky 2015): decay=0.5 (rate / t^decay), " RULE_HELP,
     .steps = &steps_constant,
     .begin = subgradient_push_begin,
     .step = push_step},
    {.name = "push_diging",
     .help = "Push-DIGing (Nedic, Olshevsky & Shi 2017): " RULE_HELP,
     .steps = &steps_constant,
     .begin = push_diging_begin,
     .step = push_diging_step},
    {.name = "ab",
     .help = "AB (Xin & Khan 2018): " RULE_HELP,
     .mixes = WEIGHTS_ROW,
     .tracks = WEIGHTS_COLUMN,
     .steps = &steps_constant,
     .begin = tracking_begin,
     .step = tracking_step},
    {.name = "push_pull",
     .help = "Push-Pull (Pu, Shi, Xu & Nedic 2021): " RULE_HELP,
     .mixes = WEIGHTS_ROW,
     .tracks = WEIGHTS_COLUMN,
     .adapts_first = true,
     .steps = &steps_constant,
     .begin = tracking_begin,
     .step = tracking_step},
    {.name = "frost",
     .help = "FROST (Xin, Xi & Khan 2019): row-stochastic weights only, n numbers more in each "
             "message; " RULE_HELP,
     .steps = &steps_constant,
     .begin = frost_begin,
     .step = frost_step},
    {.name = "chen_wang",
     .help = "Chen & Wang's adaptive tracking with exact averaging of iterates and trackers, two "
             "passes: safety=0.5 (1/c),by=flood",
     .steps = &own,
     .begin = chen_wang_begin,
     .step = chen_wang_step},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

int method_kind_count(void) { return KINDS; }
const char *method_kind_name(int kind) { return kinds[kind].name; }
const char *method_kind_help(int kind) { return kinds[kind].help; }
bool method_kind_wants_undirected(int kind) { return kinds[kind].wants_undirected; }

int method_rule_count(void) { return step_rule_count(); }
const char *method_rule_name(int rule) { return step_rule_at(rule)->name; }
const char *method_rule_help(int rule) { return step_rule_at(rule)->help; }

Method *method_create(const char *text, const MethodWorld *world)
{
    Spec *spec = spec_parse(text);
    const MethodKind *kind = named_row("method", spec_kind(spec), KINDS, sizeof *kinds, kinds);
    if (kind->wants_undirected && !digraph_is_undirected(world->graph))
        die_usage("'%s' wants an undirected network, where every edge has its counterpart; '%s' is "
                  "directed",
                  text, world->graph->name);
    assert(local_nodes(world->problem) == world->graph->nodes);
    Method *method = alloc_zeroed(1, sizeof *method);
    *method = (Method){.kind = kind, .world = *world, .trusted = true};
    method->first = links_first(world->links);
    method->count = links_count(world->links);
    method->dimension = local_dimension(world->problem);
    method->size = method->count * method->dimension;
    method->x = method_vector(method, method->dimension);
    method->g = method_vector(method, method->dimension);
    method->steps = steps_create(spec, world, kind->steps);
    method->step = kind->step;
    kind->begin(method, spec);
    spec_done(spec);
    spec_free(spec);
    return method;
}

void method_free(Method *method)
{
    if (!method) return;
    for (int k = 0; k < method->owned; k++) free(method->memory[k]);
    for (int k = 0; k < WEIGHTS_KINDS; k++) weights_free(&method->weights[k]);
    exchange_free(method->exchange);
    steps_free(method->steps);
    free(method);
}

void method_step(Method *method)
{
    method->step(method);
    method->iteration++;
}

const double *method_iterates(const Method *method) { return method->x; }
const double *method_rates(const Method *method) { return steps_rates(method->steps); }
const double *method_local_rates(const Method *method) { return steps_local(method->steps); }
bool method_trusted(const Method *method)
{
    return method->trusted && steps_trusted(method->steps);
}
int64_t method_gradients(const Method *method) { return method->gradients; }

/* ---- what the kinds share */

double *method_owned(Method *method, int64_t length)
{
    assert(method->owned < METHOD_VECTORS);
    double *memory = alloc_zeroed((size_t)length + 1, sizeof *memory);
    return method->memory[method->owned++] = memory;
}

double *method_vector(Method *method, int64_t width)
{
    return method_owned(method, method->count * width);
}

const Weights *method_weights(Method *method, WeightsKind kind)
{
    Weights *weights = &method->weights[kind];
    if (!weights->self) *weights = weights_create(kind, method->world.graph, NAN);
    return weights;
}

void method_evaluate(Method *method, const double *x, double *g)
{
    int64_t d = method->dimension;
    for (int64_t i = 0; i < method->count; i++)
        local_gradient(method->world.problem, method->first + i, x + i * d, g + i * d);
    method->gradients++;
}

void method_descend_into(const Method *method, const double *x, const double *y, double *out)
{
    const double *rates = steps_rates(method->steps);
    int64_t d = method->dimension;
    for (int64_t i = 0; i < method->count; i++)
        for (int64_t j = i * d; j < (i + 1) * d; j++) out[j] = x[j] - rates[i] * y[j];
}

void method_descend(const Method *method, const double *y, double *x)
{
    method_descend_into(method, x, y, x);
}

void method_track(const Method *method, const double *mixed)
{
    for (int64_t k = 0; k < method->size; k++)
        method->y[k] = mixed[k] + method->g[k] - method->old_g[k];
}

void method_swap(double **a, double **b)
{
    double *kept = *a;
    *a = *b;
    *b = kept;
}
