#include "problem/data.h"

#include "dying.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

enum { STATES = 4, CONTEXT = 32, BATCH = 16, TOKENS = BATCH * CONTEXT };

static int32_t tokens[TOKENS], labels[TOKENS];

static Data *open_markov(const char *spec, int64_t context)
{
    return data_open(spec, &(DataOptions){.context = context});
}

static const char spec1[] = "markov:states=4,order=1,seed=3";
static const char spec2[] = "markov:states=4,order=2,seed=3,spread=2";

/* The chain as the data show it: how often token k followed the pair (a, b). */
typedef struct {
    double n, follows[STATES][STATES][STATES], first[STATES];
} Counts;

static Counts count(Data *data, int64_t steps)
{
    Counts counts = {0};
    for (int64_t step = 0; step < steps; step++) {
        data->windows(data, SPLIT_TRAIN, 1, step, BATCH, tokens, labels);
        for (int i = 0; i < TOKENS; i++) {
            if (i % CONTEXT == 0)
                counts.first[tokens[i]]++;
            else
                counts.follows[tokens[i - 1]][tokens[i]][labels[i]]++, counts.n++;
        }
    }
    return counts;
}

/* Σ −ln P̂(k | a, b) of what was seen, over n: the maximum likelihood estimate of the entropy. */
static double empirical_entropy(const Counts *c)
{
    double sum = 0;
    for (int a = 0; a < STATES; a++)
        for (int b = 0; b < STATES; b++) {
            double past = 0;
            for (int k = 0; k < STATES; k++) past += c->follows[a][b][k];
            for (int k = 0; k < STATES; k++)
                if (c->follows[a][b][k] > 0)
                    sum -= c->follows[a][b][k] * log(c->follows[a][b][k] / past);
        }
    return sum / c->n;
}

/* The estimate is low by about (free parameters) / 2n = 48 / 2n, and its standard error is at
 * most sd(−ln P) / sqrt(n), increased by the chain's memory; both are a few 1e-3 at n = 5e5:
 * sd is about 1 for these chains, and 5 standard errors of twice that are allowed. */
Test(markov, the_entropy_is_what_the_tokens_show)
{
    static const char *const specs[] = {spec1, spec2};
    for (int s = 0; s < 2; s++) {
        Data *data = open_markov(specs[s], CONTEXT);
        Counts counts = count(data, 1000);
        double entropy = data->entropy;
        if (s == 1) {
            /* from the second token on: without what the first one costs */
            Data *one = open_markov(spec2, 1);
            entropy = (CONTEXT * data->entropy - one->entropy) / (CONTEXT - 1);
            cr_expect(gt(dbl, one->entropy, entropy + 0.05),
                      "one known token is worth less than two");
            data_free(one);
        }
        double error = 10.0 / sqrt(counts.n) + 24.0 / counts.n;
        cr_expect(epsilon_eq(dbl, empirical_entropy(&counts), entropy, error));
        cr_expect(lt(dbl, entropy, log(STATES) - 0.1));
        data_free(data);
    }
}

/* First and last tokens of windows have the same law; 5 standard errors of a difference of two
 * shares of n = 16000 windows each, sqrt(2 p (1 − p) / n) <= sqrt(1 / (2 n)). */
Test(markov, windows_begin_in_the_stationary_law)
{
    static const char *const specs[] = {spec1, spec2};
    for (int s = 0; s < 2; s++) {
        Data *data = open_markov(specs[s], CONTEXT);
        double first[STATES] = {0}, last[STATES] = {0}, n = 1000 * BATCH;
        for (int64_t step = 0; step < 1000; step++) {
            data->windows(data, SPLIT_TRAIN, 1, step, BATCH, tokens, labels);
            for (int b = 0; b < BATCH; b++) {
                first[tokens[b * CONTEXT]]++;
                last[labels[b * CONTEXT + CONTEXT - 1]]++;
            }
        }
        for (int k = 0; k < STATES; k++)
            cr_expect(lt(dbl, fabs(first[k] - last[k]) / n, 5 * sqrt(0.5 / n)));
        data_free(data);
    }
}

/* −Σ_k (1/S) ln (1/S) */
Test(markov, without_spread_the_entropy_is_that_of_a_die)
{
    for (int order = 1; order <= 2; order++) {
        char spec[64];
        snprintf(spec, sizeof spec, "markov:states=5,order=%d,spread=0", order);
        Data *data = open_markov(spec, 8);
        cr_expect(epsilon_eq(dbl, data->entropy, log(5.0), 1e-12));
        data_free(data);
    }
}

