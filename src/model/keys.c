#include "model/keys.h"

#include "base/die.h"

int64_t keys_int(const Spec *spec, const char *key, int64_t otherwise, int64_t least, int64_t most)
{
    int64_t value = spec_int(spec, key, otherwise);
    if (value < least || value > most)
        die_usage("%s must be %lld to %lld, not %lld", key, (long long)least, (long long)most,
                  (long long)value);
    return value;
}

double keys_share(const Spec *spec, const char *key)
{
    double value = spec_real(spec, key, 0.0);
    if (!(value >= 0.0 && value < 1.0)) die_usage("%s must be in [0, 1), not %g", key, value);
    return value;
}
