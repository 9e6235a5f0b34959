#include "base/words.h"

#include "base/die.h"

#include <assert.h>
#include <string.h>

static const char blanks[] = " \t";

int64_t words_count(const char *text)
{
    int64_t count = 0;
    for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
        text += strcspn(text, blanks);
        count++;
    }
    return count;
}

char *words_item(const char *text, int64_t index)
{
    text += strspn(text, blanks);
    for (; index > 0; index--) {
        text += strcspn(text, blanks);
        text += strspn(text, blanks);
    }
    assert(*text);
    return format_text("%.*s", (int)strcspn(text, blanks), text);
}

bool words_contain(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
        size_t here = strcspn(text, blanks);
        if (here == length && memcmp(text, word, length) == 0) return true;
        text += here;
    }
    return false;
}
