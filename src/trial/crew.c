#include "trial/crew.h"

#include "base/die.h"
#include "io/progress.h"
#include "trial/spool.h"
#include "trial/workers.h"

#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* In memory shared by parent and workers. */
typedef struct {
    atomic_llong next;      /* the first entry of the list that nobody has taken */
    atomic_llong done;      /* trials finished in this run */
    atomic_llong current[]; /* per worker: the trial it is on, -1 for none */
} Board;

typedef struct {
    const SweepPlan *plan;
    int64_t todo;
    const int64_t *order;
    bool *crashed;
    Workers workers;
    Board *board;
} Crew;

static void work(void *context, int64_t worker)
{
    const Crew *crew = context;
    Board *board = crew->board;
    for (;;) {
        long long at = atomic_fetch_add(&board->next, 1);
        if (at >= crew->todo) return;
        atomic_store(&board->current[worker], crew->order[at]);
        spool_run(crew->plan, crew->order[at]);
        atomic_store(&board->current[worker], -1);
        atomic_fetch_add(&board->done, 1);
    }
}

static const char *label_of(const SweepPlan *plan, int64_t trial)
{
    return plan->label && trial >= 0 ? plan->label(plan->context, trial) : "";
}

static void note_death(Crew *crew, int64_t trial, int status)
{
    const SweepPlan *plan = crew->plan;
    if (trial < 0 || spool_has(plan->out, trial)) return;
    crew->crashed[trial] = true;
    atomic_fetch_add(&crew->board->done, 1);
    char *how = WIFSIGNALED(status) ? format_text("died of %s", strsignal(WTERMSIG(status)))
                                    : format_text("gave up (exit %d)", WEXITSTATUS(status));
    progress_end();
    const char *label = label_of(plan, trial);
    warn("trial %" PRId64 "%s%s%s: its worker %s; the trial counts as crashed", trial,
         *label ? " (" : "", label, *label ? ")" : "", how);
    free(how);
}

/* Those that died at work are replaced. */
static bool fail(void *context, int64_t worker, int status)
{
    Crew *crew = context;
    if (WIFEXITED(status) && WEXITSTATUS(status) == SPOOL_FAILED) {
        workers_kill(&crew->workers);
        die("%s: a finished trial cannot be written there; free some space, and the same "
            "command goes on from here",
            crew->plan->out);
    }
    note_death(crew, atomic_exchange(&crew->board->current[worker], -1), status);
    return atomic_load(&crew->board->next) < crew->todo;
}

static void show(const Crew *crew, int64_t done)
{
    int64_t trial = -1;
    for (int64_t k = 0; k < crew->workers.count && trial < 0; k++)
        trial = atomic_load(&crew->board->current[k]);
    progress_show(label_of(crew->plan, trial), done + atomic_load(&crew->board->done),
                  done + crew->todo, NAN);
}

static bool watch(Crew *crew, int64_t done)
{
    while (workers_reap(&crew->workers) > 0) {
        if (workers_listen()) {
            workers_kill(&crew->workers);
            return false;
        }
        show(crew, done);
    }
    return true;
}

bool crew_run(const SweepPlan *plan, int64_t todo, const int64_t order[], int64_t done,
              bool crashed[])
{
    Crew crew = {.plan = plan, .todo = todo, .order = order, .crashed = crashed};
    int64_t count = plan->jobs < todo ? plan->jobs : todo;
    crew.workers = (Workers){
        .count = count, .threads = plan->threads, .context = &crew, .work = work, .failed = fail};
    size_t size = sizeof(Board) + (size_t)count * sizeof(atomic_llong);
    crew.board = workers_share(size);
    for (int64_t k = 0; k < count; k++) atomic_store(&crew.board->current[k], -1);

    workers_start(&crew.workers);
    bool finished = watch(&crew, done);
    progress_end();
    workers_end(&crew.workers);
    munmap(crew.board, size);
    return finished;
}
