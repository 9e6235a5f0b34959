/* How many runs each contestant has. */
#include "compare.h"

#include "base/clock.h"
#include "base/die.h"
#include "base/duration.h"
#include "trial/pool.h"

#include <math.h>
#include <stdlib.h>

/* A short trial trains for a sixteenth of the steps, at least so many; the shortest time of three
 * counts, because what disturbs it only makes it longer. */
enum { TRIAL_SHARE = 16, TRIAL_LEAST = 16, TRIAL_REPEATS = 3 };

/* So far below the drawn rate no trial diverges, and a step takes as long. */
static const double trial_rate = 1e-6;

/* Trials run side by side as the runs will: each contestant's may be timed by several workers. */
typedef struct {
    Comparison *comparison;
    int64_t steps, rounds;
} Timing;

static double train_short(const Comparison *comparison, CompareRun *run, int64_t steps)
{
    double shortest_s = INFINITY;
    for (int k = 0; k < TRIAL_REPEATS; k++) {
        double start_s = clock_s();
        run->result = compare_train(comparison, run, "constant", steps);
        shortest_s = fmin(shortest_s, clock_s() - start_s);
    }
    return shortest_s;
}

static void time_one(void *context, int64_t piece, void *result)
{
    const Timing *timing = context;
    const Comparison *comparison = timing->comparison;
    CompareRun run =
        compare_draw(comparison, &comparison->contestant[piece % comparison->count], 0);
    run.rate *= trial_rate;
    double first_s = train_short(comparison, &run, 1);
    double trial_s = train_short(comparison, &run, timing->steps);
    *(double *)result = budget_run_s(first_s, trial_s, timing->steps, comparison->steps);
    free(run.optimizer);
}

static void add_time(void *context, int64_t piece, const void *result)
{
    const Timing *timing = context;
    Contestant *contestant = &timing->comparison->contestant[piece % timing->comparison->count];
    contestant->run_s += *(const double *)result / (double)timing->rounds;
}

/* False after Ctrl-C. */
static bool measure(Comparison *comparison)
{
    Timing timing = {.comparison = comparison, .steps = comparison->steps / TRIAL_SHARE};
    if (timing.steps < TRIAL_LEAST) timing.steps = TRIAL_LEAST;
    if (timing.steps > comparison->steps) timing.steps = comparison->steps;
    timing.rounds = (comparison->jobs + comparison->count - 1) / comparison->count;
    if (timing.rounds < 1) timing.rounds = 1;
    Pool pool = {.jobs = comparison->jobs,
                 .threads = comparison->options->threads,
                 .count = timing.rounds * comparison->count,
                 .size = sizeof(double),
                 .context = &timing,
                 .work = time_one,
                 .finished = add_time};
    for (int c = 0; c < comparison->count; c++) comparison->contestant[c].run_s = 0.0;
    return pool_run(&pool) == pool.count;
}

/* Those of the file, so that the same command makes the same plan; else measured, and kept. */
static bool find_times(Comparison *comparison)
{
    bool are_kept = true;
    for (int c = 0; c < comparison->count; c++) {
        Contestant *contestant = &comparison->contestant[c];
        contestant->run_s = kept_time(comparison->kept, contestant->name, comparison->steps);
        if (isnan(contestant->run_s)) are_kept = false;
    }
    if (are_kept) return true;
    if (!measure(comparison)) return false;
    for (int c = 0; c < comparison->count; c++)
        kept_add_time(comparison->kept, comparison->contestant[c].name, comparison->steps,
                      comparison->contestant[c].run_s);
    return true;
}

static _Noreturn void refuse_budget(const Comparison *comparison, const Budget *budget)
{
    double least_s = budget_least_s(budget, COMPARE_LEAST_RUNS);
    char *least = duration_text(least_s);
    die_usage("--budget %s is too short: %d optimizers with %d runs of a search and %lld others "
              "each take about %s; take fewer --steps or --seeds, or a smaller --model, or give "
              "--budget %.0fs",
              comparison->options->budget, comparison->count, COMPARE_LEAST_RUNS,
              (long long)budget->beside, least, ceil(1.1 * least_s));
}

Budget compare_budget(const Comparison *comparison, double run_s[COMPARE_MOST])
{
    for (int c = 0; c < comparison->count; c++) run_s[c] = comparison->contestant[c].run_s;
    return (Budget){.jobs = comparison->jobs,
                    .count = comparison->count,
                    .run_s = run_s,
                    .beside = comparison->seeds + compare_finals(comparison)};
}

static void share_time(Comparison *comparison)
{
    double run_s[COMPARE_MOST];
    int64_t runs[COMPARE_MOST];
    Budget budget = compare_budget(comparison, run_s);
    budget_share(&budget, comparison->budget_s, runs);
    for (int c = 0; c < comparison->count; c++) {
        if (runs[c] < COMPARE_LEAST_RUNS) refuse_budget(comparison, &budget);
        comparison->contestant[c].runs = runs[c];
    }
}

static void take_counts(Comparison *comparison)
{
    const CliList *runs = &comparison->options->runs;
    if (runs->count != 1 && runs->count != comparison->count)
        die_usage("--runs: expected one number or one for each of the %d optimizers, found %d",
                  comparison->count, runs->count);
    for (int c = 0; c < comparison->count; c++)
        comparison->contestant[c].runs = (int64_t)runs->value[runs->count == 1 ? 0 : c];
}

bool compare_plan(Comparison *comparison)
{
    if (comparison->budget_s > 0.0) {
        if (!find_times(comparison)) return false;
        share_time(comparison);
    } else {
        take_counts(comparison);
    }
    for (int c = 0; c < comparison->count; c++) {
        Contestant *contestant = &comparison->contestant[c];
        contestant->search = alloc_zeroed((size_t)contestant->runs, sizeof *contestant->search);
        contestant->final =
            alloc_zeroed((size_t)compare_finals(comparison) + 1, sizeof *contestant->final);
        contestant->report = alloc_zeroed((size_t)comparison->seeds, sizeof *contestant->report);
    }
    return true;
}
