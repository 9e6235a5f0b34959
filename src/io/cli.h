/* Command line of a program: one table says name, type, place, range and help
 * of each option; parsing, --help, --config and run.txt all read that table.
 *
 * Numbers are checked against their range; a wrong flag ends the program with
 * exit 2 and the nearest known name; --help and --version go to stdout, exit 0. */
#ifndef IO_CLI_H
#define IO_CLI_H

#include <stdint.h>
#include <stdio.h>

typedef enum { CLI_INT, CLI_REAL, CLI_TEXT, CLI_FLAG, CLI_LIST, CLI_TEXTS } CliKind;

enum { CLI_LIST_MAX = 64 };

/* Numbers given as "1,2,5" ; a list option's value. */
typedef struct {
    int count;
    double value[CLI_LIST_MAX];
} CliList;

/* What an option that may be given several times was given, in order: --log a --log b. */
typedef struct {
    int count;
    const char *value[CLI_LIST_MAX];
} CliTexts;

typedef enum {
    CLI_CONFIGURES = 0, /* part of the configuration: in run.txt and in the key */
    CLI_OPERATES = 1,   /* how to run, not what: --jobs, --out, --quiet. In neither */
} CliRole;

typedef struct {
    const char *name; /* long name, without the dashes */
    CliKind kind;
    void *value;      /* int64_t *, double *, const char **, bool *, CliList * or CliTexts *; holds
                         the default */
    double low, high; /* accepted range of a number (each number of a list), ends included */
    const char *help; /* one sentence, with the unit */
    CliRole role;
} CliOption;

/* A command line: examples come first in --help, then the options with their live defaults. */
typedef struct {
    const char *program;    /* "large_stepsize" or "large_stepsize advise" */
    const char *about;      /* one or two sentences */
    const char *examples;   /* lines of commands, NULL for none */
    const char *unknown;    /* also said of an option that is not known; NULL for nothing */
    const char *positional; /* "DIR_A DIR_B", NULL when none are taken */
    int positional_count;   /* exactly so many */
    int count;
    const CliOption *options;
} Cli;

/* Reads --config files where they stand, so that later flags override them.
 * Returns the positional arguments (pointers into argv). Values point into argv
 * or live until the program ends. --config is understood everywhere. */
char **cli_parse(const Cli *cli, int argc, char **argv);

/* Reads "name = value" lines; '#' starts a comment, names that begin with "run." are
 * provenance and skipped. An unknown name or a bad value ends the program with file and line. */
void cli_read_config(const Cli *cli, const char *path);

/* `text` with a table of kinds behind it for --help: the heading, then a line for each kind, its
 * name and what it is. Frees `text`; the caller frees what it returns. */
char *cli_with_kinds(char *text, const char *heading, int count, const char *(*name)(int kind),
                     const char *(*help)(int kind));

/* Writes "name = value" for every option that configures, in table order. */
void cli_write(FILE *file, const Cli *cli);

#endif
