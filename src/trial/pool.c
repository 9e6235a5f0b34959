#include "trial/pool.h"

#include "base/die.h"
#include "io/progress.h"
#include "trial/workers.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* In memory shared by all: the counter, then `count` flags, then `count` results. */
typedef struct {
    atomic_llong next; /* the first piece that nobody has taken; beyond all to stop */
    atomic_bool is_done[];
} Board;

enum { ALIGNMENT = 64 };

typedef struct {
    const Pool *pool;
    int64_t finished; /* pieces */
    Workers workers;
    size_t flags_size, size;
    Board *board;
    bool is_stopping;
} Shift;

static void *result_of(const Shift *shift, int64_t piece)
{
    return (char *)shift->board + shift->flags_size + (size_t)piece * shift->pool->size;
}

static void make_board(Shift *shift)
{
    const Pool *pool = shift->pool;
    size_t flags = sizeof(Board) + (size_t)pool->count * sizeof(atomic_bool);
    shift->flags_size = (flags + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    shift->size = shift->flags_size + (size_t)pool->count * pool->size;
    shift->board = workers_share(shift->size);
}

static bool take_piece(Shift *shift)
{
    const Pool *pool = shift->pool;
    long long piece = atomic_fetch_add(&shift->board->next, 1);
    if (piece >= pool->count) return false;
    pool->work(pool->context, piece, result_of(shift, piece));
    atomic_store(&shift->board->is_done[piece], true);
    return true;
}

static void work(void *context, int64_t worker)
{
    (void)worker;
    while (take_piece(context)) {
    }
}

/* A worker that gave up has said why. */
static bool fail(void *context, int64_t worker, int status)
{
    (void)worker;
    Shift *shift = context;
    workers_kill(&shift->workers);
    progress_end();
    if (WIFEXITED(status)) exit(WEXITSTATUS(status));
    die("a worker process died of %s (too little memory?); fewer jobs need less of it",
        strsignal(WTERMSIG(status)));
}

static void begin_no_more(Shift *shift) { atomic_store(&shift->board->next, shift->pool->count); }

static void hand_over(Shift *shift)
{
    const Pool *pool = shift->pool;
    for (; shift->finished < pool->count && atomic_load(&shift->board->is_done[shift->finished]);
         shift->finished++) {
        if (pool->finished)
            pool->finished(pool->context, shift->finished, result_of(shift, shift->finished));
        if (pool->is_enough && pool->is_enough(pool->context)) begin_no_more(shift);
    }
}

static const char stopping[] = "\nstopping after what is under way; Ctrl-C again ends at once\n";

static void stop(Shift *shift)
{
    progress_end();
    if (shift->is_stopping) {
        workers_kill(&shift->workers);
        exit(EXIT_INTERRUPTED);
    }
    shift->is_stopping = true;
    begin_no_more(shift);
    if (write(STDERR_FILENO, stopping, sizeof stopping - 1) < 0) return;
}

static void watch(Shift *shift)
{
    workers_start(&shift->workers);
    while (workers_reap(&shift->workers) > 0) {
        if (workers_listen()) stop(shift);
        hand_over(shift);
    }
    hand_over(shift);
    workers_end(&shift->workers);
}

/* ---- without workers: a signal comes in the middle of a piece, and must be heard there */

static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal)
{
    (void)signal;
    if (interrupted) _exit(EXIT_INTERRUPTED);
    interrupted = 1;
    if (write(STDERR_FILENO, stopping, sizeof stopping - 1) < 0) return;
}

static void work_alone(Shift *shift)
{
    const struct sigaction note = {.sa_handler = note_interrupt, .sa_flags = SA_RESTART};
    struct sigaction before[2];
    interrupted = 0;
    sigaction(SIGINT, &note, &before[0]);
    sigaction(SIGTERM, &note, &before[1]);
    while (!interrupted && take_piece(shift)) hand_over(shift);
    sigaction(SIGINT, &before[0], NULL);
    sigaction(SIGTERM, &before[1], NULL);
}

int64_t pool_run(const Pool *pool)
{
    Shift shift = {.pool = pool};
    shift.workers = (Workers){.count = pool->jobs < pool->count ? pool->jobs : pool->count,
                              .threads = pool->threads,
                              .context = &shift,
                              .work = work,
                              .failed = fail};
    make_board(&shift);
    if (shift.workers.count)
        watch(&shift);
    else
        work_alone(&shift);
    munmap(shift.board, shift.size);
    return shift.finished;
}

int64_t pool_cores(void)
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) ? 1 : CPU_COUNT(&allowed);
}
