/* Independent pieces of work, done by several processes and finished in order.
 *
 * Workers take the next piece from a counter in shared memory and leave a result there; finished()
 * is called in the caller's process in the order of the pieces, whoever was faster, so that what
 * it makes of them has the same bytes for any number of jobs. After Ctrl-C (SIGINT, SIGTERM)
 * pieces under way are finished and none is begun, so that those that are done are the first ones;
 * once more, and the program ends at once, exit 130. A worker that dies ends the program.
 *
 * The caller: as workers.h asks, and it has opened no device but the CPU. */
#ifndef TRIAL_POOL_H
#define TRIAL_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    int64_t jobs;    /* workers; 0: no other process, as a device that is open demands */
    int64_t threads; /* of each worker */
    int64_t count;   /* pieces */
    size_t size;     /* bytes of a result, without pointers */
    void *context;
    void (*work)(void *context, int64_t piece, void *result);
    void (*finished)(void *context, int64_t piece, const void *result);
    /* Asked after each finished(): where true, pieces under way are finished and none is begun.
     * NULL: never enough. */
    bool (*is_enough)(void *context);
} Pool;

/* How many pieces are finished: fewer than `count` after Ctrl-C, or where they were enough. */
int64_t pool_run(const Pool *pool);

/* Cores that this process may use. */
int64_t pool_cores(void);

#endif
