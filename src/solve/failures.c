#include "solve/failures.h"

#include "base/rng.h"
#include "solve/instance.h"
#include "solve/probe.h"

#include <math.h>
#include <stddef.h>

static double log_uniform(Rng *rng, double low, double high)
{
    return low * pow(high / low, rng_uniform(rng));
}

/* Every row has a positive first coordinate: (1, 0) separates. */
static Design *draw_set(Rng *rng)
{
    int64_t cols = 1 + rng_below(rng, 2), rows = 2 + rng_below(rng, 3);
    Design *design = design_create(rows, cols);
    for (int64_t i = 0; i < rows; i++) {
        double *row = design_row(design, i);
        row[0] = log_uniform(rng, 1e-3, 1.0);
        if (cols == 2) row[1] = (2.0 * rng_uniform(rng) - 1.0) * sqrt(1.0 - row[0] * row[0]);
        design_set_weight(design, i, floor(log_uniform(rng, 1.0, 1001.0)));
    }
    return design;
}

/* A converging run contracts by rate lambda >= 2 lambda/L >= 8e-6 a step at the least: a quarter of
 * SLOW_STEPS brings it a fifth closer, which the probe sees. */
enum { FAST_STEPS = 1000, SLOW_STEPS = 100000 };

/* Below 2/L no run fails. Fast where the run converges: |w - w*| <= |∇F|/lambda. Otherwise
 * the probe decides. */
static bool fails(const Instance *instance, double rate)
{
    if (rate * instance->facts.smooth < 2.0) return false;
    double length = 0.0;
    for (int64_t j = 0; j < instance->design->cols; j++)
        length = hypot(length, instance->minimiser[j]);
    SolveTask task = {.rate = rate,
                      .optimum = NAN,
                      .target_value = -INFINITY,
                      .target_gradient = 1e-6 * instance->facts.lambda * length,
                      .max_steps = FAST_STEPS};
    const SolverKind *gd = solver_kind("gd");
    if (solve_run(gd, instance->objective, &task, NULL).outcome == OUTCOME_REACHED) return false;
    ProbeTask probe = {.rate = rate, .minimiser = instance->minimiser, .steps = 4 * FAST_STEPS};
    ProbeResult result = probe_rate(instance->objective, &probe);
    if (result.outcome == OUTCOME_CYCLING && result.period == 0) { /* chaos, or a slow approach */
        probe.steps = SLOW_STEPS;
        result = probe_rate(instance->objective, &probe);
    }
    return result.outcome == OUTCOME_CYCLING || result.outcome == OUTCOME_DIVERGED;
}

const double failures_share[FAILURES_SHARES] = {0.5, 0.8, 0.9, 0.95, 0.99};

static void try_rate(const Instance *instance, double rate, int which, FailureCount *count)
{
    count->tried[which]++;
    count->failed[which] += fails(instance, rate);
}

static void try_set(const Instance *instance, FailureCount *count)
{
    double critical = instance->facts.critical, inverse = 1.0 / instance->facts.lambda;
    for (int k = 0; k < FAILURES_SHARES; k++)
        try_rate(instance, failures_share[k] * fmin(critical, inverse), k, count);
    try_rate(instance, rate_recommended(&instance->facts), FAILURES_RECOMMENDED, count);
    if (critical > 1.02 * inverse) try_rate(instance, 0.99 * critical, FAILURES_BETWEEN, count);
}

FailureCount failures_count(int64_t sets, Rng rng)
{
    FailureCount count = {0};
    for (int64_t s = 0; s < sets; s++) {
        Design *design = draw_set(&rng);
        Instance *instance =
            instance_create(design, log_uniform(&rng, 1e-6, 1e-2), INSTANCE_MINIMISER);
        try_set(instance, &count);
        instance_free(instance);
    }
    return count;
}
