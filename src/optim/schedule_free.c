#include "optim/optimizer_kinds.h"

/* Of a parameter: z and v. Behind them all, the sum of the weights of the average as two reals, so
 * that a float32 state keeps 48 bits of it. */
enum { SLOT_Z, SLOT_V, SLOTS, WEIGHTS = 2 };

static void read(Optimizer *optimizer, Spelled *keys)
{
    optimizer->beta1 = spelled_real(keys, "beta1", 0.9, 0.01, 1.0);
    optimizer->beta2 = spelled_real(keys, "beta2", 0.999, 0.0, 1.0);
    optimizer->base.epsilon = (real)spelled_real(keys, "epsilon", 1e-8, 0.0, 1.0);
    optimizer->update = UPDATE_SCHEDULE_FREE;
    optimizer->slots = SLOTS;
}

static real *weights_of(const Optimizer *optimizer)
{
    return optimizer->state + optimizer->state_size - WEIGHTS;
}

static void load_weights(Optimizer *optimizer)
{
    real part[WEIGHTS];
    optimizer->backend->download(optimizer->backend, sizeof part, weights_of(optimizer), part);
    optimizer->weights = (double)part[0] + (double)part[1];
    optimizer->knows_weights = true;
}

/* Training goes on with what was kept, so that having stopped here makes no difference. */
static void keep_weights(Optimizer *optimizer)
{
    real high = (real)optimizer->weights;
    real part[WEIGHTS] = {high, (real)(optimizer->weights - (double)high)};
    optimizer->weights = (double)part[0] + (double)part[1];
    optimizer->backend->upload(optimizer->backend, sizeof part, part, weights_of(optimizer));
}

/* All points begin where the parameters do. */
static void start_points(const Optimizer *optimizer)
{
    Backend *backend = optimizer->backend;
    const Run *end = optimizer->run + optimizer->run_count;
    for (const Run *run = optimizer->run; run < end; run++)
        backend->copy(backend, matrix_of(optimizer->table->values + run->first, 1, run->count),
                      matrix_of(optimizer->state + run->state, 1, run->count));
}

/* The newest point's share c = rate² / Σ rate², the weights that the paper takes, so that points
 * of a warm-up count little. */
static void weigh(Optimizer *optimizer, double rate, StepConstants *k)
{
    if (optimizer->steps_done == 0) start_points(optimizer);
    if (!optimizer->knows_weights) load_weights(optimizer);
    optimizer->weights += rate * rate;
    keep_weights(optimizer);
    k->share = optimizer->weights > 0.0 ? (real)(rate * rate / optimizer->weights) : 0;
}

/* x = y / beta1 + (1 − 1 / beta1) z */
static void average(Optimizer *optimizer, const real *point)
{
    Backend *backend = optimizer->backend;
    real beyond = (real)(1.0 / optimizer->beta1 - 1.0);
    const Run *end = optimizer->run + optimizer->run_count;
    for (const Run *run = optimizer->run; run < end; run++) {
        Matrix x = matrix_of(optimizer->table->values + run->first, 1, run->count);
        backend->axpy(backend, beyond, matrix_of((real *)point + run->first, 1, run->count), x);
        backend->axpy(backend, -beyond, matrix_of(optimizer->state + run->state, 1, run->count), x);
    }
}

const OptimizerKind optimizer_schedule_free = {
    .help = "Schedule-Free AdamW (Defazio et al. 2024): gradients at (1 - beta1) z + beta1 x, z by "
            "AdamW's step, the answer x the mean of all z by the squares of their rates; for a "
            "constant rate after a warm-up: beta1 (0.01 to 1), beta2, epsilon",
    .read = read,
    .weigh = weigh,
    .own_state = WEIGHTS,
    .average = average,
};
