/* The searches, then the reports. Contestants take turns, so that after Ctrl-C everyone has had
 * as many runs, and seeds are there for all or for none. */
#include "compare.h"

#include "base/die.h"
#include "io/progress.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal)
{
    static const char sentence[] = "\nstopping after this run; Ctrl-C again ends at once\n";
    (void)signal;
    interrupted = 1;
    /* Where it cannot be said, it is done all the same. */
    if (write(STDERR_FILENO, sentence, sizeof sentence - 1) < 0) return;
}

static void watch_interrupts(void)
{
    struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

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

/* What goes on the progress line. */
typedef struct {
    int64_t done, total;
} Progress;

static void perform(const Comparison *comparison, const Contestant *contestant, const char *role,
                    CompareRun *run, Progress *progress)
{
    progress_show(contestant->name, progress->done++, progress->total, NAN);
    if (kept_find(comparison->kept, run, comparison->steps, &run->result)) return;
    run->result = compare_train(comparison, run, comparison->schedule, comparison->steps);
    kept_add(comparison->kept, role, contestant->name, run, comparison->steps, NAN);
}

static void search(Comparison *comparison, Progress *progress)
{
    int64_t most = 0;
    for (int c = 0; c < comparison->count; c++)
        if (comparison->contestant[c].runs > most) most = comparison->contestant[c].runs;
    for (int64_t number = 0; number < most; number++)
        for (int c = 0; c < comparison->count && !interrupted; c++) {
            Contestant *contestant = &comparison->contestant[c];
            if (number >= contestant->runs) continue;
            CompareRun *run = &contestant->search[contestant->found];
            *run = compare_draw(comparison, contestant, number);
            perform(comparison, contestant, "search", run, progress);
            contestant->found++;
        }
}

static void report(Comparison *comparison, Progress *progress)
{
    for (int64_t seed = 0; seed < comparison->seeds; seed++)
        for (int c = 0; c < comparison->count && !interrupted; c++) {
            Contestant *contestant = &comparison->contestant[c];
            if (contestant->best < 0) continue;
            const CompareRun *best = &contestant->search[contestant->best];
            CompareRun *run = &contestant->report[contestant->reported];
            *run = (CompareRun){.optimizer = format_text("%s", best->optimizer),
                                .rate = best->rate,
                                .seed = (uint64_t)(comparison->options->seed + seed),
                                .is_tested = true};
            perform(comparison, contestant, "report", run, progress);
            contestant->reported++;
        }
}

void compare_run(Comparison *comparison)
{
    Progress progress = {0};
    for (int c = 0; c < comparison->count; c++)
        progress.total += comparison->contestant[c].runs + comparison->seeds;
    watch_interrupts();
    search(comparison, &progress);
    for (int c = 0; c < comparison->count; c++)
        comparison->contestant[c].best = compare_best(comparison, &comparison->contestant[c]);
    if (!interrupted) report(comparison, &progress);
    progress_end();
    comparison->is_interrupted = interrupted;
}
