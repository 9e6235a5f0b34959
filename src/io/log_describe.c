#include "io/log.h"

#include "base/die.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Adds a piece to a text, which is freed. */
static char *with(char *text, char *piece)
{
    char *longer = format_text("%s%s", text, piece);
    free(text);
    free(piece);
    return longer;
}

static char *describe_rows(const TrainingLog *log)
{
    if (log->rows == 0) return format_text("%s: %s, no rows", log->path, log->format);
    return format_text("%s: %s, %" PRId64 " rows of steps %" PRId64 " to %" PRId64 ": %" PRId64
                       " training losses, %" PRId64 " validation losses, %" PRId64 " rates",
                       log->path, log->format, log->rows, log->step[0], log->step[log->rows - 1],
                       log->trained, log->validated, log->rated);
}

static char *describe_dropped(const TrainingLog *log)
{
    const struct {
        int64_t count;
        const char *why;
    } dropped[] = {{log->dropped_repeated, "overwritten by later rows of the same steps"},
                   {log->dropped_nan, "with a loss that is NaN or infinite"},
                   {log->dropped_empty, "without a step, a loss or a rate"},
                   {log->dropped_broken, "cut off or garbled"}};
    char *text = format_text("%s", "");
    for (int k = 0; k < 4; k++)
        if (dropped[k].count)
            text = with(text, format_text("%s%" PRId64 " %s", *text ? ", " : "; left out: ",
                                          dropped[k].count, dropped[k].why));
    return text;
}

/* What the largest rate may be wrong by; smaller ones, as in a warm-up, are wrong by more. */
static char *describe_rounding(const TrainingLog *log)
{
    double largest = 0;
    for (int64_t row = 0; row < log->rows; row++)
        if (log->rate[row] > largest) largest = log->rate[row];
    if (log->rate_rounding == 0 || largest == 0) return format_text("%s", "");
    return format_text(". Rates are rounded to %.0f decimals, the largest by up to %.2g %%, small "
                       "ones by more: --schedule gives them exactly",
                       -log10(2 * log->rate_rounding), 100 * log->rate_rounding / largest);
}

/* What ran before the first row is unknown: S1 and the like then lack the warm-up. */
static char *describe_start(const TrainingLog *log)
{
    bool late = log->rows > 1 && log->step[0] > 2 * (log->step[1] - log->step[0]);
    if (!late) return format_text("%s", "");
    return format_text(". Steps before %" PRId64 " are not in the log", log->step[0]);
}

/* Runs one behind the other look like restarts. */
static char *describe_doubt(const TrainingLog *log)
{
    return format_text("%s", log->dropped_repeated > log->rows
                                 ? ". More was overwritten than kept: are there several runs in it?"
                                 : "");
}

char *log_describe(const TrainingLog *log)
{
    char *text = with(describe_rows(log), describe_dropped(log));
    if (log->rows == 0) return text;
    text = with(text, describe_doubt(log));
    if (log->rated == 0) text = with(text, format_text(". It has no rates"));
    return with(with(text, describe_rounding(log)), describe_start(log));
}
