/* Who wins? Contestants measured under the same seeds; less is better.
 *
 * Those whose measures are all finite are ranked by their means, and the first is compared with
 * each of the k - 1 others by the t interval of their paired differences, at level
 * 1 - (1 - level)/(k - 1) (Bonferroni). It has won where all of these lie above 0. Whoever is the
 * best in truth has been compared with k - 1 others, so that it is told apart from the first, and
 * another one may win, with probability (1 - level)/2 at most (comparisons with the best, Hsu
 * 1984). Contestants that failed under some seed stand behind, those with more failures further;
 * between them and the others there is no interval.
 *
 * Where the differences of all n seeds are the same number, as those of a few seeds on a small test
 * split may be, they show no chance that an interval could be made of. Then n signs that are all
 * alike must be enough: 2^(1 - n) at most 1 minus the level of a comparison. */
#ifndef TRIAL_RANKING_H
#define TRIAL_RANKING_H

#include "base/stats.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t contestants, seeds;
    const double *measure; /* contestants x seeds; not finite: failed under that seed */
    double level;          /* of all comparisons together, such as 0.95 */
} Ranking;

typedef struct {
    int64_t contestant; /* its row of `measure` */
    int64_t failed;     /* under so many seeds */
    Interval mean;      /* over the seeds that did not fail; t interval of `level` on its own */
    Interval behind;    /* its measure minus the first one's; NaN for the first and the failed */
    bool is_told_apart; /* from the first: `behind` lies above 0 */
    bool is_without_spread; /* the differences of all seeds are one: `behind` has no ends */
    double seeds_needed;    /* to be told apart with probability RANKING_POWER, if the difference is
                             * as large as it was found; inf: never; NaN: nothing to be compared */
} Standing;

typedef enum {
    RANKING_WON,       /* standing[0] is the best */
    RANKING_UNDECIDED, /* the first is not told apart from all that did not fail */
    RANKING_WITHOUT,   /* everyone failed at least once */
} RankingVerdict;

#define RANKING_POWER 0.8

/* Fills `contestants` standings, the best first; equal means in the order of their rows. A single
 * contestant that did not fail has won. */
RankingVerdict ranking_judge(const Ranking *ranking, Standing standing[]);

/* The level of each of the comparisons. */
double ranking_each_level(const Ranking *ranking);

/* Seeds until the first is told apart from all others that did not fail: the largest of
 * seeds_needed among those that it is not yet. 0: nothing is open. */
double ranking_seeds_needed(const Ranking *ranking, const Standing standing[]);

#endif
