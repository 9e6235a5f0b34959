/* How several ranks run a sweep. Private to the sweep and the frame.
 *
 * Either all ranks run each trial with one another: the first leads, the others follow, nobody has
 * workers. Or they share out the trials, each with workers of its own, into one folder that all of
 * them see, and the first puts the tables together. */
#ifndef TRIAL_RANKS_H
#define TRIAL_RANKS_H

#include "trial/sweep.h"

/* On the first rank: runs the trials listed in `order` with the others, and keeps them; `done` of
 * the sweep were finished before. True, or the program ends: a rank lost takes all with it. */
bool ranks_lead(const SweepPlan *plan, int64_t todo, const int64_t order[], int64_t done);
void ranks_dismiss(void); /* there are no more trials */

/* On the others: until they are dismissed. */
SweepResult ranks_follow(const SweepPlan *plan);

/* On every rank, instead of sweep_run(): a part of the trials for each. The result is that of the
 * first rank; on the others it is not whole. */
SweepResult ranks_share(const SweepPlan *plan);

#endif
