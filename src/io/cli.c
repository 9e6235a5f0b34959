#include "io/cli.h"

#include "base/die.h"
#include "base/nearest.h"
#include "io/cli_value.h"
#include "io/manifest.h"

#include <argp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_KEY = 0x100 }; /* above every character: long options only */

typedef struct {
    const Cli *cli;
    int found;         /* positional arguments so far */
    char **positional; /* found + a final NULL */
} Parse;

static void print_version(FILE *stream, struct argp_state *state)
{
    (void)state;
    fprintf(stream, "%s\n", manifest_version());
}

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
    if (index < 0 || index > parse->cli->count) return ARGP_ERR_UNKNOWN;
    if (index == parse->cli->count)
        cli_read_config(parse->cli, text);
    else
        set_option(parse->cli, index, text);
    return 0;
}

/* "Update budget of one trial [400]"; the caller frees. */
static char *help_with_default(const CliOption *option)
{
    char *value = NULL;
    size_t size;
    FILE *stream = open_memstream(&value, &size);
    if (!stream) die("out of memory: --help");
    cli_value_print(stream, option, true);
    fclose(stream);
    bool silent = size == 0 || (option->kind == CLI_FLAG && !*(bool *)option->value);
    char *help =
        silent ? format_text("%s", option->help) : format_text("%s [%s]", option->help, value);
    free(value);
    return help;
}

/* The table as argp wants it, in the table's order (a group each keeps argp from sorting). */
static struct argp_option *list_entries(const Cli *cli)
{
    struct argp_option *entries = alloc_zeroed((size_t)cli->count + 2, sizeof *entries);
    for (int i = 0; i < cli->count; i++) {
        const CliOption *option = &cli->options[i];
        bool flag = option->kind == CLI_FLAG;
        entries[i] = (struct argp_option){.name = option->name,
                                          .key = FIRST_KEY + i,
                                          .arg = flag ? NULL : cli_value_kind_name(option->kind),
                                          .doc = help_with_default(option),
                                          .group = i + 1};
    }
    entries[cli->count] = (struct argp_option){
        .name = "config",
        .key = FIRST_KEY + cli->count,
        .arg = "FILE",
        .doc = format_text("Read options from FILE, such as a run.txt; later flags win"),
        .group = cli->count + 1};
    return entries;
}

static void free_entries(const Cli *cli, struct argp_option *entries)
{
    for (int i = 0; i <= cli->count; i++) free((char *)entries[i].doc);
    free(entries);
}

enum { BUILT_IN = 4 };
static const char *const built_in[BUILT_IN] = {"config", "help", "usage", "version"};

/* All long names; the caller frees the array. */
static const char **list_names(const Cli *cli)
{
    const char **names = alloc_zeroed((size_t)cli->count + BUILT_IN, sizeof *names);
    for (int i = 0; i < cli->count; i++) names[i] = cli->options[i].name;
    memcpy(names + cli->count, built_in, sizeof built_in);
    return names;
}

/* True when the option that `text` begins takes its value from the next argument. */
static bool takes_next(const Cli *cli, int index, const char *text)
{
    if (strchr(text, '=')) return false;
    if (index < cli->count) return cli->options[index].kind != CLI_FLAG;
    return index == cli->count; /* config */
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
    int count = cli->count + BUILT_IN;
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
        if (nearest) die_usage("unknown option --%s; did you mean --%s?", given, nearest);
        die_usage("unknown option --%s; see %s --help", given, cli->program);
    }
    free(names);
}

char **cli_parse(const Cli *cli, int argc, char **argv)
{
    argp_err_exit_status = EXIT_USAGE;
    argp_program_version_hook = print_version;
    check_names(cli, argc, argv);

    /* argp reorders its arguments and takes the program's name from them. */
    char **copy = alloc_zeroed((size_t)argc + 1, sizeof *copy);
    memcpy(copy + 1, argv + 1, ((size_t)argc - 1) * sizeof *copy);
    copy[0] = (char *)cli->program;

    Parse parse = {cli, 0, alloc_zeroed((size_t)cli->positional_count + 1, sizeof(char *))};
    struct argp_option *entries = list_entries(cli);
    char *about = cli->examples
                      ? format_text("%s\n\nExamples:\n%s\n\nOptions:", cli->about, cli->examples)
                      : format_text("%s\n\nOptions:", cli->about);
    struct argp parser = {
        .options = entries, .parser = parse_one, .args_doc = cli->positional, .doc = about};
    argp_parse(&parser, argc, copy, 0, NULL, &parse);
    free(about);
    free_entries(cli, entries);
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
