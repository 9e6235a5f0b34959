#include "io/log_kinds.h"

#include "base/die.h"

#include <stdlib.h>
#include <string.h>

/* In pieces, so that looking for a \n that never comes costs nothing where lines end at \r. */
static const char *line_end(LogText text)
{
    enum { PIECE = 256 };
    while (text.begin < text.end) {
        size_t left = (size_t)(text.end - text.begin), size = left < PIECE ? left : PIECE;
        const char *feed = memchr(text.begin, '\n', size);
        if (feed) size = (size_t)(feed - text.begin);
        const char *back = memchr(text.begin, '\r', size);
        if (back || feed) return back ? back : feed;
        text.begin += size;
    }
    return text.end;
}

bool log_next_line(LogText *rest, LogText *line)
{
    while (rest->begin < rest->end && (*rest->begin == '\n' || *rest->begin == '\r')) rest->begin++;
    line->begin = rest->begin;
    line->end = rest->begin = line_end(*rest);
    return line->begin < line->end;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

LogText log_trimmed(LogText text)
{
    while (text.begin < text.end && is_blank(*text.begin)) text.begin++;
    while (text.begin < text.end && is_blank(text.end[-1])) text.end--;
    return text;
}

bool log_is(LogText text, const char *word)
{
    size_t length = (size_t)(text.end - text.begin);
    return length == strlen(word) && memcmp(text.begin, word, length) == 0;
}

static char plain(char c)
{
    if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
    return c == '-' || c == '/' || c == '.' || c == ' ' ? '_' : c;
}

bool log_same_name(LogText text, const char *name)
{
    const char *c = text.begin;
    for (; *name && c < text.end && plain(*c) == plain(*name); name++) c++;
    return !*name && c == text.end;
}

const char *log_chosen(const LogReader *reader, LogRole role)
{
    const LogChoice *choice = reader->choice;
    const char *const chosen[] = {[LOG_STEP] = choice->step,
                                  [LOG_RATE] = choice->rate,
                                  [LOG_TRAIN] = choice->train_loss,
                                  [LOG_VALIDATION] = choice->validation_loss};
    return chosen[role] && *chosen[role] ? chosen[role] : NULL;
}

char *log_list(int64_t count, const LogText *names)
{
    enum { SHOWN = 30, LONGEST = 60 };
    char *list = format_text("%s", "");
    for (int64_t k = 0; k < count && k < SHOWN; k++) {
        int64_t length = names[k].end - names[k].begin;
        char *longer = format_text("%s%s%.*s", list, k ? ", " : "",
                                   (int)(length < LONGEST ? length : LONGEST), names[k].begin);
        free(list);
        list = longer;
    }
    if (count <= SHOWN) return list;
    char *cut = format_text("%s, …", list);
    free(list);
    return cut;
}
