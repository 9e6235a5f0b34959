/* What the annealing law foretells of versions that it has not seen (arXiv 2408.11029).
 *
 * Held-out losses are taken along two paths of a plan, version 1 of the arm that trains from
 * scratch and the last version of the trunk; the law L0 + A S1^-alpha − C S2 is fitted to both
 * together, its memory λ too, and says the last loss of every path of the plan. It knows rates
 * alone: not the order of the data, nor how often a byte was seen. */
#ifndef PATH_SWITCHING_LAW_WATCH_H
#define PATH_SWITCHING_LAW_WATCH_H

#include "studies.h"
#include "update/plan.h"

typedef struct LawWatch LawWatch;

/* Takes a loss after every `every` updates. Exit 2 where the plan lacks one of the two.
 * law_watch_free() frees; the plan must outlive it. */
LawWatch *law_watch_create(const Plan *plan, int64_t every);
void law_watch_free(LawWatch *watch);

/* Is the segment on one of the two? */
bool law_watch_wants(const LawWatch *watch, int segment);
void law_watch_add(LawWatch *watch, int segment, int64_t step, double loss);

/* The last loss of each path; NaN for averages, and all where a loss was not finite. */
void law_watch_foretell(const LawWatch *watch, double foretold[]);

/* Rows of curves.csv: what was seen. arm: the names of the plan's paradigms. */
void law_watch_write(const LawWatch *watch, char *const arm[], const StudyJob *job);

#endif
