/* How many runs each contestant has. */
#include "compare.h"

#include "base/clock.h"
#include "base/die.h"
#include "base/duration.h"
#include "trial/budget.h"

#include <math.h>
#include <stdlib.h>

/* A short trial trains for a sixteenth of the steps, at least so many. */
enum { TRIAL_SHARE = 16, TRIAL_LEAST = 16 };

/* So far below the drawn rate no trial diverges, and a step takes as long. */
static const double trial_rate = 1e-6;

static double time_trial(const Comparison *comparison, const Contestant *contestant,
                         const char *role, int64_t steps)
{
    double kept_s = kept_time(comparison->kept, role, contestant->name, steps);
    if (!isnan(kept_s)) return kept_s;
    CompareRun run = compare_draw(comparison, contestant, 0);
    run.rate *= trial_rate;
    double start_s = clock_s();
    run.result = compare_train(comparison, &run, "constant", steps);
    double time_s = clock_s() - start_s;
    kept_add(comparison->kept, role, contestant->name, &run, steps, time_s);
    free(run.optimizer);
    return time_s;
}

/* The first trial of all meets memory that was never touched: it is not timed. */
static void measure(Comparison *comparison)
{
    int64_t steps = comparison->steps / TRIAL_SHARE;
    if (steps < TRIAL_LEAST) steps = TRIAL_LEAST;
    if (steps > comparison->steps) steps = comparison->steps;
    time_trial(comparison, &comparison->contestant[0], "warm-up", 1);
    for (int k = 0; k < comparison->count; k++) {
        Contestant *contestant = &comparison->contestant[k];
        double first_s = time_trial(comparison, contestant, "first step", 1);
        double trial_s = time_trial(comparison, contestant, "trial", steps);
        contestant->run_s = budget_run_s(first_s, trial_s, steps, comparison->steps);
    }
}

static void refuse_budget(const Comparison *comparison, const double run_s[])
{
    double least_s =
        budget_least_s(comparison->count, run_s, comparison->seeds, COMPARE_LEAST_RUNS);
    char *least = duration_text(least_s);
    die_usage("--budget %s is too short: %d optimizers with %d runs of a search and %lld seeds "
              "each take about %s; take fewer --steps or --seeds, or a smaller --model, or give "
              "--budget %.0fs",
              comparison->options->budget, comparison->count, COMPARE_LEAST_RUNS,
              (long long)comparison->seeds, least, ceil(1.1 * least_s));
}

static void plan_by_time(Comparison *comparison)
{
    double run_s[COMPARE_MOST];
    int64_t runs[COMPARE_MOST];
    measure(comparison);
    for (int k = 0; k < comparison->count; k++) run_s[k] = comparison->contestant[k].run_s;
    budget_share(comparison->budget_s, comparison->count, run_s, comparison->seeds, runs);
    for (int k = 0; k < comparison->count; k++) {
        if (runs[k] < COMPARE_LEAST_RUNS) refuse_budget(comparison, run_s);
        comparison->contestant[k].runs = runs[k];
    }
}

static void plan_by_count(Comparison *comparison)
{
    const CliList *runs = &comparison->options->runs;
    if (runs->count != 1 && runs->count != comparison->count)
        die_usage("--runs: expected one number or one for each of the %d optimizers, found %d",
                  comparison->count, runs->count);
    for (int k = 0; k < comparison->count; k++)
        comparison->contestant[k].runs = (int64_t)runs->value[runs->count == 1 ? 0 : k];
}

void compare_plan(Comparison *comparison)
{
    if (comparison->budget_s > 0.0)
        plan_by_time(comparison);
    else
        plan_by_count(comparison);
    for (int k = 0; k < comparison->count; k++) {
        Contestant *contestant = &comparison->contestant[k];
        contestant->search = alloc_zeroed((size_t)contestant->runs, sizeof *contestant->search);
        contestant->report = alloc_zeroed((size_t)comparison->seeds, sizeof *contestant->report);
    }
}
