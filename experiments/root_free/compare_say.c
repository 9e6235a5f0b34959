/* Numbers and names as a person reads them. */
#include "compare.h"

#include "base/die.h"
#include "base/duration.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

char *compare_say(const Comparison *comparison, double measure)
{
    if (!isfinite(measure)) return format_text("failed");
    if (comparison->data->is_text) return format_text("%.4f", measure);
    return format_text("%.2f %%", 100.0 * measure);
}

char *compare_say_mean(const Comparison *comparison, Interval mean)
{
    if (isnan(mean.estimate)) return format_text("failed");
    double half = 0.5 * (mean.high - mean.low), scale = comparison->data->is_text ? 1.0 : 100.0;
    const char *unit = comparison->data->is_text ? "" : " %";
    int places = comparison->data->is_text ? 4 : 2;
    if (!isfinite(half) || half == 0.0)
        return format_text("%.*f%s", places, scale * mean.estimate, unit);
    return format_text("%.*f ± %.*f%s", places, scale * mean.estimate, places, scale * half, unit);
}

char *compare_say_difference(const Comparison *comparison, Interval behind)
{
    bool is_text = comparison->data->is_text;
    double scale = is_text ? 1.0 : 100.0;
    const char *unit = is_text ? " nats" : " points";
    int places = is_text ? 4 : 2;
    if (isnan(behind.low)) return format_text("%.*f%s", places, scale * behind.estimate, unit);
    return format_text("%.*f%s (%.*f … %.*f)", places, scale * behind.estimate, unit, places,
                       scale * behind.low, places, scale * behind.high);
}

const char *compare_measure(const Comparison *comparison)
{
    return comparison->data->is_text ? "loss" : "error";
}

void compare_print_time(const Comparison *comparison, double time_s)
{
    if (isnan(time_s)) return;
    char *duration = time_s < 0.95 ? format_text("%.2g s", time_s) : duration_text(time_s);
    fprintf(comparison->text, ", about %s", duration);
    free(duration);
}

int compare_width(const Comparison *comparison)
{
    size_t width = strlen("optimizer");
    for (int c = 0; c < comparison->count; c++)
        if (strlen(comparison->contestant[c].name) > width)
            width = strlen(comparison->contestant[c].name);
    return (int)width;
}

static bool are_runs_equal(const Comparison *comparison)
{
    for (int c = 1; c < comparison->count; c++)
        if (comparison->contestant[c].runs != comparison->contestant[0].runs) return false;
    return true;
}

void compare_print_runs(const Comparison *comparison)
{
    int count = are_runs_equal(comparison) ? 1 : comparison->count;
    fprintf(comparison->text, "--runs ");
    for (int c = 0; c < count; c++)
        fprintf(comparison->text, "%s%" PRId64, c ? "," : "", comparison->contestant[c].runs);
}
