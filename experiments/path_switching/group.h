/* A trial: a group of arms trained with one seed, every shared update once. */
#ifndef PATH_SWITCHING_GROUP_H
#define PATH_SWITCHING_GROUP_H

#include "arms.h"
#include "studies.h"
#include "update/plan.h"

typedef struct {
    Row row; /* what all its rows have in common */
    Arms arms;
    UpdateSetting setting;
    bool shifts;           /* versions are a shift of domain */
    int64_t observe_every; /* updates from a loss of ptfs and trunk to the next, for forecasts of
                              all others; 0: none */
} Group;

/* Writes a row for each arm, version and domain, then for all domains: in this order. */
void group_run(const Group *group, const StudyJob *job);

/* One row for each arm, of a trial that was not trained or died. */
void group_write_without(const Group *group, Outcome outcome, const StudyJob *job);

/* Expected cost, in updates: what order needs. Exit 2 where an arm does not fit into T. */
double group_cost(const Group *group);

#endif
