#include "graph/recurrence.h"

#include "base/die.h"
#include "graph/field.h"

#include <stdlib.h>
#include <string.h>

/* Connection polynomials: s[k] + c[1] s[k − 1] + … + c[length] s[k − length] = 0, c[0] = 1. */
typedef struct {
    int64_t room, length, before_length;
    uint64_t *now;    /* of what was seen so far */
    uint64_t *before; /* the one before the last growth … */
    uint64_t *spare;
    uint64_t unit; /* … by how much it failed, inverted … */
    int64_t since; /* … and how long ago */
} Search;

/* Products stay below 2^122: 32 of them are added before they are reduced. */
static uint64_t discrepancy(const Search *search, const uint64_t *last)
{
    enum { BLOCK = 32 };
    uint64_t sum = 0;
    for (int64_t first = 0; first <= search->length; first += BLOCK) {
        FieldWide wide = 0;
        for (int64_t i = first; i <= search->length && i < first + BLOCK; i++)
            wide += (FieldWide)search->now[i] * last[-i];
        sum = field_add(sum, field_reduced(wide));
    }
    return sum;
}

/* now −= failure / before's failure · t^since before. */
static void correct(Search *search, uint64_t failure)
{
    uint64_t factor = field_times(failure, search->unit);
    for (int64_t i = 0; i <= search->before_length; i++) {
        uint64_t *c = &search->now[i + search->since];
        *c = field_minus(*c, field_times(factor, search->before[i]));
    }
}

static void grow(Search *search, int64_t length, uint64_t failure)
{
    memcpy(search->spare, search->now, (size_t)search->room * sizeof *search->now);
    correct(search, failure);
    uint64_t *free_now = search->before;
    search->before = search->spare;
    search->spare = free_now;
    search->before_length = search->length;
    search->length = length;
    search->unit = field_inverse(failure);
    search->since = 0;
}

int64_t recurrence_find(int64_t count, const uint64_t *s, uint64_t *q)
{
    int64_t room = count + 1;
    uint64_t *memory = alloc_zeroed((size_t)(3 * room), sizeof *memory);
    Search search = {.room = room,
                     .now = memory,
                     .before = memory + room,
                     .spare = memory + 2 * room,
                     .unit = 1,
                     .since = 1};
    search.now[0] = search.before[0] = 1;
    for (int64_t k = 0; k < count; k++, search.since++) {
        uint64_t failure = discrepancy(&search, s + k);
        if (!failure) continue;
        if (2 * search.length <= k)
            grow(&search, k + 1 - search.length, failure);
        else
            correct(&search, failure);
    }
    for (int64_t i = 0; i <= search.length; i++) q[i] = search.now[search.length - i];
    int64_t length = search.length;
    free(memory);
    return length;
}

/* Horner's rule at 1, from the highest coefficient down. */
bool recurrence_divide(int64_t degree, const uint64_t *q, uint64_t *quotient)
{
    uint64_t carry = 0;
    for (int64_t i = degree + 1; i > 0; i--) quotient[i - 1] = carry = field_add(carry, q[i]);
    return field_add(carry, q[0]) == 0;
}
