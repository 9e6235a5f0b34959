#include "io/cli_help.h"

#include "base/die.h"
#include "io/cli_value.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 79, HELP_AT = 29, USAGE_AT = 12 };

const CliBuiltIn cli_built_in[CLI_BUILT_INS] = {
    {"config", CLI_CONFIG, "FILE", "Read options from FILE, such as a run.txt; later flags win"},
    {"help", '?', NULL, "Give this help list"},
    {"usage", CLI_USAGE, NULL, "Give a short usage message"},
    {"version", 'V', NULL, "Print program version"},
};

/* Characters, not bytes: all but those that continue one in UTF-8. */
static int columns_of(const char *text, size_t bytes)
{
    int columns = 0;
    for (size_t k = 0; k < bytes; k++) columns += ((unsigned char)text[k] & 0xC0) != 0x80;
    return columns;
}

/* One line of a text, which stands at `column`, broken at blanks; what follows a break stands at
 * `hang`. */
static void print_line(FILE *file, const char *line, int column, int hang)
{
    for (bool is_first = true; *line && *line != '\n'; is_first = false) {
        size_t blanks = strspn(line, " "), letters = strcspn(line + blanks, " \n");
        int width = columns_of(line + blanks, letters);
        if (!is_first && column + (int)blanks + width > WIDTH) {
            fprintf(file, "\n%*s", hang, "");
            column = hang;
        } else {
            fprintf(file, "%*s", (int)blanks, "");
            column += (int)blanks;
        }
        fprintf(file, "%.*s", (int)letters, line + blanks);
        column += width;
        line += blanks + letters;
    }
    fputc('\n', file);
}

/* Where the text of a row begins: behind the first two blanks in it, or behind its first word; 0
 * for a line that is no row. */
static int hang_of(const char *line)
{
    size_t indent = strspn(line, " "), length = strcspn(line, "\n"), name = indent;
    if (indent < 2 || indent == length) return 0;
    while (name < length && strncmp(line + name, "  ", 2) != 0) name++;
    if (name == length) name = indent + strcspn(line + indent, " \n");
    return columns_of(line, name + strspn(line + name, " "));
}

static void print_text(FILE *file, const char *text)
{
    while (*text) {
        print_line(file, text, 0, hang_of(text));
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
}

/* "--steps=INT"; the caller frees. */
static char *spell(const char *name, const char *argument)
{
    return format_text("--%s%s%s", name, argument ? "=" : "", argument ? argument : "");
}

static const char *argument_of(const CliOption *option)
{
    return option->kind == CLI_FLAG ? NULL : cli_value_kind_name(option->kind);
}

static void print_option(FILE *file, int short_name, char *spelled, const char *help)
{
    if (short_name)
        fprintf(file, "  -%c, %s", short_name, spelled);
    else
        fprintf(file, "      %s", spelled);
    int column = 6 + (int)strlen(spelled);
    if (column + 2 > HELP_AT) {
        fputc('\n', file);
        column = 0;
    }
    fprintf(file, "%*s", HELP_AT - column, "");
    print_line(file, help, HELP_AT, HELP_AT);
    free(spelled);
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

static void print_first(FILE *file, const Cli *cli)
{
    fprintf(file, "Usage: %s [OPTION...]%s%s\n", cli->program, cli->positional ? " " : "",
            cli->positional ? cli->positional : "");
}

static void print_examples(FILE *file, const char *examples)
{
    bool is_ended = examples[strlen(examples) - 1] == '\n';
    fprintf(file, "\nExamples:\n%s%s", examples, is_ended ? "" : "\n");
}

void cli_print_help(FILE *file, const Cli *cli)
{
    print_first(file, cli);
    print_text(file, cli->about);
    if (cli->examples) print_examples(file, cli->examples);
    fprintf(file, "\nOptions:\n");
    for (int k = 0; k < cli->count; k++) {
        char *help = help_with_default(&cli->options[k]);
        print_option(file, 0, spell(cli->options[k].name, argument_of(&cli->options[k])), help);
        free(help);
    }
    for (int k = 0; k < CLI_BUILT_INS; k++) {
        const CliBuiltIn *row = &cli_built_in[k];
        print_option(file, row->key < CLI_CONFIG ? row->key : 0, spell(row->name, row->argument),
                     row->help);
    }
}

/* Adds " [--steps=INT]" to a text; takes both, and the caller frees. */
static char *with_choice(char *text, char *spelled)
{
    char *longer = format_text("%s [%s]", text, spelled);
    free(text);
    free(spelled);
    return longer;
}

void cli_print_usage(FILE *file, const Cli *cli)
{
    char *text = format_text("Usage: %s", cli->program);
    for (int k = 0; k < cli->count; k++)
        text = with_choice(text, spell(cli->options[k].name, argument_of(&cli->options[k])));
    for (int k = 0; k < CLI_BUILT_INS; k++)
        text = with_choice(text, spell(cli_built_in[k].name, cli_built_in[k].argument));
    char *whole = cli->positional ? format_text("%s %s", text, cli->positional) : NULL;
    print_line(file, whole ? whole : text, 0, USAGE_AT);
    free(whole);
    free(text);
}
