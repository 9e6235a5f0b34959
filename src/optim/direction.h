/* Where a step points, for a method of one mean square per number: RMSProp without the root against
 * controls that take away what its mean square knows, and leave the rest as it is.
 *
 *   own       d = g / (batch v + damping): the method itself
 *   shuffled  each number is divided by batch v + damping of another one of the same tensor, by a
 *             random cycle through all of them that stays the same (a tensor of one number keeps
 *             its own): the distribution of v without its place
 *   norms     each tensor's d is g times |own d| / |g|: the length without the direction
 *
 * v follows the gradients of its own number in all of them. */
#ifndef OPTIM_DIRECTION_H
#define OPTIM_DIRECTION_H

#include "optim/optimizer_kinds.h"

struct Direction {
    const char *name;

    /* One update of a run, which is one parameter. NULL: own. */
    void (*step)(Optimizer *optimizer, const Run *run);
    int copies;  /* how often a run's numbers fit into the scratch it needs */
    int squares; /* how many sums of squares */
    bool is_shuffled;
};

/* Reads the keys direction and, where it is needed, shuffle (the cycle's seed) after the update's
 * kind is known. */
void direction_read(Optimizer *optimizer, Spelled *keys);

/* Scratch in reals for n numbers. */
int64_t direction_work(const Direction *direction, int64_t n);

/* What optimizer->order holds: for each run, from its first on, which number takes the place of
 * which. In backend memory, NULL where nothing is shuffled. */
int32_t *direction_order(const Optimizer *optimizer);

#endif
