#include "base/spec.h"

#include "base/die.h"
#include "base/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_KEYS = 32 };

typedef struct {
    const char *key, *value;
    bool read;
} Entry;

/* What has been asked for so far, given or not: the known keys of this kind. */
typedef struct {
    int count;
    const char *key[MAX_KEYS]; /* literals of the callers */
} Asked;

struct Spec {
    char *text; /* as given, for messages */
    char *cut;  /* the same, cut into kind, keys and values */
    int count;
    Entry *entry;
    Asked *asked;
};

static Entry *find(const Spec *spec, const char *key)
{
    for (int i = 0; i < spec->count; i++)
        if (strcmp(spec->entry[i].key, key) == 0) return &spec->entry[i];
    return NULL;
}

static void add_entry(Spec *spec, char *pair)
{
    char *equals = strchr(pair, '=');
    if (!equals || equals == pair)
        die_usage("'%s': expected key=value after the kind, found '%s'", spec->text, pair);
    *equals = '\0';
    if (find(spec, pair)) die_usage("'%s': %s is given twice", spec->text, pair);
    if (spec->count == MAX_KEYS) die_usage("'%s': more than %d keys", spec->text, MAX_KEYS);
    spec->entry[spec->count++] = (Entry){.key = pair, .value = equals + 1};
}

Spec *spec_parse(const char *text)
{
    Spec *spec = alloc_zeroed(1, sizeof *spec);
    spec->text = format_text("%s", text);
    spec->cut = format_text("%s", text);
    spec->entry = alloc_zeroed(MAX_KEYS, sizeof *spec->entry);
    spec->asked = alloc_zeroed(1, sizeof *spec->asked);

    char *rest = strchr(spec->cut, ':');
    if (rest) *rest++ = '\0';
    if (!*spec->cut) die_usage("'%s': expected a kind, such as kind:key=value", text);
    while (rest) {
        char *pair = strsep(&rest, ",");
        add_entry(spec, pair);
    }
    return spec;
}

void spec_free(Spec *spec)
{
    if (!spec) return;
    free(spec->asked);
    free(spec->entry);
    free(spec->cut);
    free(spec->text);
    free(spec);
}

const char *spec_kind(const Spec *spec) { return spec->cut; }

/* The value of a key; NULL when it is not given. The key counts as known from now on. */
static const char *ask(const Spec *spec, const char *key)
{
    Asked *asked = spec->asked;
    bool known = false;
    for (int i = 0; i < asked->count; i++) known |= strcmp(asked->key[i], key) == 0;
    if (!known && asked->count < MAX_KEYS) asked->key[asked->count++] = key;

    Entry *entry = find(spec, key);
    if (!entry) return NULL;
    entry->read = true;
    return entry->value;
}

bool spec_has(const Spec *spec, const char *key) { return ask(spec, key) != NULL; }

double spec_real(const Spec *spec, const char *key, double otherwise)
{
    const char *text = ask(spec, key);
    if (!text) return otherwise;
    double value;
    if (!number_real(text, &value) || !isfinite(value))
        die_usage("'%s': %s: expected a number, found '%s'", spec->text, key, text);
    return value;
}

int64_t spec_int(const Spec *spec, const char *key, int64_t otherwise)
{
    const char *text = ask(spec, key);
    if (!text) return otherwise;
    int64_t value;
    if (!number_int(text, &value))
        die_usage("'%s': %s: expected a whole number, found '%s'", spec->text, key, text);
    return value;
}

const char *spec_text(const Spec *spec, const char *key, const char *otherwise)
{
    const char *text = ask(spec, key);
    return text ? text : otherwise;
}

static char *known_keys(const Asked *asked)
{
    char *list = format_text("%s", asked->count ? asked->key[0] : "none");
    for (int i = 1; i < asked->count; i++) {
        char *longer = format_text("%s, %s", list, asked->key[i]);
        free(list);
        list = longer;
    }
    return list;
}

void spec_done(const Spec *spec)
{
    for (int i = 0; i < spec->count; i++)
        if (!spec->entry[i].read)
            die_usage("'%s': unknown key '%s'; the keys of %s are: %s", spec->text,
                      spec->entry[i].key, spec_kind(spec), known_keys(spec->asked));
}

/* Does a key with its value begin here, and not a kind? */
static bool begins_pair(const char *text)
{
    size_t length = strcspn(text, ":=, \t");
    return text[length] == '=';
}

char *spec_words(const char *text)
{
    char *words = format_text("%s", text);
    for (char *c = words; *c; c++)
        if (*c == ',' && !begins_pair(c + 1)) *c = ' ';
    return words;
}
