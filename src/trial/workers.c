#include "trial/workers.h"

#include "base/die.h"
#include "comm/comm.h"
#include "io/progress.h"

#include <errno.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static sigset_t heard(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGCHLD);
    return signals;
}

static void start(Workers *workers, int64_t worker)
{
    pid_t parent = getpid();
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) die("a worker process cannot be started: %s", strerror(errno));
    workers->pid[worker] = pid;
    if (pid > 0) return;

    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXIT_FAILURE);
    sigprocmask(SIG_SETMASK, &workers->before, NULL);
    progress_enable(false);
    comm_leave();
    omp_set_num_threads((int)workers->threads);
    workers->work(workers->context, worker);
    exit(EXIT_SUCCESS);
}

void workers_start(Workers *workers)
{
    sigset_t signals = heard();
    workers->pid = alloc_zeroed((size_t)workers->count, sizeof *workers->pid);
    sigprocmask(SIG_BLOCK, &signals, &workers->before);
    for (int64_t k = 0; k < workers->count; k++) start(workers, k);
}

void workers_end(Workers *workers)
{
    sigprocmask(SIG_SETMASK, &workers->before, NULL);
    free(workers->pid);
}

int64_t workers_reap(Workers *workers)
{
    int64_t alive = 0;
    for (int64_t k = 0; k < workers->count; k++) {
        int status;
        if (workers->pid[k] && waitpid(workers->pid[k], &status, WNOHANG) > 0) {
            workers->pid[k] = 0;
            bool is_well = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
            if (!is_well && workers->failed(workers->context, k, status)) start(workers, k);
        }
        alive += workers->pid[k] != 0;
    }
    return alive;
}

bool workers_listen(void)
{
    const struct timespec patience = {.tv_nsec = 50 * 1000 * 1000};
    sigset_t signals = heard();
    int received = sigtimedwait(&signals, NULL, &patience);
    return received == SIGINT || received == SIGTERM;
}

void workers_kill(Workers *workers)
{
    for (int64_t k = 0; k < workers->count; k++)
        if (workers->pid[k]) kill(workers->pid[k], SIGKILL);
    for (int64_t k = 0; k < workers->count; k++)
        if (workers->pid[k]) waitpid(workers->pid[k], NULL, 0);
}

void *workers_share(size_t size)
{
    void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) die("no shared memory for the workers: %s", strerror(errno));
    return shared;
}
