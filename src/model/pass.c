/* Running a model, and what is known of it. */
#include "base/die.h"
#include "model/private.h"

#include <stdlib.h>

static void start_parameter(Model *model, Rng *rng, const LayerParameter *parameter)
{
    int64_t count = parameter->rows * parameter->cols;
    double *normal = alloc_zeroed((size_t)count, sizeof *normal);
    real *host = alloc_zeroed((size_t)count, sizeof *host);
    if (parameter->deviation > 0.0) rng_fill_normal(rng, count, parameter->deviation, normal);
    for (int64_t i = 0; i < count; i++) host[i] = (real)(parameter->mean + normal[i]);
    Backend *backend = model->backend;
    backend->upload(backend, (size_t)count * sizeof *host, host, parameter->value.data);
    free(host);
    free(normal);
}

void model_start(Model *model, Rng rng)
{
    for (int k = 0; k < model->count; k++) {
        const Layer *layer = model->node[k].layer;
        for (int p = 0; p < layer->parameter_count; p++)
            if (!layer->parameter[p].of.layer) start_parameter(model, &rng, &layer->parameter[p]);
    }
}

void model_zero_gradients(Model *model)
{
    Backend *backend = model->backend;
    backend->fill(backend, matrix_of(model->table.gradients, 1, model->table.size), 0);
}

void model_forward(Model *model, const Pass *pass)
{
    for (int k = 0; k < model->count; k++) {
        Layer *layer = model->node[k].layer;
        layer->kind->forward(layer, pass);
    }
}

void model_backward(Model *model, const Pass *pass)
{
    for (int k = model->count - 1; k >= 0; k--) {
        Layer *layer = model->node[k].layer;
        layer->kind->backward(layer, pass);
    }
}

Matrix model_input(const Model *model) { return model->input; }

Matrix model_output(const Model *model, int number)
{
    assert(number >= 0 && number < model->count);
    return model->node[number].layer->y;
}

Matrix model_gradient(const Model *model, int number)
{
    assert(number >= 0 && number < model->count);
    return model->node[number].layer->dy;
}

ParameterTable *model_parameters(Model *model) { return &model->table; }
ModelMemory model_memory(const Model *model) { return model->memory; }

/* A product's backward pass is two products of its size; a multiplication goes with an addition. */
double model_flops(const Model *model)
{
    double multiplies = 0.0;
    for (int k = 0; k < model->count; k++) multiplies += model->node[k].layer->multiplies;
    return 6.0 * multiplies;
}
