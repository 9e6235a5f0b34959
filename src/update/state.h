/* A copy of all that training goes on from, in the backend's own memory: how a path branches.
 *
 * Parameters, running statistics, the optimizer's state and its count of updates. Batches, noise
 * and rates are functions of the step, so nothing else has to be remembered: taking a state,
 * training, putting it back and training on gives the same bytes as never having branched. Nothing
 * passes through the host. */
#ifndef UPDATE_STATE_H
#define UPDATE_STATE_H

#include "compute/backend.h"
#include "compute/parameters.h"
#include "optim/optimizer.h"

typedef struct TrainingState TrainingState;

/* Of what is there now. state_free() frees; the backend must outlive it. */
TrainingState *state_take(Backend *backend, const ParameterTable *table, Optimizer *optimizer);
void state_free(TrainingState *state);

/* Into the same table, and into an optimizer of the same kind for it. */
void state_put_back(const TrainingState *state, const ParameterTable *table, Optimizer *optimizer);

/* All values of a table, running statistics included, as one row. */
Matrix state_values(const ParameterTable *table);

#endif
