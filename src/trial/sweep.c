#include "trial/sweep.h"

#include "base/die.h"
#include "comm/comm.h"
#include "io/files.h"
#include "trial/crew.h"
#include "trial/ranks.h"
#include "trial/spool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int sweep_lock(const char *out, bool shared)
{
    char *path = format_text("%s/.lock", out);
    int descriptor = files_lock(path, shared);
    if (descriptor < 0)
        die("another run is writing into %s: wait for it, or name another folder", out);
    free(path);
    return descriptor;
}

void sweep_unlock(int lock) { close(lock); }

/* One after the other: shards that start together must not throw away each other's first
 * trials. The lock's second byte. */
static void open_spool(const SweepPlan *plan, int descriptor)
{
    struct flock turn = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1, .l_len = 1};
    if (fcntl(descriptor, F_SETLKW, &turn)) die("%s: %s", plan->out, strerror(errno));
    spool_open(plan->out, &plan->key);
    turn.l_type = F_UNLCK;
    fcntl(descriptor, F_SETLK, &turn);
}

typedef struct {
    int64_t trial;
    double cost;
} Task;

/* The longest first; equal ones in trial order, so that the order is one and the same. */
static int by_cost(const void *left, const void *right)
{
    const Task *a = left, *b = right;
    if (a->cost != b->cost) return a->cost > b->cost ? -1 : 1;
    return a->trial < b->trial ? -1 : 1;
}

/* The trials of this shard without a file; returns how many. */
static int64_t list_tasks(const SweepPlan *plan, const bool crashed[], int64_t order[])
{
    Task *tasks = alloc_zeroed((size_t)plan->count, sizeof *tasks);
    int64_t todo = 0;
    for (int64_t trial = plan->shard - 1; trial < plan->count; trial += plan->shards) {
        if (crashed[trial] || spool_has(plan->out, trial)) continue;
        tasks[todo].trial = trial;
        tasks[todo++].cost = plan->cost ? plan->cost(plan->context, trial) : 0.0;
    }
    qsort(tasks, (size_t)todo, sizeof *tasks, by_cost);
    for (int64_t k = 0; k < todo; k++) order[k] = tasks[k].trial;
    free(tasks);
    return todo;
}

static int64_t shard_size(const SweepPlan *plan)
{
    return (plan->count - plan->shard + plan->shards) / plan->shards;
}

/* A worker killed between taking a trial and saying so leaves a trial that is neither
 * finished nor crashed: hence the loop. */
static SweepResult run_trials(const SweepPlan *plan, bool crashed[])
{
    bool together = plan->together && comm_ranks() > 1;
    int64_t *order = alloc_zeroed((size_t)plan->count, sizeof *order);
    int64_t mine = shard_size(plan);
    int64_t todo = list_tasks(plan, crashed, order);
    SweepResult result = {.run = todo, .reused = mine - todo};
    for (; todo > 0; todo = list_tasks(plan, crashed, order)) {
        if (together ? ranks_lead(plan, todo, order, mine - todo)
                     : crew_run(plan, todo, order, mine - todo, crashed))
            continue;
        int64_t kept = mine - list_tasks(plan, crashed, order);
        for (int64_t trial = 0; trial < plan->count; trial++) kept -= crashed[trial];
        fprintf(stderr,
                "interrupted: %" PRId64 " of %" PRId64
                " trials are kept; the same command goes on from there\n",
                kept, mine);
        exit(EXIT_INTERRUPTED);
    }
    for (int64_t trial = 0; trial < plan->count; trial++) result.crashed += crashed[trial];
    free(order);
    return result;
}

/* Tables without run.txt are never taken for current: whoever replaces them removes it first. */
static void join(const SweepPlan *plan, const bool crashed[])
{
    char *manifest = format_text("%s/run.txt", plan->out);
    if (unlink(manifest) && errno != ENOENT) die("%s: %s", manifest, strerror(errno));
    free(manifest);
    spool_join(plan, crashed);
}

SweepResult sweep_run(const SweepPlan *plan)
{
    assert(plan->count > 0 && plan->jobs > 0 && plan->threads > 0);
    assert(plan->shard >= 1 && plan->shard <= plan->shards);
    assert(plan->table_count >= 1 && plan->table_count <= SWEEP_MAX_TABLES);
    if (plan->together && !comm_is_first()) return ranks_follow(plan);
    files_make_directory(plan->out);
    int lock = sweep_lock(plan->out, plan->shards > 1);
    open_spool(plan, lock);

    bool *crashed = alloc_zeroed((size_t)plan->count, sizeof *crashed);
    SweepResult result = run_trials(plan, crashed);
    if (plan->together) ranks_dismiss();
    result.lock = lock;
    result.whole = plan->shards == 1;
    if (result.whole) join(plan, crashed);
    free(crashed);
    return result;
}

void sweep_forget(const char *out, const Hash *key)
{
    if (spool_is_of(out, key)) spool_remove(out);
}

bool sweep_is_kept(const char *out, const Hash *key) { return spool_is_of(out, key); }
