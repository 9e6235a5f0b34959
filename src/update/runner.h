/* Training what a plan says: each segment once, the trunk before its branches.
 *
 * Goes through the plan's tree; where paths part the state is kept in the backend's memory
 * (update/state.h) and put back for the next branch. With a folder each segment leaves a
 * checkpoint, SEGMENT.checkpoint: run again, what is there is loaded, not trained, and every
 * release is told anew, with the same parameters to the byte. A path that diverges goes no further:
 * its releases are told as diverged.
 *
 * Of an optimizer whose answer is an average, optimizer_average_in(), that is what is released and
 * observed. */
#ifndef UPDATE_RUNNER_H
#define UPDATE_RUNNER_H

#include "base/outcome.h"
#include "problem/problem.h"
#include "update/plan.h"

typedef struct {
    int path;               /* of the plan: plan_paradigm_of(), plan_version_of() */
    Outcome outcome;        /* OUTCOME_SPENT, or OUTCOME_DIVERGED: then there are no parameters */
    const Problem *problem; /* holds the released parameters (or their average) during the call */
    int64_t steps;          /* updates of its path */
} ReleasedVersion;

/* A look at the parameters on the way. */
typedef struct {
    int segment;            /* plan_passes() tells whose path that is */
    int64_t step;           /* updates made, counted along the path */
    const Problem *problem; /* holds the parameters during the call, which is to leave them alone */
} ObservedUpdate;

typedef struct {
    const Plan *plan;
    const char *optimizer; /* "adamw:…"; a path may have another kind with these keys */
    uint64_t seed;         /* of the starting parameters, and compared when a run goes on */
    /* The problem whose batches are drawn from a mix; the runner frees none. All have the same
     * parameters, and a batch depends on the step alone. */
    Problem *(*problem)(void *context, DataMix mix);
    void (*release)(void *context, const ReleasedVersion *released);
    /* Told at every multiple of observe_every updates of a path, 0: never; a shared segment once.
     * Training gives the same bytes with and without. A segment with something to observe is
     * trained even where its checkpoint is there, so that all is told in every run. */
    int64_t observe_every;
    void (*observe)(void *context, const ObservedUpdate *observed);
    bool (*observes)(void *context, int segment); /* NULL: all of them */
    /* Asked after every segment that was trained; false stops. NULL: go on. */
    bool (*go_on)(void *context);
    void *context;
    double give_up_loss;       /* of the training loss, as in TrainingRun; 0: when not finite */
    int64_t check_every;       /* updates from one look at the training loss to the next */
    const char *folder;        /* for checkpoints; NULL: none are written */
    const char *configuration; /* "name = value" lines, compared when a run goes on; may be NULL */
    /* Filled, unless NULL: seconds of training each of the plan's segments, observing left out; 0
     * where it was loaded or never reached. */
    double *segment_s;
} UpdateRun;

typedef struct {
    bool is_whole;           /* false: go_on() said no */
    int64_t trained, loaded; /* updates */
} UpdateResult;

UpdateResult update_run(const UpdateRun *run);

#endif
