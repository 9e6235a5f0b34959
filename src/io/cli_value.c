#include "io/cli_value.h"

#include "base/die.h"
#include "base/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void check_range(const CliOption *option, const char *where, double number, const char *text)
{
    if (!(number >= option->low && number <= option->high))
        die_usage("%s: %s is outside %.15g … %.15g", where, text, option->low, option->high);
}

static void set_int(const CliOption *option, const char *where, const char *text)
{
    int64_t number;
    if (!number_int(text, &number))
        die_usage("%s: expected a whole number, found '%s'", where, text);
    check_range(option, where, (double)number, text);
    *(int64_t *)option->value = number;
}

static double read_real(const CliOption *option, const char *where, const char *text)
{
    double number;
    if (!number_real(text, &number)) die_usage("%s: expected a number, found '%s'", where, text);
    check_range(option, where, number, text);
    return number;
}

static void set_real(const CliOption *option, const char *where, const char *text)
{
    *(double *)option->value = read_real(option, where, text);
}

/* A config file could not hold it: its values end with the line or with a comment. */
static void check_text(const char *where, const char *text)
{
    if (strpbrk(text, "\r\n") || strstr(text, " #"))
        die_usage("%s: expected a text on one line and without ' #'", where);
}

static void set_text(const CliOption *option, const char *where, const char *text)
{
    check_text(where, text);
    *(const char **)option->value = text;
}

static void add_text(const CliOption *option, const char *where, const char *text)
{
    CliTexts *texts = option->value;
    check_text(where, text);
    if (texts->count == CLI_LIST_MAX) die_usage("%s: more than %d times", where, CLI_LIST_MAX);
    texts->value[texts->count++] = text;
}

static void set_flag(const CliOption *option, const char *where, const char *text)
{
    bool yes = strcmp(text, "yes") == 0;
    if (!yes && strcmp(text, "no") != 0)
        die_usage("%s: expected yes or no, found '%s'", where, text);
    *(bool *)option->value = yes;
}

static void add_to_list(CliList *list, const char *where, double number)
{
    if (list->count == CLI_LIST_MAX) die_usage("%s: more than %d numbers", where, CLI_LIST_MAX);
    list->value[list->count++] = number;
}

/* To 15 digits, which a double has to spare: 0.01 and not 0.0099999999999999985. */
static double round_to_digits(double number)
{
    char text[32];
    snprintf(text, sizeof text, "%.15g", number);
    return strtod(text, NULL);
}

/* "low:high:count": equal ratios, both ends exact. */
static void add_range(const CliOption *option, const char *where, char *text, CliList *list)
{
    char *rest = text, *low_text = strsep(&rest, ":"), *high_text = strsep(&rest, ":");
    double low = read_real(option, where, low_text);
    double high = read_real(option, where, high_text);
    int64_t count;
    if (!rest || !number_int(rest, &count) || count < 2 || !(low > 0.0) || !(high > 0.0))
        die_usage("%s: expected low:high:count with positive ends and a count of 2 or more", where);
    for (int64_t i = 0; i < count; i++) {
        double share = (double)i / (double)(count - 1);
        add_to_list(list, where,
                    i == 0           ? low
                    : i == count - 1 ? high
                                     : round_to_digits(low * pow(high / low, share)));
    }
}

static void set_list(const CliOption *option, const char *where, const char *text)
{
    CliList list = {0};
    char *copy = format_text("%s", text);
    for (char *rest = copy; rest;) {
        char *item = strsep(&rest, ",");
        if (strchr(item, ':'))
            add_range(option, where, item, &list);
        else
            add_to_list(&list, where, read_real(option, where, item));
    }
    free(copy);
    *(CliList *)option->value = list;
}

static void print_int(FILE *file, const CliOption *option, bool brief)
{
    (void)brief;
    fprintf(file, "%" PRId64, *(const int64_t *)option->value);
}

static void print_real(FILE *file, const CliOption *option, bool brief)
{
    fprintf(file, brief ? "%g" : "%.17g", *(const double *)option->value);
}

static void print_text(FILE *file, const CliOption *option, bool brief)
{
    (void)brief;
    const char *text = *(const char *const *)option->value;
    fputs(text ? text : "", file);
}

static void print_flag(FILE *file, const CliOption *option, bool brief)
{
    (void)brief;
    fputs(*(const bool *)option->value ? "yes" : "no", file);
}

static void print_list(FILE *file, const CliOption *option, bool brief)
{
    const CliList *list = option->value;
    for (int i = 0; i < list->count; i++) {
        if (i) fputc(',', file);
        fprintf(file, brief ? "%g" : "%.17g", list->value[i]);
    }
}

static void print_texts(FILE *file, const CliOption *option, bool brief)
{
    (void)brief;
    const CliTexts *texts = option->value;
    for (int i = 0; i < texts->count; i++) fprintf(file, "%s%s", i ? " " : "", texts->value[i]);
}

static const struct {
    const char *name;
    void (*set)(const CliOption *option, const char *where, const char *text);
    void (*print)(FILE *file, const CliOption *option, bool brief);
} kinds[] = {
    [CLI_INT] = {"INT", set_int, print_int},     [CLI_REAL] = {"REAL", set_real, print_real},
    [CLI_TEXT] = {"TEXT", set_text, print_text}, [CLI_FLAG] = {"yes|no", set_flag, print_flag},
    [CLI_LIST] = {"LIST", set_list, print_list}, [CLI_TEXTS] = {"TEXT", add_text, print_texts},
};

void cli_value_set(const CliOption *option, const char *where, const char *text)
{
    kinds[option->kind].set(option, where, text);
}

void cli_value_print(FILE *file, const CliOption *option, bool brief)
{
    kinds[option->kind].print(file, option, brief);
}

bool cli_value_is_empty(const CliOption *option)
{
    if (option->kind == CLI_TEXT) return !*(const char *const *)option->value;
    if (option->kind == CLI_TEXTS) return ((const CliTexts *)option->value)->count == 0;
    return option->kind == CLI_LIST && ((const CliList *)option->value)->count == 0;
}

const char *cli_value_kind_name(CliKind kind) { return kinds[kind].name; }
