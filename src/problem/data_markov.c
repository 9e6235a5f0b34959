/* A random source with known entropy: the next token depends on the last one or two.
 *
 * From each of the S^order pasts c the next token k comes with probability
 * P(k | c) = e^(spread z_ck) / Σ_j e^(spread z_cj), the z_ck normal numbers of a stream of the
 * chain's own seed. All are positive, so there is one stationary law, and windows begin in it. */
#include "problem/data_kinds.h"

#include "base/die.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_STATES = 256, MAX_ORDER = 2, MAX_NUMBERS = 1 << 20, HELD_OUT = 1 << 16 };

typedef struct {
    Data data;
    int64_t states, order, pasts; /* pasts = states^order */
    uint64_t seed;
    double *below;      /* pasts x states: Σ_{j <= k} P(j | past) */
    double *past_below; /* pasts: the same of the stationary law */
} Markov;

static double *random_transitions(int64_t pasts, int64_t states, uint64_t seed, double spread)
{
    double *P = alloc_zeroed((size_t)(pasts * states), sizeof *P);
    Rng rng = rng_stream(seed, 0, RNG_DATA);
    for (int64_t c = 0; c < pasts; c++) {
        double sum = 0.0, *row = P + c * states;
        for (int64_t k = 0; k < states; k++) sum += row[k] = exp(spread * rng_normal(&rng));
        for (int64_t k = 0; k < states; k++) row[k] /= sum;
    }
    return P;
}

/* A past (a, b) followed by k becomes (b, k): number (c S + k) mod S^order. */
static void spread_law(const Markov *m, const double *P, const double *law, double *next)
{
    memset(next, 0, (size_t)m->pasts * sizeof *next);
    for (int64_t c = 0; c < m->pasts; c++)
        for (int64_t k = 0; k < m->states; k++)
            next[(c * m->states + k) % m->pasts] += law[c] * P[c * m->states + k];
}

/* By power iteration: the distance shrinks by a fixed factor below 1 with every round, down to
 * rounding. */
static double *stationary_law(const Markov *m, const double *P)
{
    enum { MAX_ROUNDS = 10000 };
    double *law = alloc_zeroed((size_t)m->pasts, sizeof *law);
    double *next = alloc_zeroed((size_t)m->pasts, sizeof *next);
    for (int64_t c = 0; c < m->pasts; c++) law[c] = 1.0 / (double)m->pasts;
    double distance = 1.0;
    for (int round = 0; round < MAX_ROUNDS && distance > 1e-15; round++) {
        spread_law(m, P, law, next);
        distance = 0.0;
        for (int64_t c = 0; c < m->pasts; c++) distance += fabs(next[c] - law[c]);
        double *swapped = law;
        law = next;
        next = swapped;
    }
    free(next);
    return law;
}

/* Σ_c law_c Σ_k −P(k | c) ln P(k | c), nats */
static double conditional_entropy(int64_t pasts, int64_t states, const double *law, const double *P)
{
    double entropy = 0.0;
    for (int64_t c = 0; c < pasts; c++)
        for (int64_t k = 0; k < states; k++)
            if (P[c * states + k] > 0.0)
                entropy -= law[c] * P[c * states + k] * log(P[c * states + k]);
    return entropy;
}

/* What is lost at the first token of a window of an order-2 chain, where one token is known:
 * H(X_2 | X_1), larger than H(X_3 | X_1, X_2). The law of pairs is the stationary one. */
static double first_entropy(const Markov *m, const double *law)
{
    double entropy = 0.0;
    for (int64_t a = 0; a < m->states; a++) {
        double single = 0.0;
        for (int64_t b = 0; b < m->states; b++) single += law[a * m->states + b];
        for (int64_t b = 0; b < m->states; b++) {
            double pair = law[a * m->states + b];
            if (pair > 0.0) entropy -= pair * log(pair / single);
        }
    }
    return entropy;
}

static double window_entropy(const Markov *m, const double *law, const double *P, int64_t context)
{
    double entropy = conditional_entropy(m->pasts, m->states, law, P);
    if (m->order == 1) return entropy;
    return (first_entropy(m, law) + (double)(context - 1) * entropy) / (double)context;
}

