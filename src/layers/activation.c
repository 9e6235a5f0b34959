#include "layers/activation.h"

typedef struct {
    Layer layer;
    Activation activation;
} ActivationLayer;

static void forward(Layer *layer, const Pass *pass)
{
    pass->backend->activate(pass->backend, ((ActivationLayer *)layer)->activation, layer->x,
                            layer->y);
}

static void backward(Layer *layer, const Pass *pass)
{
    if (!matrix_exists(layer->dx)) return;
    pass->backend->activate_backward(pass->backend, ((ActivationLayer *)layer)->activation,
                                     layer->x, layer->dy, layer->dx, layer->adds);
}

static const LayerKind kind = {"activation", forward, backward};

Layer *activation_layer(const char *name, Activation activation, int64_t rows, int64_t cols)
{
    Layer *layer = layer_create(sizeof(ActivationLayer), &kind, rows, cols, name);
    ((ActivationLayer *)layer)->activation = activation;
    layer->in_place_backward = true;
    return layer;
}
