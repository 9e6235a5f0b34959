#include "base/nearest.h"

#include <stddef.h>
#include <string.h>

enum { LONGEST = 63 };

static int least(int a, int b, int c)
{
    int smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* Levenshtein's distance, one row of the table at a time. */
static int distance(const char *a, const char *b)
{
    size_t length_a = strnlen(a, LONGEST), length_b = strnlen(b, LONGEST);
    int row[LONGEST + 1];
    for (size_t j = 0; j <= length_b; j++) row[j] = (int)j;
    for (size_t i = 1; i <= length_a; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= length_b; j++) {
            int changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(changed, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[length_b];
}

const char *nearest_name(const char *text, int count, const char *const names[])
{
    /* A third of the letters wrong is a slip; more is another word. */
    int best = 1 + (int)strnlen(text, LONGEST) / 3;
    const char *nearest = NULL;
    for (int i = 0; i < count; i++) {
        int d = distance(text, names[i]);
        if (d < best || (d == best && !nearest)) {
            best = d;
            nearest = names[i];
        }
    }
    return nearest;
}
