#include "optim/direction.h"

#include "base/die.h"
#include "base/named.h"

#include <math.h>
#include <stdlib.h>

int optimizer_kind_count(void) { return optimizer_row_count; }
const char *optimizer_kind_name(int kind) { return optimizer_rows[kind].name; }
const char *optimizer_kind_help(int kind) { return optimizer_rows[kind].kind->help; }

void optimizer_read_moments(Optimizer *optimizer, Spelled *keys, double beta1, double beta2)
{
    optimizer->beta1 = spelled_real(keys, "beta1", beta1, 0.0, 1.0);
    optimizer->beta2 = spelled_real(keys, "beta2", beta2, 0.0, 1.0);
    optimizer->base.epsilon = (real)spelled_real(keys, "epsilon", 1e-8, 0.0, 1.0);
}

void optimizer_read_batch(Optimizer *optimizer, Spelled *keys, int slot, bool starts_at_zero)
{
    double batch = spelled_real(keys, "batch", 1.0, 1e-300, 1e300);
    optimizer->base.batch = (real)batch;
    double start = starts_at_zero ? 0.0 : 1.0 / batch;
    optimizer->start[slot] = spelled_real(keys, "start", start, 0.0, 1e300);
}

/* ---- making one */

/* The state of a run before the first step; memory is 0 already. */
static void start_elements(Optimizer *optimizer, const Run *run)
{
    Backend *backend = optimizer->backend;
    int64_t size = optimizer_rounded(run->count);
    for (int s = 0; s < optimizer->slots; s++)
        if (optimizer->start[s] != 0.0)
            backend->fill(backend,
                          matrix_of(optimizer->state + run->state + s * size, 1, run->count),
                          (real)optimizer->start[s]);
}

/* Everything but backend memory. */
static Optimizer *planned(const char *text, const ParameterTable *table)
{
    Optimizer *optimizer = alloc_zeroed(1, sizeof *optimizer);
    Spec *spec = spec_parse(text);
    Spelled keys = spelled_start(spec, text);
    const OptimizerRow *row = named_row("optimizer", spec_kind(spec), (size_t)optimizer_row_count,
                                        sizeof *optimizer_rows, optimizer_rows);
    optimizer->kind = row->kind;
    optimizer->table = table;
    optimizer->elements = 1.0;
    optimizer->block = INT64_MAX;
    optimizer->kind->read(optimizer, &keys);
    optimizer->decay = spelled_real(&keys, "decay", 0.0, 0.0, 1e9);
    optimizer->clip = spelled_real(&keys, "clip", 0.0, 0.0, 1e30);
    spec_done(spec);
    spec_free(spec);
    optimizer->text = keys.text;

    optimizer_plan(optimizer);
    return optimizer;
}

Optimizer *optimizer_create(const char *text, Backend *backend, const ParameterTable *table)
{
    Optimizer *optimizer = planned(text, table);
    optimizer->backend = backend;
    if (optimizer->state_size)
        optimizer->state = backend->alloc(backend, (size_t)optimizer->state_size * sizeof(real));
    if (optimizer->work_size)
        optimizer->work = backend->alloc(backend, (size_t)optimizer->work_size * sizeof(real));
    optimizer->constants = backend->alloc(backend, CONSTANTS * sizeof *optimizer->constants);
    size_t sums = (size_t)optimizer->sum_count;
    optimizer->sums = backend->alloc(backend, sums * sizeof *optimizer->sums);
    optimizer->zeros = alloc_zeroed(sums, sizeof *optimizer->zeros);
    double *square = optimizer->sums + 1;
    for (Run *run = optimizer->run; run < optimizer->run + optimizer->run_count; run++) {
        run->square = square;
        if (!run->rows)
            start_elements(optimizer, run);
        else if (optimizer->kind->matrix_start)
            optimizer->kind->matrix_start(optimizer, run);
        square += optimizer_squares(optimizer, run);
    }
    optimizer->order = direction_order(optimizer);
    return optimizer;
}

void optimizer_free(Optimizer *optimizer)
{
    if (!optimizer) return;
    Backend *backend = optimizer->backend;
    if (optimizer->state) backend->release(backend, optimizer->state);
    if (optimizer->work) backend->release(backend, optimizer->work);
    if (optimizer->point) backend->release(backend, optimizer->point);
    if (optimizer->order) backend->release(backend, optimizer->order);
    if (backend) backend->release(backend, optimizer->constants);
    if (backend) backend->release(backend, optimizer->sums);
    free(optimizer->zeros);
    free(optimizer->run);
    free(optimizer->text);
    free(optimizer);
}

/* ---- one step */

/* 1 / (1 − beta^t), in double: 1 − beta^t loses digits where beta is near 1. */
static real unbias(double beta, int64_t t)
{
    return beta < 1.0 ? (real)(1.0 / -expm1((double)t * log(beta))) : 1;
}

/* Adam's corrections after t steps. */
static void correct(const Optimizer *optimizer, int64_t t, StepConstants *k)
{
    k->unbias1 = unbias(optimizer->beta1, t > 0 ? t : 1);
    k->unbias2 = unbias(optimizer->beta2, t > 0 ? t : 1);
}

