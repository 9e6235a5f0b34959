#include "base/duration.h"

#include "base/die.h"
#include "base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Written where at least `from` seconds are to be written. */
typedef struct {
    const char *letter, *name;
    double length_s, from;
} Unit;

static const Unit units[] = {{"s", "s", 1.0, 0.0},
                             {"m", "min", 60.0, 100.0},
                             {"h", "h", 3600.0, 6000.0},
                             {"d", "days", 86400.0, 172800.0}};
enum { UNITS = sizeof units / sizeof *units };

bool duration_read(const char *text, double *time_s)
{
    size_t length = strlen(text);
    double unit_s = 1.0;
    for (int k = 0; k < UNITS && length > 0; k++)
        if (text[length - 1] == *units[k].letter) unit_s = units[k].length_s;
    bool has_unit = length > 0 && strchr("smhd", text[length - 1]);
    char *number = format_text("%.*s", (int)(length - has_unit), text);
    bool valid = number_real(number, time_s);
    free(number);
    *time_s *= unit_s;
    return valid && *time_s >= 0.0 && isfinite(*time_s);
}

char *duration_text(double time_s)
{
    const Unit *unit = units;
    for (int k = 1; k < UNITS; k++)
        if (time_s >= units[k].from) unit = &units[k];
    double count = time_s / unit->length_s;
    return format_text("%.*f %s", count < 9.95 ? 1 : 0, count, unit->name);
}
