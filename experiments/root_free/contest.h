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
    int64_t runs, seeds;            /* configurations that are drawn; reports of the best one */
    int64_t finalists, final_seeds; /* so many of the best get so many runs more */
} Contest;

/* All runs of the search have the frame's seed + CONTEST_SEARCH_SEED, those of finalists the ones
 * behind it: the best of many single runs is in part the luckiest. */
enum { CONTEST_SEARCH_SEED = 1000 };

/* Rows of the roles search (ranked: finalists by the mean of their runs, then the others by their
 * one), final (with the rank from before), report (the best one, seeds from the frame's on) and,
 * for a method with an heir, reused: the heir at the best one's numbers, whose `setting` is the
 * method that they were found for. Searches and finals see the validation split only. */
void contest_run(const Contest *contest, const StudyJob *job);
void contest_crashed(const Contest *contest, const StudyJob *job);
double contest_cost(const Contest *contest); /* seconds, roughly */

#endif
