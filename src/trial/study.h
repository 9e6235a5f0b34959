/* A program's studies: grids of trials, one after another in one sweep.
 *
 * A study is a question; its trials are numbered from 0 in it, and the sweep's trials
 * count on through the chosen studies in the order of the table. */
#ifndef TRIAL_STUDY_H
#define TRIAL_STUDY_H

#include "trial/columns.h"
#include "trial/sweep.h"

typedef struct Study Study;

/* What a study is asked to do: its own trial `index`, to be written as trial `trial`. */
typedef struct {
    const Study *study;
    int64_t index, trial;
    const Columns *columns; /* of each table */
    Table *const *tables;
} StudyJob;

/* A row of table number `table`, a struct of the members that its columns are. */
void study_write(const StudyJob *job, int table, const void *row);

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
    int tables; /* that they write: the first one has a row of every trial */
    const Columns *columns;
} StudyTable;

/* Sets the plan's count, tables and callbacks for the studies named in `chosen` (words). Exit 2 on
 * an unknown name. Its studies and columns must outlive the plan. */
void studies_plan(const StudyTable *table, const char *chosen, SweepPlan *plan);

#endif
