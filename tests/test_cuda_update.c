#include "cuda_twins.h"

/* A rule and how many of its states there are; with as many as RMSProp's two it has momentum. */
typedef struct {
    UpdateKind kind;
    int slots;
} Rule;

static const Rule rules[] = {
    {UPDATE_SGD, 0},
    {UPDATE_MOMENTUM, 1},
    {UPDATE_NESTEROV, 1},
    {UPDATE_SIGN, 1},
    {UPDATE_RMSPROP, 1},
    {UPDATE_RMSPROP, 2},
    {UPDATE_ADAM, 2},
    {UPDATE_ADAMW, 2},
    {UPDATE_RF_RMSPROP, 2},
    {UPDATE_RF_RMSPROP_HALF, 2},
    {UPDATE_RF_RMSPROP_DITHERED, 2},
    {UPDATE_RF_ADAMW, 2},
    {UPDATE_ADAM_POWER, 2},
};
enum { RULES = sizeof rules / sizeof *rules, STEPS = 3 };

static const StepConstants constants = {.rate = 0.01f,
                                        .beta1 = 0.9f,
                                        .beta2 = 0.95f,
                                        .epsilon = 1e-8f,
                                        .momentum = 0.8f,
                                        .share = 0.7f,
                                        .rest1 = 0.1f,
                                        .rest2 = 0.05f,
                                        .unbias1 = 3.7f,
                                        .unbias2 = 5.3f,
                                        .clip = 0.6f,
                                        .batch = 3,
                                        .power = 0.3f,
                                        .noise = 12345};

/* Second moments are squares: never negative. */
static void make_positive(Pair *pair, Twin state)
{
    real *host = twin_numbers(pair, state, SIDE_CPU);
    for (int64_t k = 0; k < matrix_count(state.on[SIDE_CPU]); k++)
        host[k] = (real)fabs((double)host[k]);
    twin_set(pair, state, host);
    free(host);
}

/* `shift` numbers in front: memory that does not begin at a multiple of 16 bytes. */
static void check(Pair *pair, const Rule *rule, int64_t n, int64_t shift, real decay)
{
    Twin g = twin_random(pair, 1, 1, n + shift, 0), x = twin_random(pair, 2, 1, n + shift, 0);
    Twin slot[UPDATE_SLOTS];
    for (uint32_t k = 0; k < UPDATE_SLOTS; k++) {
        slot[k] = twin_random(pair, 3 + k, 1, n + shift, 0);
        make_positive(pair, slot[k]);
    }
    Twin k = twin_bytes(pair, sizeof constants, &constants);
    for (int s = 0; s < SIDES; s++)
        for (int step = 0; step < STEPS; step++) {
            real *states[UPDATE_SLOTS] = {NULL, NULL};
            for (int i = 0; i < rule->slots; i++) states[i] = matrix_reals(slot[i].on[s]) + shift;
            pair->side[s]->update(pair->side[s], rule->kind, k.on[s].data, decay, n,
                                  matrix_reals(g.on[s]) + shift, matrix_reals(x.on[s]) + shift,
                                  states);
        }
    twin_check_same(pair, "x", x);
    twin_check_same(pair, "first state", slot[0]);
    twin_check_same(pair, "second state", slot[1]);
}

Test(cuda_update, every_rule_has_the_bits_of_the_cpu)
{
    static const int64_t sizes[] = {1, 3, 4, 1023, 1024, 1025, 5000};
    Pair pair = pair_open();
    for (int r = 0; r < RULES; r++)
        for (int k = 0; k < 7; k++) {
            for (int64_t shift = 0; shift < 2; shift++)
                check(&pair, &rules[r], sizes[k], shift, shift ? 0.1f : 0.0f);
            pair_clear(&pair);
        }
    pair_close(&pair);
}

/* A captured step is replayed with other constants: they must be read when it runs. */
Test(cuda_update, the_rate_is_read_from_the_memory_of_the_device)
{
    Pair pair = pair_open();
    Twin g = twin_random(&pair, 1, 1, 100, 0), x = twin_random(&pair, 2, 1, 100, 0);
    Twin k = twin_bytes(&pair, sizeof constants, &constants);
    StepConstants none = constants;
    none.rate = 0;
    real *before = twin_numbers(&pair, x, SIDE_CPU), *states[UPDATE_SLOTS] = {NULL, NULL};
    for (int s = 0; s < SIDES; s++) {
        pair.side[s]->upload(pair.side[s], sizeof none, &none, k.on[s].data);
        pair.side[s]->update(pair.side[s], UPDATE_SGD, k.on[s].data, 0, 100, matrix_reals(g.on[s]),
                             matrix_reals(x.on[s]), states);
    }
    real *after = twin_numbers(&pair, x, SIDE_CUDA);
    close_check("x at rate 0", 100, after, before, 0.0);
    free(before), free(after);
    pair_close(&pair);
}
