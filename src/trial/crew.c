#include "trial/crew.h"

#include "base/die.h"
#include "comm/comm.h"
#include "io/progress.h"
#include "trial/spool.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <omp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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
    int64_t workers;
    pid_t *pid; /* 0: has ended */
    size_t board_size;
    Board *board;
    sigset_t watched, before;
} Crew;

static void work(const Crew *crew, int64_t worker)
{
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

/* SIGINT reaches the whole group of a terminal: the parent alone decides what it means. */
static void start_worker(Crew *crew, int64_t worker)
{
    pid_t parent = getpid();
    atomic_store(&crew->board->current[worker], -1);
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) die("a worker process cannot be started: %s", strerror(errno));
    crew->pid[worker] = pid;
    if (pid > 0) return;

    signal(SIGINT, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXIT_FAILURE);
    sigprocmask(SIG_SETMASK, &crew->before, NULL);
    progress_enable(false);
    comm_leave();
    omp_set_num_threads((int)crew->plan->threads);
    work(crew, worker);
    exit(EXIT_SUCCESS);
}

static void stop_workers(Crew *crew)
{
    for (int64_t k = 0; k < crew->workers; k++)
        if (crew->pid[k]) kill(crew->pid[k], SIGTERM);
    for (int64_t k = 0; k < crew->workers; k++)
        if (crew->pid[k]) waitpid(crew->pid[k], NULL, 0);
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

/* Notices workers that ended and replaces those that died at work. Returns how many live. */
static int64_t reap(Crew *crew)
{
    int64_t alive = 0;
    for (int64_t k = 0; k < crew->workers; k++) {
        int status;
        if (crew->pid[k] && waitpid(crew->pid[k], &status, WNOHANG) > 0) {
            crew->pid[k] = 0;
            bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
            if (WIFEXITED(status) && WEXITSTATUS(status) == SPOOL_FAILED) {
                stop_workers(crew);
                die("%s: a finished trial cannot be written there; free some space, and the same "
                    "command goes on from here",
                    crew->plan->out);
            }
            if (!well) note_death(crew, atomic_load(&crew->board->current[k]), status);
            if (!well && atomic_load(&crew->board->next) < crew->todo) start_worker(crew, k);
        }
        alive += crew->pid[k] != 0;
    }
    return alive;
}

static void show(const Crew *crew, int64_t done)
{
    int64_t trial = -1;
    for (int64_t k = 0; k < crew->workers && trial < 0; k++)
        trial = atomic_load(&crew->board->current[k]);
    progress_show(label_of(crew->plan, trial), done + atomic_load(&crew->board->done),
                  done + crew->todo, NAN);
}

static bool watch(Crew *crew, int64_t done)
{
    const struct timespec patience = {.tv_nsec = 200 * 1000 * 1000};
    while (reap(crew) > 0) {
        int received = sigtimedwait(&crew->watched, NULL, &patience);
        if (received == SIGINT || received == SIGTERM) {
            stop_workers(crew);
            return false;
        }
        show(crew, done);
    }
    return true;
}

static Board *share_board(size_t size)
{
    void *board = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) die("no shared memory for the workers: %s", strerror(errno));
    return board;
}

bool crew_run(const SweepPlan *plan, int64_t todo, const int64_t order[], int64_t done,
              bool crashed[])
{
    int64_t workers = plan->jobs < todo ? plan->jobs : todo;
    Crew crew = {.plan = plan, .todo = todo, .order = order, .crashed = crashed};
    crew.workers = workers;
    crew.pid = alloc_zeroed((size_t)workers, sizeof *crew.pid);
    crew.board_size = sizeof(Board) + (size_t)workers * sizeof(atomic_llong);
    crew.board = share_board(crew.board_size);
    sigemptyset(&crew.watched);
    sigaddset(&crew.watched, SIGINT);
    sigaddset(&crew.watched, SIGTERM);
    sigaddset(&crew.watched, SIGCHLD);
    sigprocmask(SIG_BLOCK, &crew.watched, &crew.before);

    for (int64_t k = 0; k < workers; k++) start_worker(&crew, k);
    bool finished = watch(&crew, done);

    progress_end();
    sigprocmask(SIG_SETMASK, &crew.before, NULL);
    munmap(crew.board, crew.board_size);
    free(crew.pid);
    return finished;
}
