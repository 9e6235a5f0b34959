/* The best rate of an optimizer on a grid: one training run for each. */
#ifndef ROOT_FREE_GRID_OF_RATES_H
#define ROOT_FREE_GRID_OF_RATES_H

#include "arena.h"

/* `count` rates, equal factors apart, from `low` to `high`. */
typedef struct {
    double low, high;
    int64_t count;
} RateGrid;

/* Runs `row`'s optimizer at each rate as `run` says (whose optimizer and rate are left out), ranks
 * the runs by the loss on the validation split, diverged ones last, and writes a row of the role
 * grid for each. Returns the best rate. */
double rate_grid_run(const RateGrid *grid, Arena *arena, const ArenaRun *run, const Row *row,
                     const StudyJob *job);

#endif