/* An order-1 chain forgets all but the last token: it does not matter how many it sees. */
Test(markov, the_floor_of_an_order_1_chain_does_not_depend_on_the_context)
{
    Data *one = open_markov(spec1, 1), *many = open_markov(spec1, 32);
    cr_expect(epsilon_eq(dbl, one->entropy, many->entropy, 1e-12));
    data_free(one);
    data_free(many);
}

/* An order-1 source written as pairs would have the transitions of order 1 whatever came before:
 * here the pair matters. 16 rows; the largest distance of two rows with the same b. */
Test(markov, order_2_depends_on_the_token_before_the_last_and_order_1_does_not)
{
    double distance[2];
    static const char *const specs[] = {spec1, spec2};
    for (int s = 0; s < 2; s++) {
        Data *data = open_markov(specs[s], CONTEXT);
        Counts c = count(data, 1000);
        distance[s] = 0;
        for (int b = 0; b < STATES; b++)
            for (int k = 0; k < STATES; k++) {
                double share[2];
                for (int a = 0; a < 2; a++) {
                    double past = 0;
                    for (int j = 0; j < STATES; j++) past += c.follows[a][b][j];
                    share[a] = c.follows[a][b][k] / past;
                }
                distance[s] = fmax(distance[s], fabs(share[0] - share[1]));
            }
        data_free(data);
    }
    /* each share of at least 1000 pairs has a standard error below 0.016 */
    cr_expect(lt(dbl, distance[0], 0.1));
    cr_expect(gt(dbl, distance[1], 0.2));
}

Test(markov, a_window_depends_on_seed_step_and_row_only)
{
    Data *data = open_markov(spec2, CONTEXT);
    int32_t again[TOKENS], next[TOKENS];
    data->windows(data, SPLIT_TRAIN, 5, 100, BATCH, tokens, labels);
    data->windows(data, SPLIT_TRAIN, 5, 99, BATCH, again, next);
    cr_expect(memcmp(again, tokens, sizeof again) != 0);
    data->windows(data, SPLIT_TRAIN, 6, 100, BATCH, again, next);
    cr_expect(memcmp(again, tokens, sizeof again) != 0);
    data->windows(data, SPLIT_TRAIN, 5, 100, BATCH / 2, again, next);
    cr_expect(memcmp(again, tokens, sizeof again / 2) == 0);
    for (int i = 0; i < TOKENS; i++)
        if ((i + 1) % CONTEXT) cr_expect(eq(i32, labels[i], tokens[i + 1]));
    data_free(data);
}

Test(markov, held_out_windows_are_the_same_for_all_seeds_and_end)
{
    Data *data = open_markov(spec1, CONTEXT);
    int32_t other[TOKENS], next[TOKENS];
    data->windows(data, SPLIT_VALIDATION, 1, 3, BATCH, tokens, labels);
    data->windows(data, SPLIT_VALIDATION, 2, 3, BATCH, other, next);
    cr_expect(memcmp(other, tokens, sizeof other) == 0);
    data->windows(data, SPLIT_TEST, 1, 3, BATCH, other, next);
    cr_expect(memcmp(other, tokens, sizeof other) != 0, "the test windows are others");
    int64_t batches = data_batches(data, SPLIT_VALIDATION, BATCH);
    data->windows(data, SPLIT_VALIDATION, 1, batches - 1, BATCH, tokens, labels);
    cr_expect(ge(i32, labels[0], 0));
    data->windows(data, SPLIT_VALIDATION, 1, batches, BATCH, tokens, labels);
    cr_expect(eq(i32, labels[0], -1));
    data_free(data);
}

static void open_spec(void *spec) { data_open(spec, &(DataOptions){.context = 8}); }

Test(markov, sizes_out_of_range_are_refused)
{
    static const char *const wrong[][2] = {
        {"markov:states=1", "states: expected a number from 2 to 256"},
        {"markov:order=3", "order: expected 1 or 2"},
        {"markov:states=200,order=2", "at most 101 states"},
        {"markov:spread=-1", "spread: expected a number from 0"},
        {"markov:stats=4", "unknown key 'stats'"},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        Ending ending = dying_run(open_spec, (void *)wrong[k][0]);
        cr_expect(eq(int, ending.exit_code, 2));
        cr_expect(not(eq(ptr, strstr(ending.err, wrong[k][1]), NULL)), "%s", ending.err);
    }
}
