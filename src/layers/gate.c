#include "layers/gate.h"

static void forward(Layer *layer, const Pass *pass)
{
    pass->backend->gate(pass->backend, layer->x, layer->y);
}

static void backward(Layer *layer, const Pass *pass)
{
    assert(!layer->adds);
    pass->backend->gate_backward(pass->backend, layer->x, layer->dy, layer->dx);
}

static const LayerKind kind = {"gate", forward, backward};

Layer *gate_layer(const char *name, int64_t rows, int64_t width)
{
    return layer_create(sizeof(Layer), &kind, rows, width, name);
}
