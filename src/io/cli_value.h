/* The value of one option as text: read, checked, written. Private to cli. */
#ifndef IO_CLI_VALUE_H
#define IO_CLI_VALUE_H

#include "io/cli.h"

#include <stdbool.h>
#include <stdio.h>

/* Ends the program with exit 2 on a bad value; `where` begins the message ("--jobs",
 * "quick.cfg:3: jobs"). A text is kept, not copied: it must outlive the option. */
void cli_value_set(const CliOption *option, const char *where, const char *text);

/* As text that cli_value_set() reads back to the same bits; for people (%g) with brief. */
void cli_value_print(FILE *file, const CliOption *option, bool brief);

/* Options with a NULL text or an empty list have nothing to write. */
bool cli_value_is_empty(const CliOption *option);

const char *cli_value_kind_name(CliKind kind); /* "INT", "REAL", … */

#endif
