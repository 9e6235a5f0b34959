#include "trial/ranks.h"

#include "base/die.h"
#include "comm/comm.h"
#include "io/progress.h"
#include "trial/spool.h"

#include <math.h>
#include <omp.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static const int64_t dismissal = -1;

/* What a launcher does to the ranks that are left when one has died, and Ctrl-C: this process may
 * be in the middle of a message, so that it can only speak and go. */
static void on_stop(int number)
{
    static const char text[] =
        "error: stopped in the middle: a rank was lost, or somebody stopped the run. No table was "
        "written; finished trials are kept, and the same command goes on from there\n";
    (void)number;
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    _exit(written > 0 ? EXIT_INTERRUPTED : EXIT_FAILURE);
}

static void watch_stops(void)
{
    struct sigaction action = {.sa_handler = on_stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

bool ranks_lead(const SweepPlan *plan, int64_t todo, const int64_t order[], int64_t done)
{
    watch_stops();
    omp_set_num_threads((int)plan->threads);
    for (int64_t k = 0; k < todo; k++) {
        int64_t trial = order[k];
        progress_show(plan->label ? plan->label(plan->context, trial) : "", done + k, done + todo,
                      NAN);
        comm_tell(sizeof trial, &trial);
        spool_run(plan, trial);
    }
    progress_end();
    return true;
}

void ranks_dismiss(void)
{
    int64_t none = dismissal;
    comm_tell(sizeof none, &none);
}

SweepResult ranks_follow(const SweepPlan *plan)
{
    SweepResult result = {.lock = -1};
    omp_set_num_threads((int)plan->threads);
    for (int64_t trial;; result.run++) {
        comm_tell(sizeof trial, &trial);
        if (trial == dismissal) return result;
        spool_follow(plan, trial);
    }
}

/* Of all ranks: trials run, those that were there, those that crashed. */
static void add_up(SweepResult *result)
{
    int ranks = comm_ranks();
    double own[3] = {(double)result->run, (double)result->reused, (double)result->crashed};
    double *all = alloc_zeroed((size_t)ranks, sizeof own);
    comm_gather(ranks, 3, own, all);
    result->run = result->reused = result->crashed = 0;
    for (int rank = 0; rank < ranks; rank++) {
        result->run += (int64_t)all[3 * rank];
        result->reused += (int64_t)all[3 * rank + 1];
        result->crashed += (int64_t)all[3 * rank + 2];
    }
    free(all);
}

/* Every rank's part is a finer shard: number s of S, and of these number r of R, are the trials
 * with index ≡ s − 1 + S (r − 1) mod S R. A trial that crashed is tried once more when they are
 * joined. */
SweepResult ranks_share(const SweepPlan *plan)
{
    SweepPlan part = *plan;
    part.shard = plan->shard + plan->shards * comm_rank();
    part.shards = plan->shards * comm_ranks();
    SweepResult own = sweep_run(&part);
    sweep_unlock(own.lock);
    comm_wait();
    add_up(&own);
    if (!comm_is_first() || plan->shards > 1) return own;
    SweepResult whole = sweep_run(plan);
    whole.run = own.run;
    whole.reused = own.reused;
    return whole;
}
