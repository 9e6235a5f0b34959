/* Where methods meet: device, data and model opened once, and any number of training runs.
 *
 * A run is a pure function of its own factors: parameters start anew from its seed, which also
 * names its batches, so that all methods of a seed start equal and see the same batches. */
#ifndef ROOT_FREE_ARENA_H
#define ROOT_FREE_ARENA_H

#include "studies.h"

#include "optim/optimizer.h"
#include "problem/data.h"
#include "trial/score.h"

typedef struct {
    const char *device, *precision; /* of backend_open_with() */
    const char *folder;             /* where the files of data/MANIFEST are */
    const char *data, *model;
    int64_t batch;
    int64_t validation_batches, test_batches; /* at most; 0: all */
} ArenaOptions;

typedef struct Arena Arena;

/* Ends the program with one sentence on a wrong text and on data that are not there. */
Arena *arena_open(const ArenaOptions *options);
void arena_free(Arena *arena);

int64_t arena_parameters(const Arena *arena); /* trained numbers of the model */
const Data *arena_data(const Arena *arena);

/* Bytes of state that an optimizer has here; exit 2 where its text is wrong. */
int64_t arena_state_bytes(const Arena *arena, const char *optimizer);

typedef struct {
    const char *optimizer;
    double rate;          /* the peak */
    const char *schedule; /* without peak and total */
    int64_t steps;
    uint64_t seed;
    bool is_tested;       /* look at the test split as well: reports do, searches never */
    bool skips_curvature; /* which takes a look at every trained number; it is NaN then */
    /* Called at the end with the state of then. NULL: nothing. */
    void (*finished)(void *context, Optimizer *optimizer);
    void *context;
} ArenaRun;

/* NaN: not measured. Diverged: a training loss (the mean since the record before, of which a run
 * has ARENA_RECORDS) that is not below ARENA_GIVE_UP times the loss of guessing, ln(classes),
 * where every run starts. Such a run ends there and counts as one that guesses: its errors are
 * 1 − 1/classes, its other losses NaN. */
typedef struct {
    Outcome outcome; /* OUTCOME_SPENT or OUTCOME_DIVERGED */
    int64_t steps;   /* made */
    double train_loss, validation_loss, validation_error, test_loss, test_error;
    Curvature curvature; /* of batch times the mean square at the end */
} ArenaResult;

enum { ARENA_RECORDS = 12, ARENA_GIVE_UP = 3 };

ArenaResult arena_run(Arena *arena, const ArenaRun *run);

/* On the validation split: of images the error is judged, of text the loss. A run that failed, or
 * whose number is not finite, has +inf. */
Score arena_score(const ArenaResult *result, bool is_judged_by_loss);

/* Into the cells of a row: outcome, steps, losses, errors, curvature. */
void arena_fill_row(Row *row, const ArenaResult *result);

#endif
