/* The options that every experiment program has, put in front of its own. Private to the frame. */
#ifndef TRIAL_OPTIONS_H
#define TRIAL_OPTIONS_H

#include "trial/program.h"

typedef struct {
    ProgramOptions run; /* what an experiment sees */
    const char *shard_text, *claims, *experiments;
    int64_t shard, shards;
    bool print;       /* the verb claims: judge nothing */
    CliOption *table; /* the common ones and the experiment's, one table */
    Cli cli;
} Options;

/* Reads EXPERIMENTS/NAME/PROFILE.cfg, then --config and flags; ends the program on a
 * wrong command line. Everything lives until the program ends. */
void options_parse(Options *options, const Program *program, int argc, char **argv);

/* For the verb `claims`: only what it needs. */
void options_parse_claims(Options *options, const Program *program, int argc, char **argv);

#endif
