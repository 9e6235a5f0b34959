#include "graph/finite_field.h"

#include "base/die.h"
#include "base/rng.h"
#include "graph/recurrence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t shared_out(uint64_t share, uint64_t word)
{
    return field_holds(word) ? field_times(share, word) : FINITE_LOST;
}

static uint64_t added(uint64_t a, uint64_t b)
{
    return field_holds(a) && field_holds(b) ? field_add(a, b) : FINITE_LOST;
}

void finite_field_round(const FiniteField *field, int64_t width, uint64_t *own, uint64_t *heard)
{
    for (int64_t i = 0; i < field->count; i++)
        for (int64_t k = 0; k < width; k++)
            own[i * width + k] = shared_out(field->share[i], own[i * width + k]);
    links_round(field->links, width, own, heard);
    const int64_t *first_in = field->graph->first_in + field->first;
    for (int64_t i = 0; i < field->count; i++)
        for (int64_t e = first_in[i]; e < first_in[i + 1]; e++, heard += width)
            for (int64_t k = 0; k < width; k++)
                own[i * width + k] = added(own[i * width + k], heard[k]);
}

/* What a node hears of the two runs it learns from: y from random words, x from ones. */
typedef struct {
    int64_t terms;
    uint64_t *y, *x; /* own nodes x terms */
} Heard;

static uint64_t random_word(uint64_t seed, int64_t node)
{
    Rng rng = rng_stream(seed, (uint32_t)node, RNG_NOISE);
    uint64_t high = rng_u32(&rng);
    return (high << 32 | rng_u32(&rng)) % FIELD_P;
}

static Heard listen(const FiniteField *field, uint64_t seed)
{
    int64_t terms = 2 * field->graph->nodes, count = field->count;
    Heard heard = {terms, alloc_zeroed((size_t)(count * terms) + 1, sizeof *heard.y),
                   alloc_zeroed((size_t)(count * terms) + 1, sizeof *heard.x)};
    uint64_t *own = alloc_zeroed((size_t)(2 * count) + 1, sizeof *own);
    uint64_t *words = alloc_zeroed((size_t)(2 * links_edge_count(field->links)) + 1, sizeof *words);
    for (int64_t i = 0; i < count; i++) {
        own[2 * i] = random_word(seed, field->first + i);
        own[2 * i + 1] = 1;
    }
    for (int64_t k = 0; k < terms; k++) {
        if (k > 0) finite_field_round(field, 2, own, words);
        for (int64_t i = 0; i < count; i++) {
            heard.y[i * terms + k] = own[2 * i];
            heard.x[i * terms + k] = own[2 * i + 1];
        }
    }
    free(words);
    free(own);
    return heard;
}

static uint64_t apply(int64_t terms, const uint64_t *functional, const uint64_t *values)
{
    uint64_t sum = 0;
    for (int64_t k = 0; k < terms; k++) sum = field_add(sum, field_times(functional[k], values[k]));
    return sum;
}

/* q: the shortest recurrence of the node's values; q(t) / (t − 1) of its powers is c 1ᵀ, so the
 * values' combination is c times their sum, and that of the ones c n: the factor makes it the sum.
 * Returns the degree of q, 0 where something was lost or by a chance of n / p does not fit. */
static int64_t learn_node(int64_t n, int64_t terms, const uint64_t *y, const uint64_t *x,
                          uint64_t *sum, uint64_t *zero)
{
    for (int64_t k = 0; k < terms; k++)
        if (!field_holds(y[k]) || !field_holds(x[k])) return 0;
    int64_t degree = recurrence_find(terms, y, zero);
    if (degree == 0 || degree > n || !recurrence_divide(degree - 1, zero, sum)) return 0;
    uint64_t ones = apply(degree, sum, x);
    if (ones == 0 || apply(degree + 1, zero, x) != 0) return 0;
    uint64_t factor = field_times(field_of(n), field_inverse(ones));
    for (int64_t k = 0; k < degree; k++) sum[k] = field_times(sum[k], factor);
    return degree;
}

/* Rows of `room` words each, cut to the first `kept`. */
static void narrow(int64_t rows, int64_t room, int64_t kept, uint64_t *words)
{
    for (int64_t i = 0; i < rows; i++)
        memmove(words + i * kept, words + i * room, (size_t)kept * sizeof *words);
}

void finite_field_learn(FiniteField *field, const Coordination *coordination)
{
    int64_t n = field->graph->nodes, count = field->count;
    Heard heard = listen(field, coordination->seed);
    int64_t room = heard.terms + 1;
    double *degree = alloc_zeroed((size_t)count + 1, sizeof *degree);
    field->sum = alloc_zeroed((size_t)(count * room) + 1, sizeof *field->sum);
    field->zero = alloc_zeroed((size_t)(count * room) + 1, sizeof *field->zero);
    for (int64_t i = 0; i < count; i++) {
        degree[i] =
            (double)learn_node(n, heard.terms, heard.y + i * heard.terms, heard.x + i * heard.terms,
                               field->sum + i * room, field->zero + i * room);
        field->sound[i] = degree[i] > 0.0;
    }
    double longest = coordination_agree_largest(coordination, field->diameter, degree);
    int64_t most = longest >= 1.0 ? (int64_t)longest : n; /* NaN: an answer was lost */
    field->rounds = field->checked ? most : most - 1;
    narrow(count, room, field->rounds + 1, field->sum);
    narrow(count, room, field->rounds + 1, field->zero);
    free(degree);
    free(heard.x);
    free(heard.y);
}
