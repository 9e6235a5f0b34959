/* How a trial ended. Divergence is a value, never an exit. */
#ifndef BASE_OUTCOME_H
#define BASE_OUTCOME_H

typedef enum {
    OUTCOME_REACHED,  /* the target was met, and held */
    OUTCOME_SPENT,    /* the budget ran out first */
    OUTCOME_DIVERGED, /* the loss grew past every bound, or became NaN */
    OUTCOME_CYCLING,  /* settled into a cycle of two or more points */
    OUTCOME_ABSENT,   /* its data are not on this machine */
    OUTCOME_CRASHED,  /* its worker process died */
} Outcome;

/* "reached", "spent", …: as written in results. */
const char *outcome_name(Outcome outcome);

#endif
