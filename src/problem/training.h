/* Training a network as a problem: a model and data, batch by batch.
 *
 * Bound to the layout of tokens, labels and pixels in Data; uploads a batch, runs
 * the model forward and backward. Owns neither model nor data. */
#ifndef PROBLEM_TRAINING_H
#define PROBLEM_TRAINING_H

#include "model/model.h"
#include "problem/data.h"
#include "problem/problem.h"

/* What a model for these data must be. */
ModelTask training_task(const Data *data, int64_t batch);

/* seed names the streams of batches and of dropout, which repeat after 2^32 steps. The data's
 * windows must have the context of the model. Exit 2 where model and data do not fit.
 * problem->free() frees.
 *
 * evaluate() of SPLIT_TRAIN looks at batches as in training, from a stream that is no run's. */
Problem *problem_training(Backend *backend, Model *model, Data *data, int64_t batch, uint64_t seed);

#endif
