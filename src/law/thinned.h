/* The schedule behind a thinned log: the rate of every step from the rates of some, and the
 * losses of many rows as a few points.
 *
 * Between two rows the rate is a straight line, unless it was held before and is held behind:
 * then it fell in one step, and is taken to fall at the later row. Its area is then wrong by at
 * most half a row's distance times the fall. A rise from the first row on is a warm-up. */
#ifndef LAW_THINNED_H
#define LAW_THINNED_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t steps;  /* entries of rate: up to the last row's step */
    double *rate;   /* of steps 0, 1, …; the caller frees */
    int64_t warmup; /* its last step: the first one at the peak of the first rise */
    int64_t jumps;  /* pairs of rows between which the rate is taken to fall at once */
    int64_t gap;    /* the largest distance of two rows */
    bool assumed;   /* what was before the first row is assumed: a line from 0 */
} Thinned;

/* `rows` steps that ascend strictly, and their rates. warmup: the steps of a linear warm-up
 * that the log does not show, −1 where nobody says: then a log whose first row is further from 0
 * than two rows from one another begins behind its warm-up. */
Thinned thinned_rates(int64_t rows, const int64_t *step, const double *rate, int64_t warmup);

/* The last step of a rise from step 0 on; 0 where the rate does not rise. */
int64_t thinned_warmup(int64_t steps, const double *rate);

/* Means of equally many neighbouring rows, at most `most` of them, in place; returns how many. The
 * loss of a law bends little within a row's distance: L″ d²/24 is below every noise. */
int64_t thinned_points(int64_t rows, int64_t *step, double *loss, int64_t most);

#endif
