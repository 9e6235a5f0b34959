/* The finished trials of a sweep, a file each: OUT/.trials/000041.rows.
 *
 * A line is "<index of the table>,<row>"; the last one is "t,<threads>,<seconds>".
 * A file appears under its name when it is whole, so that the files that are
 * there are exactly the trials that need not be run again. Private to the sweep. */
#ifndef TRIAL_SPOOL_H
#define TRIAL_SPOOL_H

#include "trial/sweep.h"

enum { SPOOL_FAILED = 74 }; /* exit code of a worker that could not write its trial's file */

/* Makes the folder; trials finished under another key are thrown away. */
void spool_open(const char *out, const Hash *key);

/* Are the trials kept in `out` those of this key? */
bool spool_is_of(const char *out, const Hash *key);

bool spool_has(const char *out, int64_t trial);

/* Runs a trial and keeps its rows; ends the process with SPOOL_FAILED where they cannot be kept. */
void spool_run(const SweepPlan *plan, int64_t trial);

/* Runs a trial whose rows another rank keeps. */
void spool_follow(const SweepPlan *plan, int64_t trial);

/* Puts the tables and timing.csv together in trial order. */
void spool_join(const SweepPlan *plan, const bool crashed[]);

void spool_remove(const char *out);

#endif
