#include "graph/keys.h"

#include "base/die.h"

#include <inttypes.h>

int64_t key_int(const Spec *spec, const char *key, int64_t otherwise, int64_t low, int64_t high)
{
    int64_t value = spec_int(spec, key, otherwise);
    if (value < low || value > high)
        die_usage("%s: %s is %" PRId64 ", expected a whole number from %" PRId64 " to %" PRId64,
                  spec_kind(spec), key, value, low, high);
    return value;
}

double key_real(const Spec *spec, const char *key, double otherwise, double low, double high)
{
    double value = spec_real(spec, key, otherwise);
    if (!(value >= low && value <= high))
        die_usage("%s: %s is %g, expected a number from %g to %g", spec_kind(spec), key, value, low,
                  high);
    return value;
}
