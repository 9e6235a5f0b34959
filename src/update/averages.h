/* Averages of parameters along the paths of a plan, in the backend's memory.
 *
 * Each averaged path has a sum Σ c_i x_i of its own, to which only the segments of that path add,
 * each once: branches elsewhere do not disturb it. It is there from the first sample to the
 * release, and goes into checkpoints in between. */
#ifndef UPDATE_AVERAGES_H
#define UPDATE_AVERAGES_H

#include "problem/problem.h"
#include "update/plan.h"

typedef struct Averages Averages;

/* Keeps pointers to both. averages_free() frees, before the backend is closed. */
Averages *averages_create(const Plan *plan, const Problem *problem);
void averages_free(Averages *averages);

/* From here on updates are those of this segment. */
void averages_enter(Averages *averages, int segment);

/* After update number `done` of the path: takes the samples that are due. */
void averages_add(Averages *averages, int64_t done);

/* The finished average of a path becomes the values of the table; its sum is given back. */
void averages_put(Averages *averages, int path);

/* What a checkpoint at the segment's end holds: the parameters and the open sums, for which memory
 * is found. Valid until the next call. */
const ParameterTable *averages_table(Averages *averages, int segment);

/* Names the open sums at a segment's end; "" where there are none. The caller frees. */
char *averages_key(const Averages *averages, int segment);

#endif
