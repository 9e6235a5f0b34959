/* What arms lose against training from scratch, run by run: the numbers that claims speak of.
 *
 * An arm is a paradigm under a name; runs of one setting (data, network, version, …) differ by
 * arm, peak rate and repeat. With L the held-out loss of a run, L_ptfs and L_cpt those of the arms
 * that it is compared with, at the same setting and repeat:
 *
 *   gap          L − L_ptfs, all at the same peak
 *   over         its mean over the repeats of the arm at this setting and peak, with the t interval
 *                at 99 %; NaN where one of them is not finite, without end for a single repeat
 *   tuned        is this the arm's best peak, by its mean loss over the *other* repeats? A peak
 * that was chosen by the loss that it is then judged by would look better than it is; with a single
 * repeat, which has no interval either, there is no other way tuned_gap    L − L_ptfs, both at the
 * best peaks for this repeat; NaN unless tuned comparable   gap − gap_cpt / 2: below 0 where more
 * than half of what going on loses is got back; of a tuned run with the tuned gaps, all arms at
 * their best peaks foretold     the forecast of L less that of L_ptfs; NaN without forecasts agrees
 * 1 where foretold has the sign of gap, else 0
 *
 * NaN where there is no such run. A run that diverged has the loss inf, also at a peak at which the
 * other repeats did not. */
#ifndef UPDATE_GAPS_H
#define UPDATE_GAPS_H

#include "base/stats.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *arm;
    int64_t setting, repeat; /* equal numbers: the same one */
    double peak;
    double loss, forecast; /* forecast: NaN for none */
} GapRun;

typedef struct {
    bool tuned;
    double gap, tuned_gap, comparable, foretold, agrees;
    Interval over;
} Gap;

/* gap: `count` of them. */
void gaps_of(int64_t count, const GapRun run[], const char *ptfs, const char *cpt, Gap gap[]);

#endif
