/* Something to minimise by steps: gradients of a batch, and an evaluation.
 *
 * A problem knows nothing of optimizers, rates, schedules or files of results.
 * The batch of a step is a pure function of (seed, step): nothing has to be
 * remembered to go on. */
#ifndef PROBLEM_PROBLEM_H
#define PROBLEM_PROBLEM_H

#include "compute/backend.h"
#include "compute/parameters.h"

typedef enum { SPLIT_TRAIN, SPLIT_VALIDATION, SPLIT_TEST } Split;

/* Means over the rows looked at. */
typedef struct {
    double loss; /* nats per token or image */
    double
        accuracy; /* share of rows whose largest logit is the label; NaN where it means nothing */
    int64_t rows;
} Evaluation;

typedef struct Problem Problem;

struct Problem {
    const char *name;
    Backend *backend;
    ParameterTable *parameters;
    double optimum; /* lowest possible expected loss; NaN: not known */

    /* Puts starting values into the parameters. */
    void (*start)(Problem *problem, uint64_t seed);
    /* Puts the gradient of the loss on the batch of `step` into the table. The sums (HEAD_SUMS
     * doubles) in `sums`, backend memory, are added to: read them once in a while. */
    void (*gradient)(Problem *problem, int64_t step, double *sums);
    /* gradient() in two parts, of which the second makes the same calls in every step, so that a
     * backend may record them. NULL, both, where there are no such parts. */
    void (*load)(Problem *problem, int64_t step);
    void (*compute)(Problem *problem, double *sums);
    /* At the parameters of now, on at most `batches` batches (0: all) of the split, always the
     * same ones. Parameters, running statistics and streams stay as they are. */
    Evaluation (*evaluate)(Problem *problem, Split split, int64_t batches);
    void (*free)(Problem *problem);
};

#endif
