/* The rate as a pure function of the step.
 *
 * Written "KIND:key=value,…", for instance
 * "wsd:peak=1e-3,warmup=100,total=5000,decay=0.2,shape=1-sqrt,floor=0". Steps count
 * from 0; the schedule of step s is the rate of update s + 1. After its end a
 * schedule stays at its last rate. Keys common to all kinds but csv:
 *
 *   peak    largest rate                       total   steps of the whole schedule
 *   warmup  W steps of linear rise: step s has rate peak (s + 1) / W
 *   from    where that rise begins, as a share of the peak: 0, or where the piece before ended
 *   floor   last rate as a share of the peak
 *
 * A decay that begins after `begin` steps is a function of (s + 1 − begin) / (total − begin):
 * step begin − 1 still has the rate before it, step total − 1 has the floor exactly.
 *
 * Pieces are joined with '+': each has its own `total` and begins where the one before ended; one
 * that names no total takes what the run has left. (So the name of a csv file holds neither ','
 * nor a '+' before a letter.) */
#ifndef OPTIM_SCHEDULE_H
#define OPTIM_SCHEDULE_H

#include "base/spec.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Schedule Schedule;

/* What a text leaves open: the run's length and the optimizer's rate. 0: the text must say. */
typedef struct {
    int64_t total;
    double peak;
} ScheduleDefaults;

/* Exit 2 with the list of kinds or keys on a wrong text. schedule_free() frees. */
Schedule *schedule_create(const char *text, ScheduleDefaults defaults);
void schedule_free(Schedule *schedule);

double schedule_rate(const Schedule *schedule, int64_t step);

/* The rate before the first update: where its warm-up begins, else the peak that its decay begins
 * at (eta_0 of the laws' arrays; a csv has its first row's). */
double schedule_start(const Schedule *schedule);

/* As the laws count: [0] is schedule_start(), [s] the rate of update s, up to `steps`. The caller
 * frees. */
double *schedule_rates(const Schedule *schedule, int64_t steps);
int64_t schedule_total(const Schedule *schedule);

/* The text with every key spelled out: what run.txt and logs show. Valid until schedule_free(). */
const char *schedule_text(const Schedule *schedule);

/* Every kind: name and its keys in one sentence. */
int schedule_kind_count(void);
const char *schedule_kind_name(int kind);
const char *schedule_kind_help(int kind);
/* Does it stand for nothing without keys, as one that reads a file? */
bool schedule_kind_needs_keys(int kind);

#endif
