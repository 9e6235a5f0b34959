/* Long segments in parts, so that a run that is killed loses less.
 *
 * Each part leaves a checkpoint of its own; trained numbers, accounts and the names of the ends
 * that were there before stay what they are. */
#ifndef UPDATE_SPLIT_H
#define UPDATE_SPLIT_H

#include "update/plan.h"

/* No segment of the plan is longer than `most` updates from here on. */
void plan_split(Plan *plan, int64_t most);

#endif
