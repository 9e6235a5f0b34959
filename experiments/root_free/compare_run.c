/* The searches, the finals, the reports. Contestants take turns, so that after Ctrl-C everyone has
 * had as many runs, and seeds are there for all or for none. */
#include "compare.h"

#include "base/clock.h"
#include "base/die.h"
#include "io/progress.h"
#include "trial/pool.h"

#include <math.h>
#include <stdlib.h>

CompareRun compare_draw(const Comparison *comparison, const Contestant *contestant, int64_t number)
{
    uint64_t seed = (uint64_t)comparison->options->seed + COMPARE_SEARCH_SEED;
    Configuration drawn = space_draw(contestant->space, seed, number);
    return (CompareRun){.optimizer = drawn.optimizer, .rate = drawn.rate, .seed = seed};
}

ArenaResult compare_train(const Comparison *comparison, const CompareRun *run, const char *schedule,
                          int64_t steps)
{
    ArenaRun asked = {.optimizer = run->optimizer,
                      .rate = run->rate,
                      .schedule = schedule,
                      .steps = steps,
                      .seed = run->seed,
                      .is_tested = run->is_tested,
                      .skips_curvature = true};
    return arena_run(comparison->arena, &asked);
}

/* Runs that are independent of each other, in the order in which they are kept. */
typedef struct {
    Comparison *comparison;
    const char *role;
    int64_t *(*done_of)(Contestant *contestant); /* what is counted */
    int64_t count;
    int *contestant;   /* of each run */
    CompareRun **run;  /* its place there */
    int64_t done, all; /* of all batches together */
    double start_s;    /* of this one */
    bool is_late;      /* once it is it stays so */
} Batch;

static void train_one(void *context, int64_t piece, void *result)
{
    const Batch *batch = context;
    const Comparison *comparison = batch->comparison;
    const CompareRun *run = batch->run[piece];
    ArenaResult *found = result;
    if (kept_find(comparison->kept, run, comparison->steps, found)) return;
    *found = compare_train(comparison, run, comparison->schedule, comparison->steps);
}

static void keep_one(void *context, int64_t piece, const void *result)
{
    Batch *batch = context;
    const Comparison *comparison = batch->comparison;
    Contestant *contestant = &batch->comparison->contestant[batch->contestant[piece]];
    CompareRun *run = batch->run[piece];
    ++*batch->done_of(contestant);
    bool is_kept = kept_find(comparison->kept, run, comparison->steps, &run->result);
    run->result = *(const ArenaResult *)result;
    if (!is_kept) kept_add(comparison->kept, batch->role, contestant->name, run, comparison->steps);
    progress_show(contestant->name, ++batch->done, batch->all, NAN);
}

static void add(Batch *batch, int contestant, CompareRun *place, CompareRun run)
{
    *place = run;
    batch->contestant[batch->count] = contestant;
    batch->run[batch->count++] = place;
}

/* Whoever has the smallest share of its runs is next, so that whenever it ends all have had about
 * the same. */
static void list_searches(Batch *batch)
{
    Comparison *comparison = batch->comparison;
    int64_t listed[COMPARE_MOST] = {0};
    for (;;) {
        int next = 0;
        for (int c = 1; c < comparison->count; c++)
            if (listed[c] * comparison->contestant[next].runs <
                listed[next] * comparison->contestant[c].runs)
                next = c;
        Contestant *contestant = &comparison->contestant[next];
        int64_t number = listed[next]++;
        if (number == contestant->runs) return;
        add(batch, next, &contestant->search[number], compare_draw(comparison, contestant, number));
    }
}

static void list_finals(Batch *batch)
{
    Comparison *comparison = batch->comparison;
    for (int64_t round = 0; round < COMPARE_FINAL_SEEDS; round++)
        for (int c = 0; c < comparison->count; c++) {
            Contestant *contestant = &comparison->contestant[c];
            for (int64_t f = 0; f < contestant->finalists; f++) {
                const CompareRun *run = &contestant->search[contestant->finalist[f]];
                add(batch, c, &contestant->final[round * contestant->finalists + f],
                    (CompareRun){.optimizer = format_text("%s", run->optimizer),
                                 .rate = run->rate,
                                 .seed = run->seed + 1 + (uint64_t)round});
            }
        }
}

static void list_reports(Batch *batch)
{
    Comparison *comparison = batch->comparison;
    for (int64_t seed = 0; seed < comparison->seeds; seed++)
        for (int c = 0; c < comparison->count; c++) {
            Contestant *contestant = &comparison->contestant[c];
            if (contestant->best < 0) continue;
            const CompareRun *best = &contestant->search[contestant->best];
            add(batch, c, &contestant->report[seed],
                (CompareRun){.optimizer = format_text("%s", best->optimizer),
                             .rate = best->rate,
                             .seed = (uint64_t)(comparison->options->seed + seed),
                             .is_tested = true});
        }
}

