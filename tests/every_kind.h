/* What every kind of optimizer keeps to, whatever its rule: checked for one text. */
#ifndef TESTS_EVERY_KIND_H
#define TESTS_EVERY_KIND_H

#include "base/die.h"
#include "close.h"
#include "optim/optimizer.h"
#include "small_table.h"

#include <omp.h>

/* A small table with normal numbers as values and gradients. */
static inline SmallTable *every_kind_table(Backend *backend, uint64_t seed)
{
    SmallTable *small = small_table(backend);
    Rng rng = rng_stream(seed, 0, RNG_INIT);
    for (int k = 0; k < SMALL_COUNT; k++) {
        *small_value(small, k) = (real)rng_normal(&rng);
        *small_gradient(small, k) = (real)rng_normal(&rng);
    }
    return small;
}

/* Numbers between parameters, and parameters that are not trained, stay as they are. */
static inline void every_kind_leaves_gaps(Backend *backend, const char *text)
{
    SmallTable *small = every_kind_table(backend, 1001);
    real *running = matrix_reals(small->item[4].value);
    for (int k = 0; k < SMALL_STATE; k++) running[k] = (real)(k + 1);
    Optimizer *optimizer = optimizer_create(text, backend, &small->table);
    for (int t = 0; t < 3; t++) optimizer_step(optimizer, 0.1);
    int64_t next = 0;
    for (int64_t i = 0; i < small->table.size; i++) {
        bool trained = next < SMALL_COUNT && small_table_place(small, next) == i;
        next += trained;
        if (!trained) close_check_one(text, (double)small->table.values[i], 0.0, 0.0);
    }
    for (int k = 0; k < SMALL_STATE; k++) close_check_one(text, (double)running[k], k + 1.0, 0.0);
    optimizer_free(optimizer);
    small_table_free(small);
}

/* A matrix large enough for several blocks, and of no round size; the bytes after three steps. */
enum { EVERY_ROWS = 211, EVERY_COLS = 307, EVERY_COUNT = EVERY_ROWS * EVERY_COLS };

static inline void every_kind_large_steps(Backend *backend, const char *text, int threads,
                                          real *out)
{
    omp_set_num_threads(threads);
    size_t bytes = EVERY_COUNT * sizeof(real);
    real *values = backend->alloc(backend, bytes), *gradients = backend->alloc(backend, bytes);
    Parameter item = {.name = "weight",
                      .group = GROUP_MATRIX,
                      .value = matrix_of(values, EVERY_ROWS, EVERY_COLS),
                      .gradient = matrix_of(gradients, EVERY_ROWS, EVERY_COLS)};
    ParameterTable table = {
        .count = 1, .item = &item, .size = EVERY_COUNT, .values = values, .gradients = gradients};
    Rng rng = rng_stream(1005, 0, RNG_INIT);
    for (int64_t i = 0; i < EVERY_COUNT; i++) gradients[i] = (real)(rng_uniform(&rng) - 0.5);
    Optimizer *optimizer = optimizer_create(text, backend, &table);
    for (int t = 0; t < 3; t++) optimizer_step(optimizer, 0.1);
    memcpy(out, values, bytes);
    optimizer_free(optimizer);
    backend->release(backend, values);
    backend->release(backend, gradients);
}

/* The same bytes for 1, 2, 4 and 8 threads. */
static inline void every_kind_ignores_threads(Backend *backend, const char *text)
{
    size_t bytes = EVERY_COUNT * sizeof(real);
    real *alone = alloc_zeroed(1, bytes), *got = alloc_zeroed(1, bytes);
    every_kind_large_steps(backend, text, 1, alone);
    for (int threads = 2; threads <= 8; threads *= 2) {
        every_kind_large_steps(backend, text, threads, got);
        close_check_bytes(text, bytes, got, alone);
    }
    free(alone);
    free(got);
}

/* Five steps at once, or `steps`, then the rest by another optimizer with the first one's state. */
static inline SmallTable *every_kind_stopped(Backend *backend, const char *text, int steps)
{
    SmallTable *small = every_kind_table(backend, 1006);
    Optimizer *optimizer = optimizer_create(text, backend, &small->table), *next;
    for (int t = 0; t < steps; t++) optimizer_step(optimizer, 0.1);
    next = optimizer_create(text, backend, &small->table);
    int64_t numbers, same;
    real *state = optimizer_state(optimizer, &numbers), *to = optimizer_state(next, &same);
    cr_expect(same == numbers, "%s", text);
    cr_expect(optimizer_state_bytes(text, &small->table) == numbers * (int64_t)sizeof(real), "%s",
              text);
    if (numbers) memcpy(to, state, (size_t)numbers * sizeof(real));
    optimizer_set_steps_done(next, optimizer_steps_done(optimizer));
    optimizer_free(optimizer);
    for (int t = steps; t < 5; t++) optimizer_step(next, 0.1);
    cr_expect(optimizer_steps_done(next) == 5, "%s", text);
    optimizer_free(next);
    return small;
}

/* Going on from saved state gives the bytes of not having stopped. */
static inline void every_kind_goes_on(Backend *backend, const char *text)
{
    SmallTable *whole = every_kind_stopped(backend, text, 5);
    SmallTable *parts = every_kind_stopped(backend, text, 3);
    close_check_bytes(text, (size_t)whole->table.size * sizeof(real), parts->table.values,
                      whole->table.values);
    small_table_free(whole);
    small_table_free(parts);
}

/* The bytes of state are known without making anything. */
static inline void every_kind_knows_its_bytes(Backend *backend, const char *text)
{
    SmallTable *small = every_kind_table(backend, 1009);
    Optimizer *optimizer = optimizer_create(text, backend, &small->table);
    int64_t numbers;
    optimizer_state(optimizer, &numbers);
    optimizer_free(optimizer);
    Parameter item[SMALL_TABLE];
    memcpy(item, small->item, sizeof item);
    for (int p = 0; p < SMALL_TABLE; p++) item[p].value.data = item[p].gradient.data = NULL;
    ParameterTable dry = {.count = SMALL_TABLE, .item = item, .size = small->table.size};
    cr_expect(optimizer_state_bytes(text, &dry) == numbers * (int64_t)sizeof(real), "%s", text);
    small_table_free(small);
}

/* What the text spells out means the same, and spells itself out. */
static inline void every_kind_spells_itself_out(Backend *backend, const char *text)
{
    SmallTable *small = every_kind_table(backend, 1008);
    Optimizer *optimizer = optimizer_create(text, backend, &small->table);
    Optimizer *again = optimizer_create(optimizer_text(optimizer), backend, &small->table);
    cr_expect(!strcmp(optimizer_text(again), optimizer_text(optimizer)), "%s", text);
    optimizer_free(again);
    optimizer_free(optimizer);
    small_table_free(small);
}

#endif
