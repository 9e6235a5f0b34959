/* --help and --usage. Private to cli.
 *
 * Not written by argp: that puts an option 30 columns to the right where a line before it fills its
 * buffer, and wraps the rows of a table to the margin. */
#ifndef IO_CLI_HELP_H
#define IO_CLI_HELP_H

#include "io/cli.h"

#include <stdio.h>

/* What cli_parse() understands besides the table's options. */
typedef struct {
    const char *name;
    int key; /* a character for a short form, as argp takes it */
    const char *argument, *help;
} CliBuiltIn;

enum { CLI_BUILT_INS = 4, CLI_CONFIG = 0x100, CLI_USAGE };
extern const CliBuiltIn cli_built_in[CLI_BUILT_INS];

/* Lines of at most 79 columns, but for the examples, which are to be copied. In the text of `about`
 * a line that begins with two blanks is a row, "  NAME  what it is": its later lines begin below
 * `what`. */
void cli_print_help(FILE *file, const Cli *cli);
void cli_print_usage(FILE *file, const Cli *cli);

#endif