static void upload_constants(Optimizer *optimizer, double rate)
{
    StepConstants k[CONSTANTS], base = optimizer->base;
    base.beta1 = (real)optimizer->beta1, base.rest1 = (real)(1.0 - optimizer->beta1);
    base.beta2 = (real)optimizer->beta2, base.rest2 = (real)(1.0 - optimizer->beta2);
    correct(optimizer, optimizer->steps_done + 1, &base);
    base.clip = 1;
    base.noise = (uint32_t)(optimizer->steps_done + 1);
    if (optimizer->kind->constants) optimizer->kind->constants(optimizer, &base);
    if (optimizer->kind->weigh) optimizer->kind->weigh(optimizer, rate, &base);
    for (int c = 0; c < CONSTANTS; c++) k[c] = base;
    k[CONSTANTS_ELEMENTS].rate = (real)(rate * optimizer->elements);
    k[CONSTANTS_DIRECTION].rate = -1;
    if (optimizer->is_late) correct(optimizer, optimizer->steps_done, &k[CONSTANTS_DIRECTION]);
    k[CONSTANTS_APPLY].rate = (real)rate;
    k[CONSTANTS_FACTOR].rate = base.rest2;
    Backend *backend = optimizer->backend;
    backend->upload(backend, sizeof k, k, optimizer->constants);
    backend->upload(backend, (size_t)optimizer->sum_count * sizeof(double), optimizer->zeros,
                    optimizer->sums);
}

static void clip_gradients(Optimizer *optimizer)
{
    Backend *backend = optimizer->backend;
    const ParameterTable *table = optimizer->table;
    backend->sum_squares(backend, matrix_of(table->gradients, 1, table->size), optimizer->sums);
    real limit = (real)optimizer->clip;
    backend->clip(backend, optimizer->sums, limit, &optimizer->constants[CONSTANTS_ELEMENTS]);
    backend->clip(backend, optimizer->sums, limit, &optimizer->constants[CONSTANTS_DIRECTION]);
}

void optimizer_update_elements(Optimizer *optimizer, const Run *run)
{
    Backend *backend = optimizer->backend;
    real *slot[UPDATE_SLOTS] = {NULL};
    for (int s = 0; s < optimizer->slots; s++)
        slot[s] = optimizer->state + run->state + s * optimizer_rounded(run->count);
    backend->update(backend, optimizer->update, &optimizer->constants[CONSTANTS_ELEMENTS],
                    run->decay, run->count, optimizer->table->gradients + run->first,
                    optimizer->table->values + run->first, slot);
}

void optimizer_prepare(Optimizer *optimizer, double rate)
{
    upload_constants(optimizer, rate);
    optimizer->steps_done++;
}

void optimizer_apply(Optimizer *optimizer)
{
    if (optimizer->clip > 0.0) clip_gradients(optimizer);
    for (const Run *run = optimizer->run; run < optimizer->run + optimizer->run_count; run++)
        if (run->rows)
            optimizer->kind->matrix_step(optimizer, run);
        else if (optimizer->direction)
            optimizer->direction->step(optimizer, run);
        else
            optimizer_update_elements(optimizer, run);
}

bool optimizer_is_steady(const Optimizer *optimizer) { return !optimizer->is_unsteady; }

void optimizer_step(Optimizer *optimizer, double rate)
{
    optimizer_prepare(optimizer, rate);
    optimizer_apply(optimizer);
}

/* ---- an average in place of the point */

static Matrix trained_values(const Optimizer *optimizer)
{
    return matrix_of(optimizer->table->values, 1, optimizer->table->size);
}

void optimizer_average_in(Optimizer *optimizer)
{
    if (!optimizer->kind->average || optimizer->steps_done == 0) return;
    Backend *backend = optimizer->backend;
    Matrix values = trained_values(optimizer);
    size_t bytes = (size_t)matrix_count(values) * sizeof(real);
    if (!optimizer->point) optimizer->point = backend->alloc(backend, bytes);
    backend->copy(backend, values, matrix_of(optimizer->point, 1, matrix_count(values)));
    optimizer->kind->average(optimizer, optimizer->point);
}

void optimizer_average_out(Optimizer *optimizer)
{
    if (!optimizer->kind->average || optimizer->steps_done == 0) return;
    Matrix values = trained_values(optimizer);
    optimizer->backend->copy(optimizer->backend,
                             matrix_of(optimizer->point, 1, matrix_count(values)), values);
}

/* ---- what others ask */

const double *optimizer_gradient_square(const Optimizer *optimizer)
{
    return optimizer->clip > 0.0 ? optimizer->sums : NULL;
}

real *optimizer_state(Optimizer *optimizer, int64_t *numbers)
{
    *numbers = optimizer->state_size;
    return optimizer->state;
}

int64_t optimizer_steps_done(const Optimizer *optimizer) { return optimizer->steps_done; }

void optimizer_set_steps_done(Optimizer *optimizer, int64_t steps)
{
    optimizer->steps_done = steps;
    optimizer->knows_weights = false;
}

const char *optimizer_text(const Optimizer *optimizer) { return optimizer->text; }

int64_t optimizer_state_bytes(const char *text, const ParameterTable *table)
{
    Optimizer *optimizer = planned(text, table);
    int64_t bytes = optimizer->state_size * (int64_t)sizeof(real);
    optimizer_free(optimizer);
    return bytes;
}
