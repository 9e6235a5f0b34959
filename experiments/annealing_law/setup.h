/* What a training run needs, opened from texts: device, data, model, optimizer, schedule. */
#ifndef ANNEALING_LAW_SETUP_H
#define ANNEALING_LAW_SETUP_H

#include "model/model.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "problem/data.h"
#include "problem/training.h"

typedef struct {
    const char *device, *precision; /* of backend_open_with() */
    const char *folder;             /* where the files of data/MANIFEST are */
    const char *data, *model, *optimizer, *schedule;
    int64_t batch, steps;
    double rate; /* the peak, where the schedule does not say */
    uint64_t seed;
    bool dry; /* only sizes: no memory for the model, no problem, no optimizer */
} SetupOptions;

typedef struct {
    Backend *backend;
    Data *data;
    Model *model;
    Problem *problem;
    Optimizer *optimizer;
    Schedule *schedule;
} Setup;

/* Ends the program with one sentence on a wrong text and on data that are not there. The
 * parameters have their starting values for the seed. */
Setup setup_open(const SetupOptions *options);
void setup_free(Setup *setup);

#endif
