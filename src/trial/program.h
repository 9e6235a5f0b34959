/* The frame of every experiment program: both faces, one main.
 *
 *   PROGRAM [run] [options]     reproduce: trials.csv, curves.csv, then summary.csv, claims.csv
 *
 *   PROGRAM claims [options]    judge again
 *
 *   PROGRAM compare A B         compare two result folders
 *
 *   PROGRAM VERB [options]      apply the mathematics to the user's own data
 *
 * Where an experiment has a verb of its own with a name of the frame's, `compare --option …` and
 * `run --option …` are that one; `compare A B` is the frame's, and so is no verb at all.
 *
 * The frame owns --seed, --profile, --config, --out, --data, --jobs, --threads,
 * --shard, --device, --dry-run, --quiet, --strict and --claims; an experiment adds
 * its own options. Under a launcher of ranks (mpirun, srun) only `run`, and verbs that call
 * comm_go(), are more than one process. A run whose key matches results/NAME/run.txt does nothing
 * and says so. */
#ifndef TRIAL_PROGRAM_H
#define TRIAL_PROGRAM_H

#include "io/cli.h"
#include "io/manifest.h"
#include "trial/sweep.h"

#include <stdbool.h>
#include <stdint.h>

/* What the frame parsed; read-only for an experiment. */
typedef struct {
    int64_t seed, jobs, threads;
    const char *profile, *out, *data, *device;
    const char *precision; /* "" for float32 */
    bool dry_run, quiet, strict;
} ProgramOptions;

typedef struct {
    const char *name;    /* "advise" */
    const char *summary; /* one line in the program's --help */
    /* argv[0] is "PROGRAM VERB"; parses its own options with cli_parse. Returns the exit code. */
    int (*main)(int argc, char **argv);
} ProgramVerb;

typedef struct {
    const char *name; /* "large_stepsize": program, results folder, experiment folder */
    const char *about, *examples;
    int option_count;
    const CliOption *options;
    /* Of several ranks: all of them run each trial together, each for its own nodes (run() is
     * called on every rank, the rows of the first count). False: they share out the trials,
     * each of which sees one rank. plan() may decide otherwise in the plan: a network of few nodes
     * is done sooner by one rank than its messages between two are. */
    bool together;
    /* After parsing: fills count, tables and callbacks of the plan (out, key, jobs … are set). */
    void (*plan)(const ProgramOptions *options, SweepPlan *plan);
    /* Adds the files that the result depends on. NULL: none. */
    void (*inputs)(const ProgramOptions *options, ManifestInputs *inputs);
    /* Writes summary.csv into the results folder from the finished tables there. NULL: none. */
    void (*summarise)(const ProgramOptions *options);
    int verb_count;
    const ProgramVerb *verbs;
} Program;

int program_main(const Program *program, int argc, char **argv);

#endif
