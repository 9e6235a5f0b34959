/* The rate of each node: a constant one, or one that nodes find from their own gradients and then
 * coordinate over the network.
 *
 * Alone (arXiv 2508.05887, the card of its algorithm; Malitsky & Mishchenko 2020 with a filter):
 *
 *     L_t   = |g_t − g_{t−1}| / |x_t − x_{t−1}|        (kept where x moved by less than
 *                                                      resolution |x_t|, or g not at all)
 *     L̃_t   = (1 − filter) L_t + filter L̃_{t−1}
 *     eta_t = min( √(1 + growth rho_{t−1}) eta_{t−1}, safety / L̃_t ) + offset,
 *     rho_t = eta_t / eta_{t−1}
 *
 * eta_0 = first; the first estimate sets eta = safety / L and rho = 0, for the paper's card is
 * silent there. leak=1: L̃_t = L_t + filter L̃_{t−1}, as the code of DLAS, the predecessor, has it.
 * The rate used, gamma, is what the rule makes of all eta: see step_rules. In iteration 0 every
 * node uses `first` and nothing is sent; later, gamma is found anew in every `refresh`-th
 * iteration. */
#ifndef NETWORK_STEPS_H
#define NETWORK_STEPS_H

#include "base/spec.h"
#include "network/method.h"

typedef struct Steps Steps;

/* What a method makes of keys that are not given. */
typedef struct {
    const char *rule; /* NULL: a constant rate */
    double rate;      /* of a constant one, in units of 1/L */
    double safety, filter;
    bool leak;
    bool inverse_smooth; /* eta_0 = 1 / L_i instead of `first`, rho_0 = 1 */
    bool averaged;       /* the gradients it will be given are the network's mean: rule global */
    bool constant_only;
} StepsDefaults;

extern const StepsDefaults steps_constant;

/* Reads the keys rate and unit, or rule, safety, filter, first, growth, offset, leak,
 * resolution, cap, refresh and by. Free with steps_free(). */
Steps *steps_create(const Spec *spec, const MethodWorld *world, const StepsDefaults *defaults);
void steps_free(Steps *steps);

/* The next iteration's rates, from x and g (own nodes x dimension): the local ones, and then, where
 * it is time, gamma by a pass of coordination of its own. */
void steps_update(Steps *steps, const double *x, const double *g);

/* The same in two halves, for methods that put one number more into a message of their own instead
 * of a pass: where steps_ride() is true after steps_estimate(), every node's offer is to be
 * averaged over the network and handed back. Where it is false, gamma is there already. */
void steps_estimate(Steps *steps, const double *x, const double *g);
bool steps_ride(const Steps *steps);
double steps_offer(const Steps *steps, int64_t own_node);
void steps_accept(Steps *steps, int64_t own_node, double mean);

/* Multiplies constant rates, as given, by a factor: decaying ones. */
void steps_scale(Steps *steps, double factor);

/* Own nodes: gamma and eta. */
const double *steps_rates(const Steps *steps);
const double *steps_local(const Steps *steps);

bool steps_are_global(const Steps *steps); /* rule=global */
bool steps_are_equal(const Steps *steps);  /* the rule gives every node the same rate */
bool steps_trusted(const Steps *steps);

/* The coordination of the key `by`; made when first asked for. */
Coordination *steps_coordination(Steps *steps);

#endif
