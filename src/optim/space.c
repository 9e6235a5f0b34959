#include "optim/space.h"

#include "base/die.h"
#include "base/number.h"
#include "base/rng.h"
#include "base/spec.h"
#include "base/words.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_KEYS = 32 };

/* A key with its range, or with a value that is kept as it is. */
typedef struct {
    const char *key, *value; /* value: NULL where there is a range */
    double low, high;        /* of the number that is log-uniform */
    bool is_distance;        /* that number is 1 − the key's */
} Axis;

struct Space {
    char *text, *cut; /* as given, for messages; cut into kind, keys and values */
    int count;
    Axis axis[MAX_KEYS]; /* the rate is the last one */
};

static bool is_near_one(const char *key)
{
    static const char *const keys[] = {"beta1", "beta2", "momentum", "geodesic"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (!strcmp(key, keys[k])) return true;
    return false;
}

static double number_of(const Space *space, const char *key, const char *text)
{
    double value;
    if (!number_real(text, &value) || !isfinite(value))
        die_usage("'%s': %s: expected a range such as 1e-4..1e-2, found '%s'", space->text, key,
                  text);
    return value;
}

/* high: behind the dots. */
static void read_range(const Space *space, Axis *axis, const char *low, const char *high)
{
    double from = number_of(space, axis->key, low), to = number_of(space, axis->key, high);
    axis->is_distance = is_near_one(axis->key);
    axis->low = axis->is_distance ? 1.0 - to : from;
    axis->high = axis->is_distance ? 1.0 - from : to;
    if (!(from <= to))
        die_usage("'%s': %s: a range goes from the smaller number to the larger one", space->text,
                  axis->key);
    if (!(axis->low > 0.0) || (axis->is_distance && from < 0.0))
        die_usage("'%s': %s: the range must lie %s", space->text, axis->key,
                  axis->is_distance ? "from 0 on, below 1: its distance to 1 is drawn in logarithms"
                                    : "above 0: it is drawn in logarithms");
}

static void add_axis(Space *space, char *pair)
{
    char *equals = strchr(pair, '=');
    if (!equals || equals == pair || !equals[1])
        die_usage("'%s': expected key=value or key=low..high, found '%s'", space->text, pair);
    *equals = '\0';
    for (int a = 0; a < space->count; a++)
        if (!strcmp(space->axis[a].key, pair))
            die_usage("'%s': %s is given twice", space->text, pair);
    if (space->count == MAX_KEYS) die_usage("'%s': more than %d keys", space->text, MAX_KEYS);
    Axis *axis = &space->axis[space->count++];
    *axis = (Axis){.key = pair, .value = equals + 1};
    char *dots = strstr(equals + 1, "..");
    if (!dots) return;
    *dots = '\0';
    axis->value = NULL;
    read_range(space, axis, equals + 1, dots + 2);
}

static void add_rate(Space *space, char *pair)
{
    if (strncmp(pair, "rate=", 5) != 0)
        die_usage("'%s': expected rate=low..high as the second word, found '%s'", space->text,
                  pair);
    add_axis(space, pair);
    Axis *rate = &space->axis[space->count - 1];
    if (!rate->value) return;
    rate->low = rate->high = number_of(space, "rate", rate->value);
    rate->value = NULL;
    if (!(rate->low > 0.0)) die_usage("'%s': the rate must be above 0", space->text);
}

Space *space_parse(const char *text)
{
    if (words_count(text) != 2)
        die_usage("'%s': expected two words, an optimizer and its rates, such as "
                  "'sgd:momentum=0..0.95 rate=1e-3..1'",
                  text);
    Space *space = alloc_zeroed(1, sizeof *space);
    char *optimizer = words_item(text, 0), *rate = words_item(text, 1);
    space->text = format_text("%s", text);
    space->cut = format_text("%s %s", optimizer, rate);
    char *second = strchr(space->cut, ' '), *rest = strchr(optimizer, ':');
    *second++ = '\0';
    rest = rest ? space->cut + (rest - optimizer) : NULL;
    if (rest) *rest++ = '\0';
    if (!*space->cut) die_usage("'%s': expected the name of an optimizer first", text);
    while (rest) add_axis(space, strsep(&rest, ","));
    add_rate(space, second);
    free(optimizer);
    free(rate);
    return space;
}

void space_free(Space *space)
{
    if (!space) return;
    free(space->cut);
    free(space->text);
    free(space);
}

int space_dimension(const Space *space)
{
    int ranges = 0;
    for (int a = 0; a < space->count; a++)
        ranges += !space->axis[a].value && space->axis[a].low < space->axis[a].high;
    return ranges;
}

/* The number that is log-uniform, at a share of its range. */
static double between(const Axis *axis, double share)
{
    if (!(axis->low < axis->high)) return axis->low;
    return exp(log(axis->low) + share * (log(axis->high) - log(axis->low)));
}

/* A range of one number draws nothing. */
static double draw(const Axis *axis, Rng *rng)
{
    return between(axis, axis->low < axis->high ? rng_uniform(rng) : 0.0);
}

/* The sequence of the golden section, from a place of the seed's own. */
static double place_of_rate(uint64_t seed, int64_t configuration)
{
    static const double golden = 0.61803398874989485;   /* (sqrt(5) - 1) / 2 */
    Rng rng = rng_stream(seed, UINT32_MAX, RNG_SEARCH); /* of no configuration */
    double place = rng_uniform(&rng) + golden * (double)configuration;
    return place - floor(place);
}

/* Six digits of what was drawn: "0.00123457", or the same of the distance to 1. */
static void write_number(size_t room, char text[], const Axis *axis, double drawn)
{
    snprintf(text, room, "%.6g", drawn);
    int decimals = (int)fmax(0.0, 6.0 - floor(log10(drawn)) - 1.0);
    if (axis->is_distance) snprintf(text, room, "%.*f", decimals, 1.0 - drawn);
}

static void append(char **text, const char *key, const char *value)
{
    char *longer = format_text("%s%c%s=%s", *text, strchr(*text, ':') ? ',' : ':', key, value);
    free(*text);
    *text = longer;
}

Configuration space_draw(const Space *space, uint64_t seed, int64_t configuration)
{
    Rng rng = rng_stream(seed, (uint32_t)configuration, RNG_SEARCH);
    Configuration made = {.optimizer = format_text("%s", space->cut)};
    const Axis *rate = &space->axis[space->count - 1];
    for (const Axis *axis = space->axis; axis < rate; axis++) {
        char text[32];
        if (!axis->value) write_number(sizeof text, text, axis, draw(axis, &rng));
        append(&made.optimizer, axis->key, axis->value ? axis->value : text);
    }
    made.rate = between(rate, place_of_rate(seed, configuration));
    return made;
}

/* Of the number that is drawn, within its range. */
static double inherited(const Axis *axis, const Spec *other)
{
    if (!spec_has(other, axis->key)) return sqrt(axis->low * axis->high);
    double value = spec_real(other, axis->key, 0.0);
    return fmin(fmax(axis->is_distance ? 1.0 - value : value, axis->low), axis->high);
}

char *space_inherit(const Space *space, const char *optimizer)
{
    Spec *other = spec_parse(optimizer);
    char *made = format_text("%s", space->cut);
    for (const Axis *axis = space->axis; axis < &space->axis[space->count - 1]; axis++) {
        char text[32];
        if (!axis->value) write_number(sizeof text, text, axis, inherited(axis, other));
        append(&made, axis->key, axis->value ? axis->value : text);
    }
    spec_free(other);
    return made;
}

double space_rate_place(const Space *space, double rate)
{
    const Axis *axis = &space->axis[space->count - 1];
    if (!(axis->low < axis->high)) return NAN;
    return log(rate / axis->low) / log(axis->high / axis->low);
}

void configuration_free(Configuration *configuration) { free(configuration->optimizer); }
