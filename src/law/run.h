/* One training run as a law of loss curves sees it: the rate of every step, and
 * the losses that were observed at some of them.
 *
 * Steps are counted as the authors of arXiv 2408.11029 count them in their
 * script: rate[s] is the rate in force at step s = 0, 1, …, and the area under
 * the schedule, S1(s) = rate[0] + … + rate[s], includes it. The schedule is
 * dense however thin the log is: laws integrate the schedule, never the rows. */
#ifndef LAW_RUN_H
#define LAW_RUN_H

#include <stdbool.h>
#include <stdint.h>

/* How the steps of the warm-up, s < warmup, count. */
typedef enum {
    WARMUP_AS_PEAK, /* as if at rate[warmup]: the convention of the annealing law's authors */
    WARMUP_AREA,    /* the rates as they were; their rise is no (negative) decay */
    WARMUP_SIGNED,  /* the rates as they were, and their rise is negative decay: what the
                       published code of the multi-power law does, unlike its formula */
} LawWarmup;

typedef struct {
    const char *name;
    int64_t steps;      /* entries of rate; at least one more than the last step asked for */
    const double *rate; /* finite and not negative; not owned */
    int64_t warmup;     /* in 0 … steps − 1 */
    LawWarmup counted;
    int64_t points;      /* 0 for a schedule that only asks for a forecast */
    const int64_t *step; /* ascending, in 0 … steps − 1; not owned */
    const double *loss;  /* positive; not owned */
    double size;         /* the model's parameters in millions; only laws in N read it */
} LawRun;

/* Without its points before `step`. */
LawRun run_from(LawRun run, int64_t step);

/* Has it points, and is each loss a number above 0, as a law of ln L needs? */
bool run_has_losses(const LawRun *run);

#endif
