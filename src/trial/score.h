/* Which of many runs, or sums over runs of one configuration, is the best? The one judged lowest;
 * of equals, as errors of a small split often are, the one of the lower loss; then the first. */
#ifndef TRIAL_SCORE_H
#define TRIAL_SCORE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    double judged, loss; /* +inf: failed; never NaN */
} Score;

bool score_is_lower(Score a, Score b);

/* Sorts `count` different numbers of scores, the lowest score first. */
void score_sort(int64_t count, int64_t number[], const Score score[]);

#endif
