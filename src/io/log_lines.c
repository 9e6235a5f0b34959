/* What training programs print: a line per step, each number behind its name. Fields are found
 * by name, never by place; lines without a step (code, configuration, progress) are passed over. */
#include "io/log_kinds.h"

#include "base/die.h"

#include <string.h>

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The next place where `name` stands as a whole word; NULL: none. By its first letter, which is
 * faster than memmem() in lines of a hundred bytes: that makes a table for each call. */
static const char *find_word(LogText rest, const char *name, size_t length)
{
    const char *at = rest.begin;
    while ((size_t)(rest.end - at) >= length) {
        at = memchr(at, *name, (size_t)(rest.end - at) - length + 1);
        if (!at) break;
        if (memcmp(at, name, length) == 0 && (at == rest.begin || !is_word(at[-1]))) return at;
        at++;
    }
    return NULL;
}

/* The next place of `name`, and the text behind it up to a separator. */
static const char *find_name(LogText rest, const char *name, LogText *number)
{
    static const char stops[] = {' ', '\t', '|', '/', ',', ';', ':'};
    size_t length = strlen(name);
    const char *at = find_word(rest, name, length);
    if (!at) return NULL;
    number->begin = at + length;
    while (number->begin < rest.end && *number->begin == ' ') number->begin++;
    number->end = number->begin;
    while (number->end < rest.end && !memchr(stops, *number->end, sizeof stops)) number->end++;
    return at;
}

/* A field opens behind one of the kind's own separators: "load balancing loss:" is no "loss:". */
static bool opens_field(const LogReader *reader, LogText line, const char *at)
{
    const char *opens = reader->kind->opens;
    while (at > line.begin && at[-1] == ' ') at--;
    return !opens || at == line.begin || (at[-1] && strchr(opens, at[-1]));
}

static bool find_field(const LogReader *reader, LogText line, const char *name, LogText *number)
{
    LogText rest = line;
    for (const char *at; (at = find_name(rest, name, number)); rest.begin = at + 1)
        if (opens_field(reader, line, at)) return true;
    return false;
}

static bool starts_number(LogText text)
{
    return text.begin < text.end && *text.begin >= '0' && *text.begin <= '9';
}

/* The n-th name of a role: what was chosen, or what the format calls it; NULL behind the last. */
static const char *name_of(const LogReader *reader, LogRole role, int n)
{
    const char *chosen = log_chosen(reader, role);
    if (chosen) return n == 0 ? chosen : NULL;
    return n < LOG_NAMES ? log_names(reader, role)[n] : NULL;
}

/* The first place where a name of the step is followed by a number. */
static bool find_step(const LogReader *reader, LogText line, LogText *number)
{
    for (int n = 0; name_of(reader, LOG_STEP, n); n++) {
        LogText rest = line;
        while (find_name(rest, name_of(reader, LOG_STEP, n), number)) {
            if (starts_number(*number)) return true;
            rest.begin = number->begin;
        }
    }
    return false;
}

/* Megatron's loss on the test set has the form of an evaluation: "iteration 80 on test set". */
static bool is_skipped(const LogReader *reader, LogText line, LogText step)
{
    const char *skips = reader->kind->skips;
    size_t length = skips ? strlen(skips) : 0;
    return skips && (size_t)(line.end - step.end) >= length && memcmp(step.end, skips, length) == 0;
}

/* The next line that counts, and its step. */
static bool next_entry(const LogReader *reader, LogText *rest, LogText *line, LogText *step)
{
    while (log_next_line(rest, line))
        if (find_step(reader, *line, step) && !is_skipped(reader, *line, *step)) return true;
    return false;
}

/* Which name of each role the file uses, by its first lines; nanoGPT prints "iter N: loss" for
 * the batch and "step N: train loss" for a mean over many: the first is the curve where there
 * are both. LOG_NAMES: not seen there. */
static void find_names(const LogReader *reader, int best[LOG_ROLES])
{
    enum { LOOKED_AT = 1000 };
    LogText rest = reader->text, line, number;
    for (int r = 0; r < LOG_ROLES; r++) best[r] = LOG_NAMES;
    for (int k = 0; k < LOOKED_AT && next_entry(reader, &rest, &line, &number); k++)
        for (int r = LOG_RATE; r < LOG_ROLES; r++)
            for (int n = 0; n < best[r] && name_of(reader, (LogRole)r, n); n++)
                if (find_field(reader, line, name_of(reader, (LogRole)r, n), &number) &&
                    starts_number(number))
                    best[r] = n;
}

bool log_lines_claims(const LogReader *reader)
{
    int best[LOG_ROLES];
    find_names(reader, best);
    return best[LOG_RATE] < LOG_NAMES || best[LOG_TRAIN] < LOG_NAMES ||
           best[LOG_VALIDATION] < LOG_NAMES;
}

static void read_entry(LogReader *reader, LogText line, LogText step, const char *name[LOG_ROLES])
{
    const char *end = reader->text.end;
    LogText number;
    log_rows_set(reader->rows, LOG_STEP, step.begin, step.end - step.begin, step.end == end);
    for (int r = LOG_RATE; r < LOG_ROLES; r++)
        if (name[r] && find_field(reader, line, name[r], &number))
            log_rows_set(reader->rows, (LogRole)r, number.begin, number.end - number.begin,
                         number.end == end);
    log_rows_next(reader->rows);
}

void log_lines_read(LogReader *reader)
{
    const char *name[LOG_ROLES];
    int best[LOG_ROLES];
    find_names(reader, best);
    for (int r = 0; r < LOG_ROLES; r++)
        name[r] = name_of(reader, (LogRole)r, best[r] < LOG_NAMES ? best[r] : 0);
    LogText rest = reader->text, line, step;
    while (next_entry(reader, &rest, &line, &step)) read_entry(reader, line, step, name);
    bool found[LOG_ROLES];
    for (int r = 0; r < LOG_ROLES; r++) found[r] = reader->rows->length[r] > 0;
    reader->problem = log_missing(reader, found);
}
