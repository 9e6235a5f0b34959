/* The user's own logs as the laws take them: what the verbs fit, forecast and advise share.
 *
 * A log gives losses and, mostly, rates; a schedule gives the rate of every step. From both comes
 * a run whose rate is dense, as the laws integrate the schedule and never the rows. */
#ifndef ANNEALING_LAW_OWN_LOG_H
#define ANNEALING_LAW_OWN_LOG_H

#include "fit/fit.h"
#include "io/cli.h"
#include "io/json.h"
#include "io/log.h"
#include "law/run.h"

#include <stdbool.h>

enum { OWN_NOTES = 16, OWN_POINTS = 600, OWN_OPTIONS = 32, OWN_ENOUGH = 40 };
#define OWN_LEVEL 0.9

/* A rate for each: more steps than any run has, and some GB. */
#define OWN_LAST_STEP 20000000

typedef struct {
    CliTexts logs, rate_logs, schedules;
    LogChoice choice;
    const char *loss, *law, *out;
    int64_t steps, warmup, from, resamples, seed;
    bool json, quiet;
} OwnOptions;

extern OwnOptions own_given;

typedef struct {
    const char *path;
    char *found;         /* what was read and left out, in sentences */
    const char *loss;    /* "validation" or "training" */
    const char *rates;   /* "log", "schedule" or "log, then schedule" */
    char *schedule;      /* spelled out; NULL without one */
    char *warmup;        /* where the steps up to it come from, in a sentence; NULL: none */
    int64_t rows, early; /* rows with such a loss; those left out as too early */
    int64_t last;        /* its last step */
    int64_t end;         /* the last step of its schedule; `last` without one */
    LawRun run;          /* points: of the fit, from the end of the warm-up on */
    double *rate, *point;
    int64_t *step;
    int notes;
    char *note[OWN_NOTES]; /* what the user should know */
} OwnLog;

/* Parses the common options and the verb's own. */
void own_parse(const char *program, const char *about, const char *examples, int count,
               const CliOption *own, int argc, char **argv);

/* Ends the program where an output (NULL: none) would be written over a log that is read. */
void own_check_out(const char *option, const char *path);

/* Ends the program where `what` ("run.csv") goes beyond OWN_LAST_STEP. */
void own_check_steps(const char *what, int64_t steps);

/* For verbs that take a schedule for each log or none. */
void own_check_schedules(void);

/* Reads log number k; at least `least` points must be left. own_log_free() frees what it holds. */
OwnLog own_log_read(int k, int64_t least);
void own_log_free(OwnLog *log);

/* ---- own_rates.c: fills rate, steps, warm-up and what is said of them */
void own_rates(OwnLog *log, const TrainingLog *read, int k);
void own_note(OwnLog *log, char *text); /* takes the text */

/* ---- own_report.c */
void own_print_log(const OwnLog *log);
void own_add_logs(Json *json, int count, const OwnLog *logs);
void own_warn(int count, const OwnLog *logs);

/* A CSV of points: log,step,rate,loss,fitted,low,high; what there is not is nan. */
typedef struct {
    int64_t log, step;
    double rate, loss, fitted, low, high;
} OwnPoint;
void own_write_points(const char *path, int64_t count, const OwnPoint *points);

/* The verbs. */
int fit_main(int argc, char **argv);
int forecast_main(int argc, char **argv);
int advise_main(int argc, char **argv);

/* The law of --law, one of those that curves of one model can be fitted with. */
const Law *own_law(void);

#endif
