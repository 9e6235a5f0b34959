/* The data of model versions as problems for one model: a source per version, and their mixes.
 *
 * Shards of one text are versions that are alike; texts of different kinds are a shift of domain.
 */
#ifndef UPDATE_VERSIONS_H
#define UPDATE_VERSIONS_H

#include "problem/training.h"
#include "update/path.h"

typedef struct Versions Versions;

/* Keeps pointers to all: they must outlive it. data: of version 1, 2, …; texts that the model
 * takes. versions_free() frees the problems too. */
Versions *versions_create(Backend *backend, Model *model, int count, Data *const data[],
                          int64_t batch, uint64_t seed);
void versions_free(Versions *versions);

/* The problem whose batches are drawn from a mix: made once for each. */
Problem *versions_problem(Versions *versions, DataMix mix);

/* Of a mix of `count` versions: each one's share of the rows. */
void versions_shares(DataMix mix, int count, double share[]);

#endif
