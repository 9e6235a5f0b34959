#include "update/state.h"

#include "base/die.h"

#include <stdlib.h>

struct TrainingState {
    Backend *backend;
    Matrix values, optimizer; /* one row each; the optimizer may have none */
    int64_t optimizer_steps;
};

Matrix state_values(const ParameterTable *table)
{
    return matrix_of(table->values, 1, table->size + table->state_size);
}

static Matrix state_of(Optimizer *optimizer)
{
    int64_t numbers;
    real *state = optimizer_state(optimizer, &numbers);
    return matrix_of(state, 1, numbers);
}

static Matrix copy_of(Backend *backend, Matrix from)
{
    if (!matrix_exists(from)) return from;
    size_t bytes = (size_t)matrix_count(from) * sizeof(real);
    Matrix copy = matrix_of(backend->alloc(backend, bytes), 1, matrix_count(from));
    backend->copy(backend, from, copy);
    return copy;
}

TrainingState *state_take(Backend *backend, const ParameterTable *table, Optimizer *optimizer)
{
    TrainingState *state = alloc_zeroed(1, sizeof *state);
    *state = (TrainingState){.backend = backend,
                             .values = copy_of(backend, state_values(table)),
                             .optimizer = copy_of(backend, state_of(optimizer)),
                             .optimizer_steps = optimizer_steps_done(optimizer)};
    return state;
}

void state_free(TrainingState *state)
{
    if (!state) return;
    state->backend->release(state->backend, state->values.data);
    if (matrix_exists(state->optimizer))
        state->backend->release(state->backend, state->optimizer.data);
    free(state);
}

void state_put_back(const TrainingState *state, const ParameterTable *table, Optimizer *optimizer)
{
    Backend *backend = state->backend;
    Matrix to = state_of(optimizer);
    assert(matrix_same_shape(state->values, state_values(table)));
    assert(matrix_same_shape(state->optimizer, to));
    backend->copy(backend, state->values, state_values(table));
    if (matrix_exists(to)) backend->copy(backend, state->optimizer, to);
    optimizer_set_steps_done(optimizer, state->optimizer_steps);
}
