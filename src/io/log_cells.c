/* Quotes may hold separators, not line ends: a cut-off file must not lose more than a line. */
#include "io/log_kinds.h"

#include "base/number.h"

#include <string.h>

char log_find_separator(LogText heading)
{
    bool quoted = false, tab = false, semicolon = false;
    for (const char *c = heading.begin; c < heading.end; c++) {
        quoted ^= *c == '"';
        tab |= !quoted && *c == '\t';
        semicolon |= !quoted && *c == ';';
    }
    return tab ? '\t' : semicolon ? ';' : ',';
}

/* The inside of a quoted cell; what is left of the line then begins behind the quotes. A quote
 * never closed takes the rest of the line, to no harm: the row has too few cells then. */
static LogText take_quoted(LogText *rest)
{
    LogText cell = {rest->begin + 1, rest->begin + 1};
    for (bool doubled = true; cell.end < rest->end; cell.end += 1 + doubled) {
        bool quote = *cell.end == '"';
        doubled = quote && cell.end + 1 < rest->end && cell.end[1] == '"';
        if (quote && !doubled) break;
    }
    rest->begin = cell.end < rest->end ? cell.end + 1 : rest->end;
    return cell;
}

bool log_take_cell(LogText *rest, char separator, LogText *cell)
{
    bool quoted = rest->begin < rest->end && *rest->begin == '"';
    if (quoted) *cell = take_quoted(rest);
    const char *begin = rest->begin;
    const char *end =
        begin < rest->end ? memchr(begin, separator, (size_t)(rest->end - begin)) : NULL;
    rest->begin = end ? end + 1 : rest->end;
    if (!quoted) *cell = (LogText){begin, end ? end : rest->end};
    return end != NULL;
}

bool log_is_number(LogText cell)
{
    char text[32] = "";
    double value;
    if (cell.end - cell.begin >= (int64_t)sizeof text) return false;
    memcpy(text, cell.begin, (size_t)(cell.end - cell.begin));
    return number_real(text, &value);
}
