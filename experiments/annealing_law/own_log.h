/* The user's own logs: what the verbs fit, forecast and advise share. */
#ifndef ANNEALING_LAW_OWN_LOG_H
#define ANNEALING_LAW_OWN_LOG_H

#include "fit/fit.h"
#include "fit/logged.h"
#include "io/cli.h"
#include "io/json.h"

#include <stdbool.h>

enum { OWN_OPTIONS = 32 };
#define OWN_LEVEL 0.9

typedef struct {
    CliTexts logs, rate_logs, schedules;
    LogChoice choice;
    const char *loss, *law, *out;
    int64_t steps, warmup, from, resamples, seed;
    bool json, quiet;
} OwnOptions;

extern OwnOptions own_given;

/* Parses the common options and the verb's own. */
void own_parse(const char *program, const char *about, const char *examples, int count,
               const CliOption *own, int argc, char **argv);

/* Ends the program where an output (NULL: none) would be written over a log that is read. */
void own_check_out(const char *option, const char *path);

/* For verbs that take a schedule for each log or none. */
void own_check_schedules(void);

/* Reads log number k; at least `least` points must be left. logged_free() frees what it holds. */
Logged own_log_read(int k, int64_t least);

/* ---- own_report.c */
void own_print_log(const Logged *log);
void own_add_logs(Json *json, int count, const Logged *logs);
void own_warn(int count, const Logged *logs);

/* A CSV of points, log,step,rate,loss,fitted,low,high,file: what there is not is nan; logs count
 * from 1. */
typedef struct {
    int64_t log, step;
    double rate, loss, fitted, low, high;
} OwnPoint;
void own_write_points(const char *path, const Logged *logs, int64_t count, const OwnPoint *points);

/* The verbs. */
int fit_main(int argc, char **argv);
int forecast_main(int argc, char **argv);
int advise_main(int argc, char **argv);

/* The law of --law, one of those that curves of one model can be fitted with. */
const Law *own_law(void);

#endif
