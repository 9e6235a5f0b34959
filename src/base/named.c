#include "base/named.h"

#include "base/die.h"

#include <stdlib.h>
#include <string.h>

static const char *name_at(const void *rows, size_t size, size_t index)
{
    const char *name;
    memcpy(&name, (const char *)rows + index * size, sizeof name);
    return name;
}

const void *named_row(const char *what, const char *name, size_t count, size_t size,
                      const void *rows)
{
    char *known = format_text("%s", "");
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, name_at(rows, size, i)) == 0) {
            free(known);
            return (const char *)rows + i * size;
        }
        char *longer = format_text("%s%s%s", known, i ? ", " : "", name_at(rows, size, i));
        free(known);
        known = longer;
    }
    die_usage("%s '%s' is not one of %s", what, name, known);
}
