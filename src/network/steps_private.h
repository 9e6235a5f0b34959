/* What Steps are made of: private to steps.c, which reads keys, and steps_update.c, which runs. */
#ifndef NETWORK_STEPS_PRIVATE_H
#define NETWORK_STEPS_PRIVATE_H

#include "network/exchange.h"
#include "network/step_rules.h"
#include "network/steps.h"

struct Steps {
    MethodWorld world;
    const StepRule *rule; /* NULL: constant */
    AdaptiveKeys keys;
    double filter, cap, resolution;
    bool leak, trusted;
    int64_t refresh, iteration, count, dimension;
    char *by;
    Coordination *coordination; /* NULL until asked for */
    Coordination *extremes;     /* where that one cannot find the least or largest */
    Weights weights;            /* dlas */
    Exchange *exchange;         /* dlas */
    Adaptive *own, *common;     /* own nodes */
    double *rates, *local;      /* own nodes: gamma, eta */
    double *base;               /* constant rates before steps_scale() */
    double *offers, *agreed;    /* own nodes */
    double *x, *g;              /* of the iteration before */
};

#endif
