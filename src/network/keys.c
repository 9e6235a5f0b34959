#include "network/keys.h"

#include "base/die.h"

#include <inttypes.h>
#include <string.h>

double key_real(const Spec *spec, const char *key, double otherwise, double low, double high)
{
    double value = spec_real(spec, key, otherwise);
    if (spec_has(spec, key) && !(value >= low && value <= high))
        die_usage("%s: %s = %g is not in %g … %g", spec_kind(spec), key, value, low, high);
    return value;
}

int64_t key_int(const Spec *spec, const char *key, int64_t otherwise, int64_t low, int64_t high)
{
    int64_t value = spec_int(spec, key, otherwise);
    if (value < low || value > high)
        die_usage("%s: %s = %" PRId64 " is not in %" PRId64 " … %" PRId64, spec_kind(spec), key,
                  value, low, high);
    return value;
}

bool key_bool(const Spec *spec, const char *key, bool otherwise)
{
    return key_int(spec, key, otherwise, 0, 1) != 0;
}

int key_choice(const Spec *spec, const char *key, int count, const char *const words[])
{
    const char *value = spec_text(spec, key, words[0]);
    char known[256] = "";
    for (int k = 0; k < count; k++) {
        if (!strcmp(value, words[k])) return k;
        strncat(known, k ? ", " : "", sizeof known - strlen(known) - 1);
        strncat(known, words[k], sizeof known - strlen(known) - 1);
    }
    die_usage("%s: %s = '%s' is not one of %s", spec_kind(spec), key, value, known);
}

char *key_spec(const Spec *spec, const char *key, const char *otherwise)
{
    char *text = format_text("%s", spec_text(spec, key, otherwise));
    for (char *c = text; *c; c++)
        if (*c == ';') *c = ',';
    return text;
}
