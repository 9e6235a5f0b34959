#include "io/log_scan.h"

#include <string.h>

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
    return at;
}

/* Behind the string that opens at `at`; NULL when its line ends first. */
static const char *skip_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"' && *at != '\n'; at++)
        if (*at == '\\' && at + 1 < end) at++;
    return at < end && *at == '"' ? at + 1 : NULL;
}

/* Behind the list or object that opens at `at`. */
static const char *skip_nested(const char *at, const char *end)
{
    for (int64_t depth = 0; at && at < end;) {
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at = *at == '"' ? skip_string(at, end) : at + 1;
        if (depth == 0) return at;
    }
    return NULL;
}

static const char *skip_value(const char *at, const char *end)
{
    if (at < end && *at == '"') return skip_string(at, end);
    if (at < end && (*at == '{' || *at == '[')) return skip_nested(at, end);
    while (at < end && !strchr(",}] \t\r\n", *at)) at++;
    return at;
}

/* One "key": value of an object, handed on unless it is nested. */
static const char *read_field(const char *at, const char *end, const ScanVisitor *visitor)
{
    const char *key = at;
    if (at >= end || *at != '"' || !(at = skip_string(at, end))) return NULL;
    LogText name = {key + 1, at - 1};
    at = skip_blanks(at, end);
    if (at >= end || *at != ':') return NULL;
    const char *value = skip_blanks(at + 1, end);
    at = skip_value(value, end);
    if (!at || at == value) return NULL;
    bool quoted = *value == '"';
    if (*value != '{' && *value != '[')
        visitor->field(visitor->context, name, (LogText){value + quoted, at - quoted});
    return at;
}

/* The object that opens at `at`; gives the place behind it, NULL when it is broken. */
static const char *read_object(const char *at, const char *end, const ScanVisitor *visitor)
{
    at = skip_blanks(at + 1, end);
    if (at < end && *at == '}') return at + 1;
    while (at && at < end) {
        at = read_field(at, end, visitor);
        if (!at) return NULL;
        at = skip_blanks(at, end);
        if (at < end && *at == '}') return at + 1;
        if (at >= end || *at != ',') return NULL;
        at = skip_blanks(at + 1, end);
    }
    return NULL;
}

/* Where the list behind "log_history" opens; what stands before it is a few short fields. */
static const char *find_history(LogText text)
{
    enum { LOOKED_AT = 1 << 16 };
    static const char key[] = "\"log_history\"";
    size_t size = (size_t)(text.end - text.begin);
    const char *found =
        memmem(text.begin, size < LOOKED_AT ? size : LOOKED_AT, key, sizeof key - 1);
    if (!found) return NULL;
    const char *at = skip_blanks(found + sizeof key - 1, text.end);
    if (at < text.end && *at == ':') at = skip_blanks(at + 1, text.end);
    return at < text.end && *at == '[' ? at : NULL;
}

static void visit_list(const char *at, const char *end, const ScanVisitor *visitor)
{
    at = skip_blanks(at + 1, end);
    while (at && at < end && *at == '{') {
        at = read_object(at, end, visitor);
        visitor->complete(visitor->context, at != NULL);
        if (at) at = skip_blanks(at, end);
        if (at && at < end && *at == ',') at = skip_blanks(at + 1, end);
    }
}

/* An object ends in its line, so that a broken one costs one line. */
static void visit_lines(LogText text, const ScanVisitor *visitor)
{
    for (LogText line; log_next_line(&text, &line);) {
        const char *at = skip_blanks(line.begin, line.end);
        if (at < line.end && *at == '{')
            visitor->complete(visitor->context, read_object(at, line.end, visitor) != NULL);
    }
}

void scan_objects(LogText text, const ScanVisitor *visitor)
{
    bool is_list = scan_begins_with(text, "[");
    const char *list = is_list ? skip_blanks(text.begin, text.end) : find_history(text);
    if (list)
        visit_list(list, text.end, visitor);
    else
        visit_lines(text, visitor);
}

bool scan_has_history(LogText text) { return find_history(text) != NULL; }

bool scan_begins_with(LogText text, const char *characters)
{
    const char *at = skip_blanks(text.begin, text.end);
    return at < text.end && *at && strchr(characters, *at);
}
