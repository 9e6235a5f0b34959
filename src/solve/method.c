#include "solve/method.h"

#include "base/named.h"
#include "solve/probe.h"
#include "solve/theory.h"

#include <math.h>
#include <string.h>

static const Method methods[] = {
    {"gd_inverse_smooth", "gd", METHOD_RULE, "inverse_smooth"},
    {"gd_optimal_smooth", "gd", METHOD_RULE, "optimal_smooth"},
    {"gd_unit", "gd", METHOD_RULE, "unit"},
    {"gd_cube_root", "gd", METHOD_RULE, "cube_root"},
    {"gd_triple_cube_root", "gd", METHOD_RULE, "triple_cube_root"},
    {"gd_square_root", "gd", METHOD_RULE, "square_root"},
    {"gd_triple_square_root", "gd", METHOD_RULE, "triple_square_root"},
    {"gd_half_critical", "gd", METHOD_RULE, "half_critical"},
    {"gd_near_critical", "gd", METHOD_RULE, "near_critical"},
    {"gd_recommended", "gd", METHOD_RULE, "recommended"},
    {"gd_guarded", "gd_guarded", METHOD_RULE, "recommended"},
    {"gd_sample_cube_root", "gd", METHOD_RULE, "sample_cube_root"},
    {"gd_whole_budget", "gd", METHOD_RULE, "whole_budget"},
    {"gd_monotone", "gd", METHOD_MONOTONE, NULL},
    {"gd_best", "gd", METHOD_BEST, NULL},
    {"adaptive", "adaptive_logistic", METHOD_RULE, "sample_logarithm"},
    {"gd_normalised", "gd_normalised", METHOD_RULE, "unit"},
    {"nesterov", "nesterov", METHOD_RULE, NULL},
    {"nesterov_best", "nesterov", METHOD_BEST, NULL},
    {"nesterov_restart", "nesterov_restart", METHOD_RULE, NULL},
    {"nesterov_convex", "nesterov_convex", METHOD_RULE, NULL},
    {"heavy_ball", "heavy_ball", METHOD_RULE, NULL},
    {"silver", "silver", METHOD_RULE, NULL},
    {"polyak", "polyak", METHOD_RULE, NULL},
    {"bb1", "bb1", METHOD_RULE, NULL},
    {"bb2", "bb2", METHOD_RULE, NULL},
    {"abb", "abb", METHOD_RULE, NULL},
    {"adgd2020", "adgd2020", METHOD_RULE, NULL},
    {"adgd2023", "adgd2023", METHOD_RULE, NULL},
    {"armijo", "armijo", METHOD_RULE, NULL},
    {"lbfgs", "lbfgs", METHOD_RULE, NULL},
    {"newton", "newton", METHOD_RULE, NULL},
};

const Method *method_named(const char *name)
{
    return named_row("method", name, sizeof methods / sizeof *methods, sizeof *methods, methods);
}

const char *method_title(const Method *method)
{
    if (method->choice == METHOD_MONOTONE) return "best monotone";
    if (method->choice == METHOD_RULE && method->rule) return rate_rule(method->rule)->title;
    return solver_kind(method->solver)->title;
}

double method_rate(const Method *method, const Instance *instance)
{
    return method->rule ? rate_rule(method->rule)->rate(&instance->facts) : NAN;
}

static const double grid_ratio = 1.0905077326652577; /* 2^(1/8) */

/* Rates from 1/L up to where nothing can be gained any more: the critical step for gradient
 * descent, the same for accelerated methods (which leave it sooner), and without a minimiser
 * the bound of the first monotone step. */
static RateGrid grid_of(const Method *method, const Instance *instance)
{
    double low = 1.0 / instance->facts.smooth, high = 0.998 * instance->facts.critical;
    if (isnan(high)) high = fmin(theory_monotone_bound(instance->design), 4096.0 * low);
    if (strcmp(method->solver, "gd") != 0) high = fmax(high, 64.0 * low);
    return (RateGrid){.low = fmin(low, 0.5 * high), .high = high, .ratio = grid_ratio};
}

/* A rate that is known to settle bounds the budget of all others: above some rate a run
 * never settles, and must not be waited for. */
static double best_rate(const Method *method, const Instance *instance, const SolveTask *task)
{
    const SolverKind *kind = solver_kind(method->solver);
    RateGrid grid = grid_of(method, instance);
    SolveTask bounded = *task;
    bounded.rate = strcmp(method->solver, "gd") == 0 ? 0.9 * grid.high : grid.low;
    SolveResult known = solve_run(kind, instance->objective, &bounded, NULL);
    if (known.outcome == OUTCOME_REACHED && 2 * known.steps + 2 < bounded.max_steps)
        bounded.max_steps = 2 * known.steps + 2;
    return probe_best_constant(kind, instance->objective, &bounded, grid).rate;
}

static double scanned_rate(const Method *method, const Instance *instance, const SolveTask *task)
{
    SolveTask unwatched = *task;
    unwatched.observer = (SolveObserver){0};
    if (method->choice == METHOD_BEST) return best_rate(method, instance, &unwatched);
    return probe_largest_monotone(instance->objective, &unwatched, grid_of(method, instance));
}

SolveResult method_run(const Method *method, const Instance *instance, SolveTask task,
                       int64_t *searched, double *final)
{
    Objective *objective = instance->objective;
    int64_t gradients = objective->gradients;
    task.optimum = instance->optimum;
    task.rate = method->choice == METHOD_RULE ? method_rate(method, instance)
                                              : scanned_rate(method, instance, &task);
    if (searched) *searched = objective->gradients - gradients;
    bool chosen = method->choice != METHOD_RULE || method->rule; /* not by the solver */
    if (chosen && !(task.rate > 0.0))                            /* no margin, or nothing found */
        return (SolveResult){.outcome = OUTCOME_SPENT, .value = NAN, .gap = NAN, .rate = NAN};
    return solve_run(solver_kind(method->solver), objective, &task, final);
}
