#include "layers/conv2d.h"

#include <math.h>

typedef struct {
    Layer layer;
    ConvShape shape;
} Conv2d;

enum { WEIGHT, BIAS };

static void forward(Layer *layer, const Pass *pass)
{
    pass->backend->convolve(pass->backend, &((Conv2d *)layer)->shape, layer->x,
                            layer->parameter[WEIGHT].value, layer->parameter[BIAS].value, layer->y);
}

static void backward(Layer *layer, const Pass *pass)
{
    const ConvShape *shape = &((Conv2d *)layer)->shape;
    Backend *backend = pass->backend;
    if (layer->parameter_count > BIAS)
        backend->sum_columns(backend, layer->dy, layer->parameter[BIAS].gradient);
    backend->convolve_weights(backend, shape, layer->x, layer->dy,
                              layer->parameter[WEIGHT].gradient);
    if (matrix_exists(layer->dx))
        backend->convolve_backward(backend, shape, layer->dy, layer->parameter[WEIGHT].value,
                                   layer->dx, layer->adds);
}

static const LayerKind kind = {"conv2d", forward, backward};

Layer *conv2d_layer(const char *name, const ConvShape *shape, bool bias)
{
    assert(shape->padding < shape->kernel);
    int64_t rows = shape->batch * conv_side(shape, shape->height) * conv_side(shape, shape->width);
    int64_t window = shape->kernel * shape->kernel * shape->inputs;
    Layer *layer = layer_create(sizeof(Conv2d), &kind, rows, shape->outputs, name);
    ((Conv2d *)layer)->shape = *shape;
    layer->multiplies = (double)rows * (double)window * (double)shape->outputs;
    layer_parameter(layer, "weight", GROUP_MATRIX, shape->outputs, window, 0.0,
                    sqrt(2.0 / (double)window));
    layer->parameter[WEIGHT].axes =
        (Axes){{shape->outputs, shape->kernel, shape->kernel, shape->inputs}};
    if (bias) layer_parameter(layer, "bias", GROUP_VECTOR, 1, shape->outputs, 0.0, 0.0);
    return layer;
}
