/* A user's training log as the laws take it: the rate of every step, and the losses at some.
 *
 * A log gives losses and, mostly, rates; a schedule gives the rate of every step. From both comes a
 * run whose rate is dense, as the laws integrate the schedule and never the rows. Where a schedule
 * is given and the logged rates leave it, the log counts as far as it goes. */
#ifndef FIT_LOGGED_H
#define FIT_LOGGED_H

#include "io/log.h"
#include "law/run.h"

enum { LOGGED_NOTES = 16, LOGGED_POINTS = 600, LOGGED_ENOUGH = 40 };

/* A rate for each: more steps than any run has, and some GB. */
#define LOGGED_LAST_STEP 20000000

typedef struct {
    const char *schedule; /* its text; NULL: the rates in the log */
    bool as_logged;       /* it is taken to the log's last step only; else to the run's end */
    int64_t steps;        /* of the whole run, whatever the schedule's total; 0: that */
    int64_t warmup;       /* steps of a linear warm-up that the log does not show; −1: not said */
    /* "train" or "validation"; NULL: validation where there are LOGGED_ENOUGH of it to fit, or no
     * fewer than of train. */
    const char *loss;
    int64_t from;  /* the first step to fit; −1: the end of the warm-up or 2 % of the log */
    int64_t least; /* points without which there is nothing to fit */
    /* The command has --step-col, --from, and --schedule for logs with rates too: what is said of a
     * log names them. */
    bool has_options;
} LoggedOptions;

typedef struct {
    char *path;
    char *found;         /* what was read and left out, in sentences */
    const char *loss;    /* "validation" or "training" */
    const char *rates;   /* "log", "schedule" or "log, then schedule" */
    char *schedule;      /* spelled out; NULL without one */
    char *warmup;        /* where the steps up to it come from, in a sentence; NULL: none */
    int64_t rows, early; /* rows with such a loss; those left out as too early */
    int64_t last;        /* its last step */
    /* The last step of the run: as its options say, else its schedule, which may end before the
     * log; `last` as logged and without a schedule. */
    int64_t end;
    LawRun run; /* rates up to `end` and `last`; at most LOGGED_POINTS means of losses */
    double *rate, *point;
    int64_t *step;
    int notes;
    char *note[LOGGED_NOTES]; /* what the user should know */
} Logged;

/* Ends the program with one sentence where the log cannot be used. logged_free() frees what it
 * holds; `log` is not kept. */
Logged logged_take(const TrainingLog *log, const LoggedOptions *options);
void logged_free(Logged *logged);

/* The largest rate of its rows; 0 where they have none. */
double logged_peak(const TrainingLog *log);

/* Ends the program, with the remedy, where `what` ("run.csv") goes beyond LOGGED_LAST_STEP. */
void logged_check_steps(const char *what, int64_t steps, const char *remedy);

/* ---- logged_rates.c: fills rate, steps, warm-up and what is said of them */
void logged_rates(Logged *logged, const TrainingLog *log, const LoggedOptions *options);

#endif