static void running_sum(int64_t n, double *p)
{
    for (int64_t i = 1; i < n; i++) p[i] += p[i - 1];
}

/* The first i with u < below[i]; the last one where rounding left the sum under 1. */
static int64_t pick(Rng *rng, int64_t n, const double *below)
{
    double u = rng_uniform(rng);
    int64_t low = 0, high = n - 1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (u < below[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void draw_window(const Markov *m, Rng *rng, int32_t *tokens, int32_t *labels)
{
    int64_t context = m->data.context, past = pick(rng, m->pasts, m->past_below);
    if (m->order == 2) tokens[0] = (int32_t)(past / m->states);
    for (int64_t t = m->order - 1; t < context; t++) {
        tokens[t] = (int32_t)(past % m->states);
        int64_t next = pick(rng, m->states, m->below + past * m->states);
        past = (past * m->states + next) % m->pasts;
    }
    for (int64_t t = 0; t + 1 < context; t++) labels[t] = tokens[t + 1];
    labels[context - 1] = (int32_t)(past % m->states);
}

/* Held-out windows belong to the chain, not to a run. */
static void windows(Data *data, Split split, uint64_t seed, int64_t step, int64_t batch,
                    int32_t *tokens, int32_t *labels)
{
    const Markov *m = (const Markov *)data;
    int64_t context = data->context;
    for (int64_t b = 0; b < batch; b++, tokens += context, labels += context) {
        int64_t number = step * batch + b;
        if (split != SPLIT_TRAIN && number >= data->count[split] / context) {
            for (int64_t t = 0; t < context; t++) tokens[t] = 0, labels[t] = -1;
            continue;
        }
        Rng rng = data_row_stream(seed, step, b);
        if (split != SPLIT_TRAIN)
            rng = rng_stream(m->seed, (uint32_t)(number * SPLITS + split), RNG_SPLIT);
        draw_window(m, &rng, tokens, labels);
    }
}

static void markov_free(Data *data)
{
    Markov *m = (Markov *)data;
    free(m->below);
    free(m->past_below);
    free(m);
}

static void check_sizes(int64_t states, int64_t order, double spread)
{
    if (states < 2 || states > MAX_STATES)
        die_usage("markov: states: expected a number from 2 to %d", MAX_STATES);
    if (order < 1 || order > MAX_ORDER) die_usage("markov: order: expected 1 or 2");
    if (order == 2 && states * states * states > MAX_NUMBERS)
        die_usage("markov: an order of 2 has states^3 probabilities, at most %d: expected at most "
                  "101 states",
                  MAX_NUMBERS);
    if (!(spread >= 0.0 && spread <= 100.0))
        die_usage("markov: spread: expected a number from 0 (all alike) to 100");
}

static Data *open_markov(const Spec *spec, const DataOptions *options)
{
    assert(options->context > 0);
    Markov *m = alloc_zeroed(1, sizeof *m);
    m->states = spec_int(spec, "states", 32);
    m->order = spec_int(spec, "order", 1);
    m->seed = (uint64_t)spec_int(spec, "seed", 1);
    double spread = spec_real(spec, "spread", 1.5);
    spec_done(spec);
    check_sizes(m->states, m->order, spread);

    m->pasts = m->order == 2 ? m->states * m->states : m->states;
    m->below = random_transitions(m->pasts, m->states, m->seed, spread);
    m->past_below = stationary_law(m, m->below);
    int64_t held_out = (HELD_OUT + options->context - 1) / options->context * options->context;
    m->data = (Data){.is_text = true,
                     .classes = m->states,
                     .context = options->context,
                     .entropy = window_entropy(m, m->past_below, m->below, options->context),
                     .count = {DATA_ENDLESS, held_out, held_out},
                     .windows = windows,
                     .free = markov_free};
    for (int64_t c = 0; c < m->pasts; c++) running_sum(m->states, m->below + c * m->states);
    running_sum(m->pasts, m->past_below);
    return &m->data;
}

const DataKind data_markov = {
    .name = "markov",
    .help = "states=32,order=1 (or 2),seed=1,spread=1.5 (0: all tokens alike): "
            "a random source of known entropy",
    .open = open_markov};
