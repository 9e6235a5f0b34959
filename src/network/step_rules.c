#include "network/step_rules.h"

#include "base/named.h"

#include <math.h>

void adaptive_follow(Adaptive *adaptive, const AdaptiveKeys *keys, double curvature)
{
    double bound = curvature == 0.0 ? INFINITY : keys->safety / curvature, before = adaptive->rate;
    double most = sqrt(1.0 + keys->growth * adaptive->ratio) * before;
    if (!adaptive->started && isinf(bound)) return;
    bool bound_binds = !adaptive->started || !(bound > most); /* NaN is not hidden */
    adaptive->rate = (bound_binds ? bound : most) + keys->offset;
    adaptive->ratio = adaptive->started ? adaptive->rate / before : 0.0;
    adaptive->started = true;
}

static double offer_rate(const Adaptive *own) { return own->rate; }
static double offer_inverse(const Adaptive *own) { return 1.0 / own->rate; }
static double offer_curvature(const Adaptive *own) { return own->estimate; }

static double accept_rate(Adaptive *common, const AdaptiveKeys *keys, double aggregate)
{
    (void)common, (void)keys;
    return aggregate;
}

static double accept_inverse(Adaptive *common, const AdaptiveKeys *keys, double aggregate)
{
    (void)common, (void)keys;
    return 1.0 / aggregate;
}

static double accept_curvature(Adaptive *common, const AdaptiveKeys *keys, double aggregate)
{
    adaptive_follow(common, keys, aggregate);
    return common->rate;
}

static const StepRule rules[] = {
    {.name = "none", .help = "every node its own", .sharing = STEPS_ALONE},
    {.name = "mean",
     .help = "the arithmetic mean of the rates: arXiv 2508.05887",
     .sharing = STEPS_PASS,
     .aggregate = COORDINATE_MEAN,
     .offer = offer_rate,
     .accept = accept_rate},
    {.name = "harmonic",
     .help = "the harmonic mean of the rates",
     .sharing = STEPS_PASS,
     .aggregate = COORDINATE_MEAN,
     .offer = offer_inverse,
     .accept = accept_inverse},
    {.name = "average",
     .help = "one adaptive rate from the mean of the curvature estimates, which bounds the "
             "curvature of the mean: with filter=0 as safe as a centralised AdGD",
     .sharing = STEPS_PASS,
     .aggregate = COORDINATE_MEAN,
     .offer = offer_curvature,
     .accept = accept_curvature},
    {.name = "least",
     .help = "the smallest rate",
     .sharing = STEPS_PASS,
     .aggregate = COORDINATE_LEAST,
     .offer = offer_rate,
     .accept = accept_rate},
    {.name = "largest",
     .help = "the largest rate",
     .sharing = STEPS_PASS,
     .aggregate = COORDINATE_LARGEST,
     .offer = offer_rate,
     .accept = accept_rate},
    {.name = "dlas",
     .help = "dynamic average consensus on the rates, a round in each iteration: DLAS",
     .sharing = STEPS_DYNAMIC},
    {.name = "global",
     .help = "AdGD on the averaged gradient, which exact averaging gives to all",
     .sharing = STEPS_ALONE,
     .global = true},
    {.name = "barzilai",
     .help = "every node its own, by Barzilai and Borwein: min(s's/s'y, s'y/y'y, cap)",
     .sharing = STEPS_ALONE,
     .barzilai = true},
};

enum { RULES = sizeof rules / sizeof *rules };

const StepRule *step_rule(const char *name)
{
    return named_row("step rule", name, RULES, sizeof *rules, rules);
}

int step_rule_count(void) { return RULES; }
const StepRule *step_rule_at(int index) { return &rules[index]; }
