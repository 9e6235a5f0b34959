/* What `run` trains on the user's own texts, and how it is told. Private to the program. */
#ifndef PATH_SWITCHING_RUN_H
#define PATH_SWITCHING_RUN_H

#include "base/outcome.h"
#include "base/stats.h"
#include "io/cli.h"
#include "update/runner.h"
#include "world.h"

typedef struct {
    const char *data, *paradigms, *model, *optimizer, *folder, *data_folder, *device, *precision,
        *out;
    int64_t versions, steps, batch, warmup, seed, seeds, evaluation_batches, threads;
    double rate, floor;
    CliList tune;
    bool shift, json, dry_run, quiet;
} RunOptions;

/* One release: a path of the plan with one seed. */
typedef struct {
    Outcome outcome;
    double loss;    /* mean over the texts that the versions so far are made of; nats per byte */
    double *domain; /* of each text */
} RunRelease;

typedef struct {
    const RunOptions *options;
    char *configuration; /* run_configuration() */
    int domains;
    char **domain; /* their names */
    int64_t parameters;
    int64_t fewest; /* bytes to train on, of the version that has the fewest */
    UpdateSize size;
    Plan *plan;
    double rate;         /* the peak, given or tuned */
    double *tuned;       /* the loss of each rate of --tune; NULL without it */
    RunRelease *release; /* seeds x paths */
    int64_t trained;     /* updates of this call, and their seconds */
    double trained_s;
} RunReport;

/* ---- run_compare.c */
const RunRelease *run_release(const RunReport *report, int64_t seed, int paradigm, int version);

/* Of a version: mean over seeds of its loss, and of its difference to ptfs with an interval at
 * RUN_LEVEL (NaN without ptfs, or where a run diverged). */
#define RUN_LEVEL 0.95
double run_loss(const RunReport *report, int paradigm, int version);
Interval run_gap(const RunReport *report, int paradigm, int version);

/* Did it in one of the seeds? */
bool run_has_diverged(const RunReport *report, int paradigm, int version);

/* What its versions up to this one cost together. */
Account run_account(const RunReport *report, int paradigm, int version);

/* ---- run_train.c */

/* Trains what is asked, or goes on. false: interrupted, all finished segments are in the folder. */
bool run_tune(RunReport *report);
bool run_train(RunReport *report);

/* Seconds of an update, from a few of them. */
double run_measure(const RunOptions *options, const World *world);

/* ---- run_folder.c */

/* Opens the texts for one seed, and ends the program with a sentence on what is wrong with them. */
World run_open(const RunOptions *options, uint64_t seed);

/* What segments depend on besides their rates, which are in their names: "name = value" lines of
 * the build, the device, the network and the texts, which are read for it. The caller frees. */
char *run_configuration(const RunOptions *options);

/* Takes the folder until the end of the process. Ends the program where another process has it, or
 * where it holds a run of another configuration, from which nobody could go on to the same bytes.
 */
void run_claim_folder(const char *folder, const char *configuration);

/* ---- run_report.c */
void run_print_plan(const RunReport *report, double update_s);
void run_print(const RunReport *report);

/* ---- run_json.c */
void run_print_json(const RunReport *report);
void run_write(const RunReport *report, const char *path);

#endif
