/* One method on one task: the same budget for each, chosen on the validation split, reported on
 * fresh seeds. A trial of the studies search and gap. */
#ifndef ROOT_FREE_CONTEST_H
#define ROOT_FREE_CONTEST_H

#include "methods.h"
#include "tasks.h"

typedef struct {
    const Task *task;
    const char *schedule; /* of the table of schedules */
    const MethodRow *method;
    int64_t runs, seeds; /* configurations that are drawn; reports of the best one */
} Contest;

/* All runs of the search, with the frame's seed + CONTEST_SEARCH_SEED. */
enum { CONTEST_SEARCH_SEED = 1000 };

/* Rows of the roles search (validation only, ranked), report (the best one, seeds from the
 * frame's on) and, for a method with an heir, reused: the heir at the best one's numbers, whose
 * `setting` is the method that they were found for. */
void contest_run(const Contest *contest, const StudyJob *job);
void contest_crashed(const Contest *contest, const StudyJob *job);
double contest_cost(const Contest *contest); /* seconds, roughly */

#endif
