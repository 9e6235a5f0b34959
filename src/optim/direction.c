#include "optim/direction.h"

#include "base/die.h"
#include "base/named.h"

#include <stdlib.h>

typedef struct {
    Matrix first, second;
} Places;

static Places places_of(const Optimizer *optimizer, const Run *run)
{
    real *work = optimizer->work;
    return (Places){matrix_of(work, run->count, 1),
                    matrix_of(work + optimizer_rounded(run->count), run->count, 1)};
}

static real *slot_of(const Optimizer *optimizer, const Run *run, int slot)
{
    return optimizer->state + run->state + slot * optimizer_rounded(run->count);
}

/* Lets v follow the gradient, and puts g / (batch v + damping) where x = 0 and m = 0 stood. */
static void own_direction(Optimizer *optimizer, const Run *run, Matrix x, Matrix m)
{
    Backend *backend = optimizer->backend;
    backend->fill(backend, x, 0);
    backend->fill(backend, m, 0);
    backend->update(backend, optimizer->update, &optimizer->constants[CONSTANTS_DIRECTION], 0,
                    run->count, optimizer->table->gradients + run->first, matrix_reals(x),
                    (real *[UPDATE_SLOTS]){slot_of(optimizer, run, 0), matrix_reals(m)});
}

static void step_shuffled(Optimizer *optimizer, const Run *run)
{
    Backend *backend = optimizer->backend;
    Places at = places_of(optimizer, run);
    Matrix v = matrix_of(slot_of(optimizer, run, 0), run->count, 1);
    own_direction(optimizer, run, at.first, at.second);
    backend->embed(backend, optimizer->order + run->first, v, at.first);
    backend->update(backend, UPDATE_RF_RMSPROP_GIVEN, &optimizer->constants[CONSTANTS_ELEMENTS],
                    run->decay, run->count, optimizer->table->gradients + run->first,
                    optimizer->table->values + run->first,
                    (real *[UPDATE_SLOTS]){matrix_reals(at.first), slot_of(optimizer, run, 1)});
}

/* The length of g does not matter: it need not be the clipped one. */
static void step_norms(Optimizer *optimizer, const Run *run)
{
    enum { OWN, GRADIENT };
    Backend *backend = optimizer->backend;
    Places at = places_of(optimizer, run);
    Matrix g = matrix_of(optimizer->table->gradients + run->first, run->count, 1);
    own_direction(optimizer, run, at.first, at.second);
    backend->sum_squares(backend, at.first, run->square + OWN);
    backend->sum_squares(backend, g, run->square + GRADIENT);
    backend->normalise(backend, run->square + GRADIENT, g, at.first);
    backend->scale_by_norm(backend, run->square + OWN, at.first, at.first);
    backend->update(backend, UPDATE_MOMENTUM, &optimizer->constants[CONSTANTS_APPLY], run->decay,
                    run->count, matrix_reals(at.first), optimizer->table->values + run->first,
                    (real *[UPDATE_SLOTS]){slot_of(optimizer, run, 1)});
}

static const Direction directions[] = {
    {.name = "own"},
    {"shuffled", step_shuffled, .copies = 2, .is_shuffled = true},
    {"norms", step_norms, .copies = 2, .squares = 2},
};

void direction_read(Optimizer *optimizer, Spelled *keys)
{
    const char *name = spelled_text(keys, "direction", "own");
    const Direction *direction = named_row(
        "direction", name, sizeof directions / sizeof *directions, sizeof *directions, directions);
    if (direction->is_shuffled)
        optimizer->shuffle = (uint64_t)spelled_int(keys, "shuffle", 1, 0, INT64_MAX);
    if (!direction->step) return;
    if (optimizer->update != UPDATE_RF_RMSPROP)
        die_usage("%s: direction=%s needs state=float32 or state=frozen", keys->given, name);
    optimizer->direction = direction;
    optimizer->base.share = 1;
}

int64_t direction_work(const Direction *direction, int64_t n)
{
    return direction->copies * optimizer_rounded(n);
}

/* One cycle through 0 … n − 1, each as probable as any other. */
static void draw_cycle(Rng stream, int64_t n, int64_t *place, int32_t *order)
{
    for (int64_t k = 0; k < n; k++) place[k] = k;
    rng_shuffle(&stream, n, place);
    for (int64_t k = 0; k < n; k++) order[place[k]] = (int32_t)place[(k + 1) % n];
}

int32_t *direction_order(const Optimizer *optimizer)
{
    if (!optimizer->direction || !optimizer->direction->is_shuffled) return NULL;
    Backend *backend = optimizer->backend;
    size_t numbers = (size_t)optimizer->table->size;
    int64_t *place = alloc_zeroed(numbers, sizeof *place);
    int32_t *host = alloc_zeroed(numbers, sizeof *host);
    for (int r = 0; r < optimizer->run_count; r++) {
        const Run *run = &optimizer->run[r];
        draw_cycle(rng_stream(optimizer->shuffle, (uint32_t)r, RNG_NOISE), run->count, place,
                   host + run->first);
    }
    int32_t *order = backend->alloc(backend, numbers * sizeof *order);
    backend->upload(backend, numbers * sizeof *order, host, order);
    free(host);
    free(place);
    return order;
}
