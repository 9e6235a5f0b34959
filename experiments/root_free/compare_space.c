/* From --optimizers to contestants, each with a search space. */
#include "compare.h"

#include "base/die.h"
#include "base/spec.h"
#include "base/words.h"
#include "methods.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "key=value" or "key=low..high" of a list, and how long the list's piece is. */
typedef struct {
    const char *text;
    size_t length, key;
} Pair;

/* The pair that begins at `at`; false at the end of the list. */
static bool pair_at(const char *at, Pair *pair)
{
    *pair = (Pair){at, strcspn(at, ","), strcspn(at, "=,")};
    return *at != '\0';
}

static const char *after(Pair pair)
{
    const char *next = pair.text + pair.length;
    return *next ? next + 1 : next;
}

/* The pair with the key of `wanted`; its text is NULL where there is none. */
static Pair find_key(const char *list, Pair wanted)
{
    for (Pair pair; pair_at(list, &pair); list = after(pair))
        if (pair.key == wanted.key && !strncmp(pair.text, wanted.text, pair.key)) return pair;
    return (Pair){0};
}

static bool is_key(Pair pair, const char *key)
{
    return pair.key == strlen(key) && !strncmp(pair.text, key, pair.key);
}

static bool has_range(Pair pair)
{
    for (size_t k = 0; k + 1 < pair.length; k++)
        if (pair.text[k] == '.' && pair.text[k + 1] == '.') return true;
    return false;
}

static void append(char **text, Pair pair)
{
    char *longer =
        format_text("%s%c%.*s", *text, strchr(*text, ':') ? ',' : ':', (int)pair.length, pair.text);
    free(*text);
    *text = longer;
}

static const MethodRow *row_called(const char *name)
{
    for (int k = 0; k < method_count(); k++)
        if (!strcmp(method_at(k)->name, name)) return method_at(k);
    return NULL;
}

static const MethodRow *row_of_optimizer(const char *name)
{
    for (int k = 0; k < method_count(); k++)
        if (!strcmp(method_at(k)->optimizer, name) && !method_at(k)->fixed) return method_at(k);
    return NULL;
}

static bool is_optimizer(const char *name)
{
    for (int k = 0; k < optimizer_kind_count(); k++)
        if (!strcmp(optimizer_kind_name(k), name)) return true;
    return false;
}

static _Noreturn void refuse_name(const char *name)
{
    char *known = format_text("%s", method_at(0)->name);
    for (int k = 1; k < method_count(); k++)
        known = format_text("%s, %s", known, method_at(k)->name);
    die_usage("--optimizers: '%s' is not one of %s", name, known);
}

/* The user's keys, then those of the method that are fixed and that the user did not give, then
 * the rate: the user's, else `rates`. own: a list; row: "KIND:list", or a kind alone. */
static char *merge(const char *own, const char *row, const char *rates)
{
    char *text = format_text("%.*s", (int)strcspn(row, ":"), row), *rate = NULL;
    const char *kept = strchr(row, ':') ? strchr(row, ':') + 1 : "";
    Pair pair;
    for (const char *at = own; pair_at(at, &pair); at = after(pair))
        if (is_key(pair, "rate"))
            rate = format_text("%.*s", (int)pair.length, pair.text);
        else
            append(&text, pair);
    for (; pair_at(kept, &pair); kept = after(pair))
        if (!has_range(pair) && !find_key(own, pair).text) append(&text, pair);
    char *whole = rates || rate ? format_text("%s %s", text, rate ? rate : rates) : NULL;
    free(rate);
    free(text);
    return whole;
}

/* "NAME:key=value,…" of a name without a row: an optimizer that no search has a space for. */
static char *ranges_of_stranger(const char *name, const char *own)
{
    if (!is_optimizer(name)) refuse_name(name);
    char *ranges = merge(own, name, NULL);
    if (!ranges)
        die_usage("--optimizers: no range of rates is known for '%s': write "
                  "%s:rate=1e-4..1e-1 or what may suit it",
                  name, name);
    return ranges;
}

/* A name alone is searched in all its method's ranges; with keys of the user, in the rate and in
 * what the user gives a range. */
static char *ranges_of(const char *text, int64_t batch)
{
    size_t length = strcspn(text, ":");
    char *name = format_text("%.*s", (int)length, text);
    const char *own = text[length] ? text + length + 1 : "";
    const MethodRow *row = row_called(name);
    if (!row) row = row_of_optimizer(name);
    char *ranges;
    if (!row) {
        ranges = ranges_of_stranger(name, own);
    } else {
        ranges = method_space(row, batch);
        if (text[length]) {
            char *optimizer = words_item(ranges, 0), *rates = words_item(ranges, 1);
            free(ranges);
            ranges = merge(own, optimizer, rates);
            free(optimizer);
            free(rates);
        }
    }
    free(name);
    return ranges;
}

static void refuse_twice(const Comparison *comparison, const char *name)
{
    for (int k = 0; k < comparison->count; k++)
        if (!strcmp(comparison->contestant[k].name, name))
            die_usage("--optimizers: '%s' is given twice", name);
}

void compare_name(Comparison *comparison)
{
    char *words = spec_words(comparison->options->optimizers);
    int64_t count = words_count(words);
    if (count < 2)
        die_usage("--optimizers: expected two or more, separated by commas, such as sgd,adamw,rf");
    if (count > COMPARE_MOST) die_usage("--optimizers: more than %d", COMPARE_MOST);
    for (int64_t k = 0; k < count; k++) {
        char *name = words_item(words, k);
        refuse_twice(comparison, name);
        char *ranges = ranges_of(name, comparison->batch);
        Space *space = space_parse(ranges);
        comparison->contestant[comparison->count++] =
            (Contestant){.name = name,
                         .ranges = ranges,
                         .space = space,
                         .is_settled = space_dimension(space) == 0,
                         .run_s = NAN,
                         .best = -1};
    }
    free(words);
}
