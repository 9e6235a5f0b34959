/* How many runs each contestant has. */
#include "compare.h"

#include "base/clock.h"
#include "base/die.h"
#include "base/duration.h"
#include "trial/pool.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

/* A short trial trains for a sixteenth of the steps, at least so many; the shortest time of three
 * counts, because what disturbs it only makes it longer. On the CPU it is the time of the processor
 * that is counted, so that no other program decides which optimizer is the faster one; what is lost
 * to others lengthens all alike. */
enum { TRIAL_SHARE = 16, TRIAL_LEAST = 16, TRIAL_REPEATS = 3 };

/* What timing took, and runs that take longer than timed. */
static const double planned_share = 0.9;

/* So far below the drawn rate no trial diverges, and a step takes as long. */
static const double trial_rate = 1e-6;

/* Trials run side by side as the runs will: each contestant's may be timed by several workers. */
typedef struct {
    double run_s;             /* in busy time */
    double busy_s, elapsed_s; /* of all trials */
} Timed;

typedef struct {
    Comparison *comparison;
    int64_t steps, rounds;
    Timed all;
} Timing;

/* A device works while the processor waits: there all time is busy. */
static double busy_s(const Comparison *comparison)
{
    return comparison->jobs ? (double)clock() / CLOCKS_PER_SEC : clock_s();
}

static double train_short(const Comparison *comparison, CompareRun *run, int64_t steps,
                          Timed *timed)
{
    double shortest_s = INFINITY;
    for (int k = 0; k < TRIAL_REPEATS; k++) {
        double start_s = clock_s(), start_busy_s = busy_s(comparison);
        run->result = compare_train(comparison, run, "constant", steps);
        double spent_s = busy_s(comparison) - start_busy_s;
        shortest_s = fmin(shortest_s, spent_s);
        timed->busy_s += spent_s;
        timed->elapsed_s += clock_s() - start_s;
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
    Timed *timed = result;
    double first_s = train_short(comparison, &run, 1, timed);
    double trial_s = train_short(comparison, &run, timing->steps, timed);
    timed->run_s = budget_run_s(first_s, trial_s, timing->steps, comparison->steps);
    free(run.optimizer);
}

static void add_time(void *context, int64_t piece, const void *result)
{
    Timing *timing = context;
    const Timed *timed = result;
    Contestant *contestant = &timing->comparison->contestant[piece % timing->comparison->count];
    contestant->run_s += timed->run_s / (double)timing->rounds;
    timing->all.busy_s += timed->busy_s;
    timing->all.elapsed_s += timed->elapsed_s;
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
                 .size = sizeof(Timed),
                 .context = &timing,
                 .work = time_one,
                 .finished = add_time};
    for (int c = 0; c < comparison->count; c++) comparison->contestant[c].run_s = 0.0;
    if (pool_run(&pool) < pool.count) return false;
    for (int c = 0; c < comparison->count; c++)
        comparison->contestant[c].run_s *= timing.all.elapsed_s / timing.all.busy_s;
    return true;
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
    int64_t runs[COMPARE_MOST];
    double least_s = budget_least_s(budget, COMPARE_LEAST_RUNS, runs) / planned_share;
    char *least = duration_text(least_s);
    die_usage("--budget %s is too short: %d optimizers with %d runs of a search and %" PRId64
              " others each take about %s; take fewer --steps or --seeds, or a smaller --model, or "
              "give --budget %.0fs",
              comparison->options->budget, comparison->count, COMPARE_LEAST_RUNS,
              budget->finals + budget->seeds, least, ceil(1.1 * least_s));
}

Budget compare_budget(const Comparison *comparison, BudgetRows *rows)
{
    Budget budget = {.jobs = comparison->jobs,
                     .count = comparison->count,
                     .run_s = rows->run_s,
                     .is_settled = rows->is_settled,
                     .seeds = comparison->seeds};
    for (int c = 0; c < comparison->count; c++) {
        const Contestant *contestant = &comparison->contestant[c];
        rows->run_s[c] = contestant->run_s;
        rows->runs[c] = contestant->runs;
        rows->is_settled[c] = contestant->is_settled;
        if (!contestant->is_settled) budget.finals = compare_finals(comparison, contestant);
    }
    return budget;
}

static void share_time(Comparison *comparison)
{
    BudgetRows rows = {0};
    Budget budget = compare_budget(comparison, &rows);
    budget_share(&budget, planned_share * comparison->budget_s, rows.runs);
    for (int c = 0; c < comparison->count; c++) {
        if (rows.runs[c] < COMPARE_LEAST_RUNS && !rows.is_settled[c])
            refuse_budget(comparison, &budget);
        comparison->contestant[c].runs = rows.runs[c];
    }
}

static void take_counts(Comparison *comparison)
{
    const CliList *runs = &comparison->options->runs;
    if (runs->count != 1 && runs->count != comparison->count)
        die_usage("--runs: expected one number or one for each of the %d optimizers, found %d",
                  comparison->count, runs->count);
    for (int c = 0; c < comparison->count; c++) {
        double asked = runs->value[runs->count == 1 ? 0 : c];
        if (asked != floor(asked)) die_usage("--runs: expected whole numbers, found %g", asked);
        comparison->contestant[c].runs = comparison->contestant[c].is_settled ? 1 : (int64_t)asked;
    }
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
        contestant->final = alloc_zeroed((size_t)compare_finals(comparison, contestant) + 1,
                                         sizeof *contestant->final);
        contestant->report = alloc_zeroed((size_t)comparison->seeds, sizeof *contestant->report);
    }
    return true;
}
