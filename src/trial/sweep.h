/* Many trials, run once each, in parallel, in processes of their own.
 *
 * Workers are forked before any OpenMP or BLAS call; each trial writes its rows
 * into a file of its own, which appears when it is whole. The tables are put
 * together in trial order at the end: the same bytes for any number of workers,
 * and after a kill at any moment finished trials are not run again. A worker
 * that dies costs its trial alone (outcome "crashed").
 *
 * Several ranks share out the trials, or, where a trial is a network spread over ranks, run each of
 * them together; the first one writes. The tables are the same bytes as without ranks. */
#ifndef TRIAL_SWEEP_H
#define TRIAL_SWEEP_H

#include "base/hash.h"
#include "io/table.h"

#include <stdbool.h>
#include <stdint.h>

enum { SWEEP_MAX_TABLES = 4 };

typedef struct {
    const char *name; /* "trials" */
    const char *heading;
} SweepTable;

typedef struct {
    const char *out; /* results folder */
    Hash key;        /* trials finished under another key are thrown away */
    int64_t count;
    int64_t jobs;          /* worker processes */
    int64_t threads;       /* OpenMP threads in each */
    int64_t shard, shards; /* run only trials with index % shards == shard - 1; shards = 1: all */
    bool together;         /* several ranks run each trial with one another, without workers */
    int table_count;
    SweepTable table[SWEEP_MAX_TABLES]; /* the first one gets a row for every trial */
    void *context;
    /* Writes the trial's rows. May print nothing; may die(). */
    void (*run)(void *context, int64_t trial, Table *const tables[]);
    /* Writes the row of a trial whose worker died, with outcome crashed. */
    void (*crashed)(void *context, int64_t trial, Table *const tables[]);
    /* Expected cost in any unit (the longest start first); NULL: in order. */
    double (*cost)(void *context, int64_t trial);
    /* For progress: what this trial is. NULL: nothing. */
    const char *(*label)(void *context, int64_t trial);
} SweepPlan;

typedef struct {
    int64_t run, reused, crashed;
    bool whole; /* false: a shard, the tables are not yet put together */
    int lock;   /* still held: what is made of the tables comes before sweep_unlock() */
} SweepResult;

/* Takes the results folder for this process, or with other shards; ends the program when another
 * run has it. Held until sweep_unlock() or the end of the process. */
int sweep_lock(const char *out, bool shared);
void sweep_unlock(int lock);

/* Called on every rank. Ends the program with exit 130 after Ctrl-C, finished trials kept. Also
 * writes timing.csv (trial,worker_threads,time_s), and removes OUT/run.txt before the tables
 * change. The finished trials stay until sweep_forget(). */
SweepResult sweep_run(const SweepPlan *plan);

/* Drops the finished trials kept in `out` under this key: call it when everything made of them is
 * safe. Those of another configuration, cut short or under way in the same folder, stay. */
void sweep_forget(const char *out, const Hash *key);

/* Are finished trials of this key kept in `out`? Then not all of the sweep is done. */
bool sweep_is_kept(const char *out, const Hash *key);

#endif
