/* Training a network as a problem: a model and data, batch by batch.
 *
 * Bound to the layout of tokens, labels and pixels in Data; uploads a batch, runs
 * the model forward and backward. Owns neither model nor data. */
#ifndef PROBLEM_TRAINING_H
#define PROBLEM_TRAINING_H

#include "model/model.h"
#include "problem/data.h"
#include "problem/problem.h"

/* seed names the streams of batches and of dropout. problem->free() frees. */
Problem *problem_training(Backend *backend, Model *model, Data *data, int64_t batch, uint64_t seed);

#endif
