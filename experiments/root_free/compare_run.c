/* The searches, the finals, the reports. Contestants take turns, so that after Ctrl-C everyone has
 * had as many runs, and seeds are there for all or for none. */
#include "compare.h"

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
                      .is_tested = run->is_tested};
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

static void list_searches(Batch *batch)
{
    Comparison *comparison = batch->comparison;
    int64_t most = 0;
    for (int c = 0; c < comparison->count; c++)
        if (comparison->contestant[c].runs > most) most = comparison->contestant[c].runs;
    for (int64_t number = 0; number < most; number++)
        for (int c = 0; c < comparison->count; c++) {
            Contestant *contestant = &comparison->contestant[c];
            if (number < contestant->runs)
                add(batch, c, &contestant->search[number],
                    compare_draw(comparison, contestant, number));
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
static bool run_batch(Batch *batch)
{
    const Comparison *comparison = batch->comparison;
    Pool pool = {.jobs = comparison->jobs,
                 .threads = comparison->options->threads,
                 .count = batch->count,
                 .size = sizeof(ArenaResult),
                 .context = batch,
                 .work = train_one,
                 .finished = keep_one};
    return pool_run(&pool) == batch->count;
}

void compare_run(Comparison *comparison)
{
    Batch batch = {.comparison = comparison};
    for (int c = 0; c < comparison->count; c++)
        batch.all +=
            comparison->contestant[c].runs + compare_finals(comparison) + comparison->seeds;
    batch.contestant = alloc_zeroed((size_t)batch.all, sizeof *batch.contestant);
    batch.run = alloc_zeroed((size_t)batch.all, sizeof *batch.run);
    for (const Stage *stage = stages; stage < stages + STAGES && !comparison->is_interrupted;
         stage++) {
        batch.role = stage->role;
        batch.done_of = stage->done_of;
        batch.count = 0;
        stage->list(&batch);
        comparison->is_interrupted = !run_batch(&batch);
        for (int c = 0; c < comparison->count && stage->choose; c++)
            stage->choose(comparison, &comparison->contestant[c]);
    }
    progress_end();
    free(batch.contestant);
    free(batch.run);
}
