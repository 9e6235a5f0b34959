#include "network/keys.h"

#include "base/die.h"

#include <string.h>

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
