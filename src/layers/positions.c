#include "layers/positions.h"

static void forward(Layer *layer, const Pass *pass)
{
    pass->backend->add_rows(pass->backend, layer->x, layer->parameter[0].value, layer->y);
}

static void backward(Layer *layer, const Pass *pass)
{
    Backend *backend = pass->backend;
    backend->add_rows_backward(backend, layer->dy, layer->parameter[0].gradient);
    if (!matrix_exists(layer->dx) || layer->dx.data == layer->dy.data) return;
    if (layer->adds)
        backend->axpy(backend, 1, layer->dy, layer->dx);
    else
        backend->copy(backend, layer->dy, layer->dx);
}

static const LayerKind kind = {"positions", forward, backward};

Layer *positions_layer(const char *name, const PositionsShape *shape)
{
    assert(shape->rows % shape->context == 0);
    Layer *layer = layer_create(sizeof(Layer), &kind, shape->rows, shape->width, name);
    layer_parameter(layer, "weight", GROUP_EMBEDDING, shape->context, shape->width, 0.0,
                    shape->deviation);
    layer->in_place_backward = true;
    return layer;
}
