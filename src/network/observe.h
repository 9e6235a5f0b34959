/* What an observer who sees every node measures; costs no message of the algorithm.
 *
 * Sums run in node order over gathered values: the same bytes for any number of ranks. */
#ifndef NETWORK_OBSERVE_H
#define NETWORK_OBSERVE_H

#include "base/outcome.h"
#include "network/method.h"

typedef struct {
    double error;                                  /* max over nodes |x_i − x*| / |x*| */
    double gap;                                    /* F(mean of x_i) − F* */
    double disagreement;                           /* max over nodes |x_i − mean| / |x*| */
    double rate_mean, rate_least, rate_largest;    /* of the steps used */
    double local_mean, local_least, local_largest; /* of those the nodes would have chosen */
    bool rates_equal;                              /* to the last bit */
} Observation;
Observation network_observe(const Method *method, const MethodWorld *world);

/* Of these the error alone. */
double network_error(const Method *method, const MethodWorld *world);

/* A run until the error is at or below the target, until it has diverged (error above give_up or
 * NaN), or until iterations or rounds are spent. */
typedef struct {
    int64_t iterations, rounds; /* 0: no bound; one of them is above 0 */
    double target, give_up;
    int64_t log_every; /* 0: only the end is recorded; else iteration 0, every so many, the end */
    void *context;
    void (*record)(void *context, int64_t iteration, const Traffic *traffic,
                   const Observation *seen); /* may be NULL; called on every rank */
} NetworkRun;

typedef struct {
    Outcome outcome;
    int64_t iterations;
    Traffic traffic;   /* since the links' last reset: with learning, where the caller reset before
                        * method_create() */
    Traffic at_target; /* zeros where it was not reached */
    Observation last;
} NetworkResult;
NetworkResult network_run(const NetworkRun *run, Method *method, const MethodWorld *world);

/* Bytes that crossed an edge in an iteration, on average. */
double observe_edge_bytes(const Traffic *traffic, int64_t iterations, int64_t edges);

/* The share of the rounds that is not the averaging of iterates, which takes the diameter's rounds
 * of each iteration by flooding. */
double observe_step_share(const Traffic *traffic, int64_t iterations, int64_t diameter);

#endif
