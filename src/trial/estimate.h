/* What a run would do: its trials by the first word of their label, and the time
 * they took before where timing.csv is there. Private to the frame. */
#ifndef TRIAL_ESTIMATE_H
#define TRIAL_ESTIMATE_H

#include "trial/sweep.h"

#include <stdio.h>

/* Returns the exit code of --dry-run. */
int estimate_print(FILE *out, const SweepPlan *plan);

#endif
