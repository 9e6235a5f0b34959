/* A run's whole state in one file: parameters, optimizer state, step, streams.
 *
 * A text header (version, step, names and shapes of all tensors), the numbers, and a
 * sha256 over both. Written atomically; loading checks version, checksum, and every
 * name and shape against what is there, and says which tensor differs. Saving, loading
 * and going on gives the same bytes as not having stopped. */
#ifndef TRIAL_CHECKPOINT_H
#define TRIAL_CHECKPOINT_H

#include "compute/backend.h"
#include "compute/parameters.h"
#include "optim/optimizer.h"

#include <stdbool.h>
#include <stdint.h>

/* What is saved besides the numbers. Texts are compared when loading: a checkpoint of another
 * configuration is refused, naming the line that differs. */
typedef struct {
    int64_t step;              /* updates done; filled by loading */
    uint64_t seed;             /* of the run; compared when loading */
    const char *configuration; /* "name = value" lines; NULL: not compared */
    const char *remedy;        /* for who meets another run's: "choose another --log"; NULL: none */
} CheckpointInfo;

void checkpoint_save(const char *path, Backend *backend, const ParameterTable *table,
                     Optimizer *optimizer, const CheckpointInfo *info);

/* Into parameters and optimizer; ends the program with one sentence when it does not fit: exit 2
 * where it is of another run, 1 where it is damaged. */
void checkpoint_load(const char *path, Backend *backend, const ParameterTable *table,
                     Optimizer *optimizer, CheckpointInfo *info);

#endif
