/* Worker processes that share a list of trials. Private to the sweep.
 *
 * They take the next trial of the list from a counter in shared memory, so the
 * assignment is dynamic; which worker ran a trial leaves no trace in its rows.
 * The caller: as workers.h asks. */
#ifndef TRIAL_CREW_H
#define TRIAL_CREW_H

#include "trial/sweep.h"

/* Runs the trials listed in `order`. Sets crashed[trial] for a trial whose worker
 * died. False after SIGINT or SIGTERM, when the workers have been stopped. Before
 * and after, `done` trials of the whole sweep were finished already. */
bool crew_run(const SweepPlan *plan, int64_t todo, const int64_t order[], int64_t done,
              bool crashed[]);

#endif
