#include "arms.h"

#include "base/die.h"
#include "base/words.h"

#include <stdlib.h>
#include <string.h>

static const char border[] = "/";

static bool is_border(const char *text, int64_t word)
{
    char *item = words_item(text, word);
    bool is = !strcmp(item, border);
    free(item);
    return is;
}

int arms_groups(const char *text)
{
    int groups = 1;
    for (int64_t k = 0; k < words_count(text); k++) groups += is_border(text, k);
    return groups;
}

/* The name ends at the first '=', which stands before any ':' of the paradigm. */
static void add_arm(Arms *arms, const char *word)
{
    size_t length = strcspn(word, "=:");
    if (length == 0 || word[length] != '=' || !word[length + 1])
        die_usage("'%s' is no arm: expected NAME=PARADIGM, as in ours=path_switching:alpha=0.6",
                  word);
    size_t room = (size_t)arms->count + 1;
    arms->name = alloc_resized(arms->name, room, sizeof *arms->name);
    arms->paradigm = alloc_resized(arms->paradigm, room, sizeof *arms->paradigm);
    arms->name[arms->count] = format_text("%.*s", (int)length, word);
    arms->paradigm[arms->count++] = format_text("%s", word + length + 1);
}

Arms arms_of(const char *text, int group)
{
    Arms arms = {0};
    int at = 0;
    for (int64_t k = 0; k < words_count(text); k++) {
        char *word = words_item(text, k);
        if (!strcmp(word, border))
            at++;
        else if (at == group)
            add_arm(&arms, word);
        free(word);
    }
    if (arms.count == 0) die_usage("'%s': group %d has no arms", text, group + 1);
    return arms;
}

void arms_free(Arms *arms)
{
    for (int k = 0; k < arms->count; k++) {
        free(arms->name[k]);
        free(arms->paradigm[k]);
    }
    free(arms->name);
    free(arms->paradigm);
    *arms = (Arms){0};
}

void arms_check(const char *text)
{
    Arms all = {0};
    for (int g = 0; g < arms_groups(text); g++) {
        Arms arms = arms_of(text, g);
        arms_free(&arms);
    }
    for (int64_t k = 0; k < words_count(text); k++) {
        char *word = words_item(text, k);
        if (strcmp(word, border) != 0) add_arm(&all, word);
        free(word);
    }
    for (int a = 0; a < all.count; a++)
        for (int b = 0; b < a; b++)
            if (!strcmp(all.name[a], all.name[b]))
                die_usage("two arms are called '%s': rows could not be told apart", all.name[a]);
    arms_free(&all);
}
