/* Processes that work for this one: forked by it, and ended with it. Private to crew and pool.
 *
 * The caller has made no OpenMP call with more than one thread. SIGINT and SIGTERM may reach the
 * whole group of a terminal: the caller alone decides what they mean, and its workers ignore
 * them: sent to a single worker SIGTERM has no effect, and SIGKILL ends one that is stuck. */
#ifndef TRIAL_WORKERS_H
#define TRIAL_WORKERS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct {
    int64_t count, threads; /* threads: of each */
    void *context;
    /* In a worker: all that it does. */
    void (*work)(void *context, int64_t worker);
    /* In the caller: this one has not ended well (`status` as of waitpid). True: another takes its
     * place. */
    bool (*failed)(void *context, int64_t worker, int status);
    pid_t *pid;      /* private; 0: has ended */
    sigset_t before; /* private */
} Workers;

/* Between these two the signals wait until they are listened for. */
void workers_start(Workers *workers);
void workers_end(Workers *workers);

/* Notices those that have ended, and returns how many live. */
int64_t workers_reap(Workers *workers);

/* Waits until a worker ends or a signal comes, but not long. True: SIGINT or SIGTERM came. */
bool workers_listen(void);

void workers_kill(Workers *workers);

/* Zeros that this process and all workers see. munmap() frees them. */
void *workers_share(size_t size);

#endif
