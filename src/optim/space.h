/* A search space as text, and configurations drawn from it.
 *
 *   "adamw:beta1=0..0.95,beta2=0.9..0.999,decay=1e-5..0.3 rate=1e-4..3e-2"
 *
 * is an optimizer some of whose keys have a range, and the range of the rate (or one rate). All
 * draws are log-uniform: in the value, or, for the keys of which a power is taken over the steps
 * (beta1, beta2, momentum, geodesic), in its distance to 1, which is one over the memory in steps.
 * Keys without a range stay as they are. Keys are drawn independently (random search: Bergstra &
 * Bengio 2012). The rate matters most and budgets are small, so the rates of the configurations
 * 0 … n − 1 are spread evenly for every n: no gap between them is wider than 2 / n of the range.
 *
 * Configuration k of a seed is the same whatever else is drawn; its rate has the same place in the
 * range of rates of every space, and spaces whose ranges are the same, in the same order, get the
 * same numbers: methods may be compared configuration by configuration, and share the luck. */
#ifndef OPTIM_SPACE_H
#define OPTIM_SPACE_H

#include <stdint.h>

typedef struct Space Space;

/* Exit 2 with one sentence on a malformed text. What the optimizer's keys mean is not looked at:
 * optimizer_create() says so for a configuration. space_free() frees. */
Space *space_parse(const char *text);
void space_free(Space *space);

/* How many numbers are drawn for one configuration. */
int space_dimension(const Space *space);

typedef struct {
    char *optimizer; /* "adamw:beta1=0.731,…": six digits of what was drawn, or of its distance to
                      * 1; owned */
    double rate;
} Configuration;

/* configuration: 0, 1, 2 …; configuration_free() frees what it holds. */
Configuration space_draw(const Space *space, uint64_t seed, int64_t configuration);
/* Where a rate lies in the range of rates, in logarithms: 0 at its low end, 1 at its high one; NaN
 * where that is a single number. */
double space_rate_place(const Space *space, double rate);
void configuration_free(Configuration *configuration);

/* The space's optimizer with the numbers of another one, drawn from another space: keys that both
 * have get the other's values, moved into the range here; the rest gets the middle of its range,
 * in what is drawn. The caller frees. */
char *space_inherit(const Space *space, const char *optimizer);

#endif