static int64_t *searched(Contestant *contestant) { return &contestant->found; }
static int64_t *finalled(Contestant *contestant) { return &contestant->finals; }
static int64_t *reported(Contestant *contestant) { return &contestant->reported; }

/* ---- where a time was asked for */

/* Would finals and reports, at the pace of the search so far, be too late? At least a run of
 * everyone must be there for them. */
static bool is_time_up(void *context)
{
    Batch *batch = context;
    const Comparison *comparison = batch->comparison;
    BudgetRows rows = {0};
    Budget budget = compare_budget(comparison, &rows);
    bool are_all_there = true;
    for (int c = 0; c < comparison->count; c++) {
        rows.runs[c] = comparison->contestant[c].found;
        are_all_there = are_all_there && rows.runs[c] > 0;
    }
    double now_s = clock_s();
    double pace = fmax(1.0, (now_s - batch->start_s) / budget_search_s(&budget, rows.runs));
    double end_s = now_s + pace * budget_beside_s(&budget);
    if (are_all_there && end_s > comparison->start_s + comparison->budget_s) batch->is_late = true;
    return batch->is_late;
}

/* Everyone's search is as far as the one that is the least far. */
static void cut_searches(Comparison *comparison)
{
    int64_t planned[COMPARE_MOST];
    double least = 1.0;
    for (int c = 0; c < comparison->count; c++) {
        const Contestant *contestant = &comparison->contestant[c];
        planned[c] = contestant->runs;
        least = fmin(least, (double)contestant->found / (double)contestant->runs);
    }
    for (int c = 0; c < comparison->count; c++) {
        Contestant *contestant = &comparison->contestant[c];
        int64_t kept = (int64_t)ceil(least * (double)planned[c] - 1e-9);
        for (int64_t k = kept; k < planned[c]; k++) free(contestant->search[k].optimizer);
        contestant->runs = contestant->found = kept;
    }
    progress_end();
    compare_print_cut(comparison, planned);
}

/* What comes one after another, as each needs what was found before. */
typedef struct {
    const char *role;
    void (*list)(Batch *batch);
    int64_t *(*done_of)(Contestant *contestant);
    void (*choose)(const Comparison *comparison, Contestant *contestant);
} Stage;

static const Stage stages[] = {{"search", list_searches, searched, compare_choose_finalists},
                               {"final", list_finals, finalled, compare_choose_best},
                               {"report", list_reports, reported, NULL}};
enum { STAGES = sizeof stages / sizeof *stages };

/* False after Ctrl-C. */
static bool run_batch(Batch *batch, bool (*is_enough)(void *context))
{
    const Comparison *comparison = batch->comparison;
    batch->start_s = clock_s();
    batch->is_late = false;
    Pool pool = {.jobs = comparison->jobs,
                 .threads = comparison->options->threads,
                 .count = batch->count,
                 .size = sizeof(ArenaResult),
                 .context = batch,
                 .work = train_one,
                 .finished = keep_one,
                 .is_enough = is_enough};
    int64_t finished = pool_run(&pool);
    if (finished == batch->count) return true;
    if (batch->is_late) cut_searches(batch->comparison);
    return batch->is_late;
}

void compare_run(Comparison *comparison)
{
    Batch batch = {.comparison = comparison};
    for (int c = 0; c < comparison->count; c++) {
        const Contestant *contestant = &comparison->contestant[c];
        batch.all += contestant->runs + compare_finals(comparison, contestant) + comparison->seeds;
    }
    batch.contestant = alloc_zeroed((size_t)batch.all, sizeof *batch.contestant);
    batch.run = alloc_zeroed((size_t)batch.all, sizeof *batch.run);
    for (const Stage *stage = stages; stage < stages + STAGES && !comparison->is_interrupted;
         stage++) {
        batch.role = stage->role;
        batch.done_of = stage->done_of;
        batch.count = 0;
        stage->list(&batch);
        bool is_timed = comparison->budget_s > 0.0 && stage->done_of == searched;
        comparison->is_interrupted = !run_batch(&batch, is_timed ? is_time_up : NULL);
        for (int c = 0; c < comparison->count && stage->choose; c++)
            stage->choose(comparison, &comparison->contestant[c]);
    }
    progress_end();
    free(batch.contestant);
    free(batch.run);
}
