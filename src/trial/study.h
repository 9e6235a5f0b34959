/* A program's studies: grids of trials, one after another in one sweep.
 *
 * A study is a question; its trials are numbered from 0 in it, and the sweep's trials
 * count on through the chosen studies in the order of the table. */
#ifndef TRIAL_STUDY_H
#define TRIAL_STUDY_H

#include "trial/sweep.h"

typedef struct Study Study;

/* What a study is asked to do: its own trial `index`, to be written as trial `trial`. */
typedef struct {
    const Study *study;
    int64_t index, trial;
    Table *const *tables;
} StudyJob;

struct Study {
    const char *name;
    const void *context; /* what tells studies apart that share their functions */
    int64_t (*count)(const Study *study);
    void (*run)(const StudyJob *job);
    void (*crashed)(const StudyJob *job); /* writes the row of a trial whose worker died */
    double (*cost)(const Study *study, int64_t index); /* expected seconds, roughly; NULL: 0.1 */
};

typedef struct {
    int count;
    const Study *const *study;
} StudyTable;

/* Sets the plan's count and callbacks for the studies named in `chosen` (words). Exit 2 on an
 * unknown name. The table must outlive the plan. */
void studies_plan(const StudyTable *table, const char *chosen, SweepPlan *plan);

#endif
