/* The verb `advise`: what its files share. */
#ifndef LARGE_STEPSIZE_ADVISE_H
#define LARGE_STEPSIZE_ADVISE_H

#include "compute/design.h"
#include "solve/advice.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *data, *format, *label_column, *positive, *negative, *methods, *weights, *device;
    int64_t skip_lines, max_gradients, threads;
    double lambda, epsilon;
    bool no_bias, json, quiet;
} AdviseOptions;

/* The user's file as a design, and what its classes are called there. */
typedef struct {
    Design *design;
    char *positive, *negative; /* "1", "setosa", "rest" */
    int64_t positives, features;
    double bias; /* the constant column's value, in the file's units; 0: there is none */
} AdviseData;

/* Ends the program with one sentence on data that cannot be used. */
AdviseData advise_read(const AdviseOptions *options);
void advise_forget(AdviseData *data); /* all but the design */

enum { ADVISE_WARNINGS = 4, ADVISE_MAX_METHODS = 64 };

typedef struct {
    const AdviseOptions *options;
    const AdviseData *data;
    const Advice *advice;
    int64_t run_count;
    AdviceRun run[ADVISE_MAX_METHODS];
    int warning_count;
    const char *warning[ADVISE_WARNINGS];
} AdviseReport;

/* Steps that theory names, by their rules in solve/rate.h; ends with NULL. */
extern const char *const advise_rules[];

/* Runs every method asked for, and finds what to warn of. */
AdviseReport advise_report(const AdviseOptions *options, const AdviseData *data,
                           const Advice *advice);

void advise_print(const AdviseReport *report);
void advise_print_json(const AdviseReport *report);

/* feature,weight: for the user's own rows; the last one is `intercept` when there is a constant
 * column. */
void advise_write_weights(const char *path, const AdviseData *data, const Advice *advice);

#endif
