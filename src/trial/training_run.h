/* One training run: from a starting point, under a schedule, to a result.
 *
 * The step loop: gradient, optimizer step at schedule(step). Records are made at
 * logging steps only; divergence is a result. A run may stop after any record and go
 * on from a checkpoint with the same bytes. */
#ifndef TRIAL_TRAINING_RUN_H
#define TRIAL_TRAINING_RUN_H

#include "base/outcome.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "problem/problem.h"

typedef struct {
    int64_t step;      /* updates made */
    double rate;       /* of the last one; NaN at step 0 */
    double train_loss; /* mean over the batches since the record before; NaN at step 0 */
    /* Of the optimizer's average, where that is its answer; NaN where not evaluated at this step */
    double validation_loss, validation_accuracy;
    double gradient_norm; /* of the last batch, before clipping; NaN without clipping */
} TrainingRecord;

enum { TRAINING_NO_EVALUATION = -1 };

typedef struct {
    Problem *problem;
    Optimizer *optimizer;
    const Schedule *schedule;
    int64_t first_step, steps;  /* runs updates first_step + 1 … steps; the optimizer has done
                                 * first_step of them, or fewer where it began anew on the way.
                                 * From 0 on there is a record of step 0. */
    int64_t log_every;          /* a record at multiples of this, and at the last step */
    int64_t evaluate_every;     /* multiples of log_every; 0: only at the last step */
    int64_t evaluation_batches; /* 0: all; TRAINING_NO_EVALUATION */
    double give_up_loss;        /* diverged once a record's training loss is not below this; 0:
                                 * once it is not finite */
    void *context;
    void (*record)(void *context, const TrainingRecord *record); /* NULL: none */
    /* After each update, of which `step` have been made then. NULL: nothing is done. */
    void (*updated)(void *context, int64_t step);
    /* After each record: false stops the run there, its outcome is OUTCOME_SPENT. NULL: go on. */
    bool (*go_on)(void *context, int64_t step);
} TrainingRun;

typedef struct {
    Outcome outcome; /* OUTCOME_SPENT or OUTCOME_DIVERGED */
    int64_t steps;   /* updates made */
    TrainingRecord last;
} TrainingResult;

TrainingResult training_run(const TrainingRun *run);

#endif
