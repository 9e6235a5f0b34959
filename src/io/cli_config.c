/* Options in files: "name = value", as run.txt holds them. */
#include "base/die.h"
#include "base/nearest.h"
#include "io/cli.h"
#include "io/cli_value.h"
#include "io/files.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static char *trim(char *text)
{
    while (isspace((unsigned char)*text)) text++;
    size_t length = strlen(text);
    while (length && isspace((unsigned char)text[length - 1])) text[--length] = '\0';
    return text;
}

/* A '#' begins a comment at the start of a line or behind a blank: "a#b" is a value. */
static void cut_comment(char *line)
{
    for (char *c = line; *c; c++)
        if (*c == '#' && (c == line || isspace((unsigned char)c[-1]))) {
            *c = '\0';
            return;
        }
}

static const CliOption *find_option(const Cli *cli, const char *where, const char *name)
{
    const char **names = alloc_zeroed((size_t)cli->count, sizeof *names);
    for (int i = 0; i < cli->count; i++) {
        names[i] = cli->options[i].name;
        if (strcmp(names[i], name)) continue;
        free(names);
        return &cli->options[i];
    }
    const char *nearest = nearest_name(name, cli->count, names);
    if (nearest) die_usage("%s: unknown option '%s'; did you mean %s?", where, name, nearest);
    die_usage("%s: unknown option '%s'; see %s --help", where, name, cli->program);
}

static void read_line(const Cli *cli, const char *where, char *line)
{
    cut_comment(line);
    char *name = trim(line);
    if (!*name || strncmp(name, "run.", 4) == 0) return;
    char *equals = strchr(name, '=');
    if (!equals) die_usage("%s: expected name = value, found '%s'", where, name);
    *equals = '\0';
    name = trim(name);

    const CliOption *option = find_option(cli, where, name);
    char *named = format_text("%s: %s", where, name);
    cli_value_set(option, named, trim(equals + 1));
    free(named);
}

void cli_read_config(const Cli *cli, const char *path)
{
    if (!files_exist(path)) die_usage("%s: there is no such file; expected options", path);
    /* Kept for good: values of text options point into it. */
    char *text = files_read(path, NULL);
    int number = 0;
    for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
        char *where = format_text("%s:%d", path, ++number);
        read_line(cli, where, line);
        free(where);
    }
}

/* A line for each. */
static void write_texts(FILE *file, const CliOption *option)
{
    const CliTexts *texts = option->value;
    for (int i = 0; i < texts->count; i++)
        fprintf(file, "%s = %s\n", option->name, texts->value[i]);
}

void cli_write(FILE *file, const Cli *cli)
{
    for (int i = 0; i < cli->count; i++) {
        const CliOption *option = &cli->options[i];
        if (option->role != CLI_CONFIGURES || cli_value_is_empty(option)) continue;
        if (option->kind == CLI_TEXTS) {
            write_texts(file, option);
            continue;
        }
        fprintf(file, "%s = ", option->name);
        cli_value_print(file, option, false);
        fputc('\n', file);
    }
}
