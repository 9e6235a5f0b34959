#include "optim/spelled.h"

#include "base/die.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Spelled spelled_start(const Spec *spec, const char *given)
{
    return (Spelled){spec, given, format_text("%s", spec_kind(spec))};
}

static void append(Spelled *spelled, const char *key, const char *value)
{
    char *longer =
        format_text("%s%c%s=%s", spelled->text, strchr(spelled->text, ':') ? ',' : ':', key, value);
    free(spelled->text);
    spelled->text = longer;
}

double spelled_real(Spelled *spelled, const char *key, double otherwise, double low, double high)
{
    double value = spec_real(spelled->spec, key, otherwise);
    if (!(value >= low && value <= high))
        die_usage("'%s': %s = %g is not in %g … %g", spelled->given, key, value, low, high);
    char text[32]; /* as few digits as give the same bits back */
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    append(spelled, key, text);
    return value;
}

int64_t spelled_int(Spelled *spelled, const char *key, int64_t otherwise, int64_t low, int64_t high)
{
    int64_t value = spec_int(spelled->spec, key, otherwise);
    if (value < low || value > high)
        die_usage("'%s': %s = %" PRId64 " is not in %" PRId64 " … %" PRId64, spelled->given, key,
                  value, low, high);
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    append(spelled, key, text);
    return value;
}

bool spelled_bool(Spelled *spelled, const char *key, bool otherwise)
{
    return spelled_int(spelled, key, otherwise, 0, 1) != 0;
}

const char *spelled_text(Spelled *spelled, const char *key, const char *otherwise)
{
    const char *value = spec_text(spelled->spec, key, otherwise);
    append(spelled, key, value);
    return value;
}
