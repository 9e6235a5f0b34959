#include "trial/pool.h"

#include "base/die.h"
#include "comm/comm.h"
#include "io/progress.h"

#include <errno.h>
#include <omp.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
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
    int64_t workers;
    pid_t *pid; /* 0: has ended */
    size_t flags_size, size;
    Board *board;
    bool is_stopping;
    sigset_t watched, before;
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
    void *board =
        mmap(NULL, shift->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) die("no shared memory for the workers: %s", strerror(errno));
    shift->board = board;
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

/* SIGINT reaches the whole group of a terminal: the parent alone decides what it means. */
static void start_worker(Shift *shift, int64_t worker)
{
    pid_t parent = getpid();
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) die("a worker process cannot be started: %s", strerror(errno));
    shift->pid[worker] = pid;
    if (pid > 0) return;

    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXIT_FAILURE);
    sigprocmask(SIG_SETMASK, &shift->before, NULL);
    progress_enable(false);
    comm_leave();
    omp_set_num_threads((int)shift->pool->threads);
    while (take_piece(shift)) {
    }
    exit(EXIT_SUCCESS);
}

static void kill_workers(Shift *shift)
{
    for (int64_t k = 0; k < shift->workers; k++)
        if (shift->pid[k]) kill(shift->pid[k], SIGKILL);
    for (int64_t k = 0; k < shift->workers; k++)
        if (shift->pid[k]) waitpid(shift->pid[k], NULL, 0);
}

/* A worker that gave up has said why. */
static _Noreturn void end_with(Shift *shift, int status)
{
    kill_workers(shift);
    progress_end();
    if (WIFEXITED(status)) exit(WEXITSTATUS(status));
    die("a worker process died of %s (too little memory?); fewer jobs need less of it",
        strsignal(WTERMSIG(status)));
}

/* How many workers live. */
static int64_t reap(Shift *shift)
{
    int64_t alive = 0;
    for (int64_t k = 0; k < shift->workers; k++) {
        int status;
        if (shift->pid[k] && waitpid(shift->pid[k], &status, WNOHANG) > 0) {
            shift->pid[k] = 0;
            if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) end_with(shift, status);
        }
        alive += shift->pid[k] != 0;
    }
    return alive;
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
        kill_workers(shift);
        exit(EXIT_INTERRUPTED);
    }
    shift->is_stopping = true;
    begin_no_more(shift);
    if (write(STDERR_FILENO, stopping, sizeof stopping - 1) < 0) return;
}

/* Waits for a signal, but not long. */
static void listen(Shift *shift)
{
    const struct timespec patience = {.tv_nsec = 50 * 1000 * 1000};
    int received = sigtimedwait(&shift->watched, NULL, &patience);
    if (received == SIGINT || received == SIGTERM) stop(shift);
}

static void watch_workers(Shift *shift)
{
    sigemptyset(&shift->watched);
    sigaddset(&shift->watched, SIGINT);
    sigaddset(&shift->watched, SIGTERM);
    sigaddset(&shift->watched, SIGCHLD);
    sigprocmask(SIG_BLOCK, &shift->watched, &shift->before);
    for (int64_t k = 0; k < shift->workers; k++) start_worker(shift, k);
    while (reap(shift) > 0) {
        listen(shift);
        hand_over(shift);
    }
    hand_over(shift);
    sigprocmask(SIG_SETMASK, &shift->before, NULL);
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
    int64_t workers = pool->jobs < pool->count ? pool->jobs : pool->count;
    Shift shift = {.pool = pool, .workers = workers};
    shift.pid = alloc_zeroed((size_t)workers + 1, sizeof *shift.pid);
    make_board(&shift);
    if (workers)
        watch_workers(&shift);
    else
        work_alone(&shift);
    munmap(shift.board, shift.size);
    free(shift.pid);
    return shift.finished;
}

int64_t pool_cores(void)
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) ? 1 : CPU_COUNT(&allowed);
}
