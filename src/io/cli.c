#include "io/cli.h"

#include "base/die.h"
#include "base/nearest.h"
#include "io/cli_help.h"
#include "io/cli_value.h"
#include "io/manifest.h"

#include <argp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_KEY = 0x200 }; /* above those of the built-in ones: long options only */

typedef struct {
    const Cli *cli;
    int found;         /* positional arguments so far */
    char **positional; /* found + a final NULL */
} Parse;

static void check_positional(const Parse *parse, const char *extra)
{
    const Cli *cli = parse->cli;
    if (extra && cli->positional_count == 0)
        die_usage("unexpected argument '%s'; see %s --help", extra, cli->program);
    if (extra || parse->found < cli->positional_count)
        die_usage("expected %s %s; see %s --help", cli->program, cli->positional, cli->program);
}

static void set_option(const Cli *cli, int index, const char *text)
{
    const CliOption *option = &cli->options[index];
    char *where = format_text("--%s", option->name);
    cli_value_set(option, where, option->kind == CLI_FLAG ? "yes" : text);
    free(where);
}

static error_t parse_built_in(const Cli *cli, int key, const char *text)
{
    if (key == CLI_CONFIG) {
        cli_read_config(cli, text);
        return 0;
    }
    if (key == '?')
        cli_print_help(stdout, cli);
    else if (key == CLI_USAGE)
        cli_print_usage(stdout, cli);
    else if (key == 'V')
        printf("%s\n", manifest_version());
    else
        return ARGP_ERR_UNKNOWN;
    exit(EXIT_SUCCESS);
}

static error_t parse_one(int key, char *text, struct argp_state *state)
{
    Parse *parse = state->input;
    if (key == ARGP_KEY_ARG) {
        if (parse->found == parse->cli->positional_count) check_positional(parse, text);
        parse->positional[parse->found++] = text;
        return 0;
    }
    if (key == ARGP_KEY_END) {
        check_positional(parse, NULL);
        return 0;
    }
    int index = key - FIRST_KEY;
    if (index >= 0 && index < parse->cli->count) {
        set_option(parse->cli, index, text);
        return 0;
    }
    return parse_built_in(parse->cli, key, text);
}

/* The tables as argp wants them; the caller frees. */
static struct argp_option *list_entries(const Cli *cli)
{
    struct argp_option *entries =
        alloc_zeroed((size_t)cli->count + CLI_BUILT_INS + 1, sizeof *entries);
    for (int k = 0; k < cli->count; k++)
        entries[k] = (struct argp_option){.name = cli->options[k].name,
                                          .key = FIRST_KEY + k,
                                          .arg = cli->options[k].kind == CLI_FLAG ? NULL : "VALUE"};
    for (int k = 0; k < CLI_BUILT_INS; k++)
        entries[cli->count + k] = (struct argp_option){.name = cli_built_in[k].name,
                                                       .key = cli_built_in[k].key,
                                                       .arg = cli_built_in[k].argument};
    return entries;
}

/* All long names; the caller frees the array. */
static const char **list_names(const Cli *cli)
{
    const char **names = alloc_zeroed((size_t)cli->count + CLI_BUILT_INS, sizeof *names);
    for (int i = 0; i < cli->count; i++) names[i] = cli->options[i].name;
    for (int i = 0; i < CLI_BUILT_INS; i++) names[cli->count + i] = cli_built_in[i].name;
    return names;
}

/* True when the option that `text` begins takes its value from the next argument. */
static bool takes_next(const Cli *cli, int index, const char *text)
{
    if (strchr(text, '=')) return false;
    if (index < cli->count) return cli->options[index].kind != CLI_FLAG;
    return cli_built_in[index - cli->count].argument;
}

/* The index of the name that `length` letters of text stand for: itself, else the first that
 * begins so (argp refuses ambiguous ones); count when there is none. */
static int find_name(const char *text, size_t length, int count, const char *const names[])
{
    int prefix = count;
    for (int i = count - 1; i >= 0; i--) {
        if (strncmp(names[i], text, length) != 0) continue;
        if (names[i][length] == '\0') return i;
        prefix = i;
    }
    return prefix;
}

/* Unknown flags, before argp sees them: argp would not say which name was meant. */
static void check_names(const Cli *cli, int argc, char **argv)
{
    const char **names = list_names(cli);
    int count = cli->count + CLI_BUILT_INS;
    for (int a = 1; a < argc && strcmp(argv[a], "--") != 0; a++) {
        if (strncmp(argv[a], "--", 2) != 0) continue;
        const char *text = argv[a] + 2;
        size_t length = strcspn(text, "=");
        int known = find_name(text, length, count, names);
        if (known < count) {
            if (takes_next(cli, known, text)) a++;
            continue;
        }
        char *given = format_text("%.*s", (int)length, text);
        const char *nearest = nearest_name(given, count, names);
        const char *also = cli->unknown ? format_text(" (%s)", cli->unknown) : "";
        if (nearest) die_usage("unknown option --%s; did you mean --%s?%s", given, nearest, also);
        die_usage("unknown option --%s; see %s --help%s", given, cli->program, also);
    }
    free(names);
}

char **cli_parse(const Cli *cli, int argc, char **argv)
{
    argp_err_exit_status = EXIT_USAGE;
    check_names(cli, argc, argv);

    /* argp reorders its arguments and takes the program's name from them. */
    char **copy = alloc_zeroed((size_t)argc + 1, sizeof *copy);
    memcpy(copy + 1, argv + 1, ((size_t)argc - 1) * sizeof *copy);
    copy[0] = (char *)cli->program;

    Parse parse = {cli, 0, alloc_zeroed((size_t)cli->positional_count + 1, sizeof(char *))};
    struct argp_option *entries = list_entries(cli);
    struct argp parser = {.options = entries, .parser = parse_one};
    argp_parse(&parser, argc, copy, ARGP_NO_HELP, NULL, &parse);
    free(entries);
    free(copy);
    return parse.positional;
}

char *cli_with_kinds(char *text, const char *heading, int count, const char *(*name)(int kind),
                     const char *(*help)(int kind))
{
    char *longer = format_text("%s\n%s", text, heading);
    for (int k = 0; k < count; k++) {
        free(text);
        text = longer;
        longer = format_text("%s\n  %-16s %s", text, name(k), help(k));
    }
    free(text);
    return longer;
}
