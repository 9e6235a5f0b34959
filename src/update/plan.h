/* Every segment of training that some paradigms need for all their versions, each once.
 *
 * The paths of all paradigms and versions are laid upon one another: as long as two are the same,
 * they are the same segments, so that a trunk is trained once, for all that branch off it. Borders
 * are where paths part or end, and where the data or the optimizer change. No training here. */
#ifndef UPDATE_PLAN_H
#define UPDATE_PLAN_H

#include "update/paradigm.h"

enum { PLAN_SCRATCH = -1 };

typedef struct {
    int from;             /* the segment whose end is this one's beginning, or PLAN_SCRATCH */
    int64_t first, steps; /* updates first … first + steps − 1 of every path through it */
    int path;             /* a path through it, which says rates, data and resets */
} Segment;

typedef struct {
    UpdateSetting setting;
    int paradigm_count;
    Paradigm **paradigm; /* owned */
    int path_count;      /* paradigm_count x versions, the versions of one side by side */
    Path *path;
    int *end; /* of each path: its last segment, whose end is released */
    int segment_count;
    Segment *segment; /* each one behind the one that it comes from */
} Plan;

/* Takes texts of paradigms. Exit 2 on a wrong one. plan_free() frees. */
Plan *plan_create(int count, const char *const paradigms[], UpdateSetting setting);
void plan_free(Plan *plan);

int plan_path(const Plan *plan, int paradigm, int version);
static inline int plan_paradigm_of(const Plan *plan, int path)
{
    return path / plan->setting.versions;
}
static inline int plan_version_of(const Plan *plan, int path)
{
    return path % plan->setting.versions + 1;
}

DataMix plan_mix(const Plan *plan, int segment);
/* Does the optimizer start anew before the segment's first update? */
bool plan_resets(const Plan *plan, int segment);

/* Does the path go through the segment? */
bool plan_passes(const Plan *plan, int path, int segment);

/* 64 hexadecimal digits that name the end of a segment by all updates up to it: rates, data,
 * resets, and a path's own optimizer. Another plan's that ends with the same updates agrees. The
 * caller frees. */
char *plan_key(const Plan *plan, int segment);

#endif
