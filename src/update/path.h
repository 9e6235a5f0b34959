/* The updates of one model version, from random numbers to its release.
 *
 * A path says for each of its updates, counted from 0, the rate, which versions' data the batch is
 * drawn from, and whether the optimizer forgets before it. Two paths are one as long as all that
 * is the same: the same seed then gives the same parameters. */
#ifndef UPDATE_PATH_H
#define UPDATE_PATH_H

#include "optim/schedule.h"
#include "update/average.h"

#include <stdbool.h>

/* Versions first … last, mixed evenly row by row; of all rows a share `replay` comes from the
 * versions before `first`, mixed evenly too (0 where there are none). */
typedef struct {
    int first, last;
    double replay;
} DataMix;

typedef struct {
    int64_t end; /* updates of the path before the next stretch */
    DataMix mix;
    bool resets; /* the optimizer's state and count start anew before the first of them */
} Stretch;

typedef struct {
    int64_t steps;
    Schedule *schedule; /* of the whole path */
    int count;          /* of stretches; the last one ends at `steps` */
    Stretch *stretch;
    Average average; /* of what is released */
    /* A kind of optimizer that takes the place of the run's, with the keys of that one; NULL: the
     * run's. Paths of different optimizers have nothing in common. */
    const char *optimizer;
} Path;

/* Frees what the path owns. */
void path_clear(Path *path);

const Stretch *path_stretch(const Path *path, int64_t step);
bool path_resets(const Path *path, int64_t step);

/* How many updates, from the first, are the same on both. Averages are no part of it. */
int64_t path_common(const Path *a, const Path *b);

bool data_mix_same(DataMix a, DataMix b);

#endif
