/* One method on one task: the same budget for each, chosen on the validation split, reported on
 * fresh seeds. */
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

/* The context of a study whose trials are contests: which one each is. */
typedef struct {
    Contest (*at)(int64_t index);
} Contests;

/* Functions of such a study. Rows of the roles search (ranked: finalists by the mean of their runs,
 * then the others by their one), final (with the rank from before), report (the best one, seeds
 * from the frame's on) and, for a method with an heir, reused: the heir at the best one's numbers,
 * whose `setting` is the method that they were found for. Searches and finals see the validation
 * split only. */
void contests_run(const StudyJob *job);
void contests_crashed(const StudyJob *job);
double contests_cost(const Study *study, int64_t index); /* seconds, roughly */

#endif
