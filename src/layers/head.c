#include "layers/head.h"

typedef struct {
    Layer layer;
    HeadShape shape;
} HeadLayer;

enum { WEIGHT, BIAS };

static void forward(Layer *layer, const Pass *pass)
{
    const HeadShape *shape = &((HeadLayer *)layer)->shape;
    const LayerParameter *weight = &layer->parameter[WEIGHT], *bias = &layer->parameter[BIAS];
    Head head = {
        .x = matrix_reshaped(layer->x, shape->rows, shape->inputs),
        .weight = weight->value,
        .bias = bias->value,
        .labels = pass->labels,
        .sums = pass->sums,
    };
    if (pass->training) {
        assert(matrix_exists(layer->dx) && !layer->adds);
        head.smoothing = (real)shape->smoothing;
        head.dx = matrix_reshaped(layer->dx, shape->rows, shape->inputs);
        head.dweight = weight->gradient;
        head.dbias = bias->gradient;
    }
    pass->backend->head(pass->backend, &head, layer->work);
}

static void backward(Layer *layer, const Pass *pass)
{
    (void)layer;
    (void)pass;
}

static const LayerKind kind = {"head", forward, backward};

Layer *head_layer(Backend *backend, const char *name, const HeadShape *shape)
{
    Layer *layer = layer_create(sizeof(HeadLayer), &kind, shape->rows, 0, name);
    ((HeadLayer *)layer)->shape = *shape;
    int weight = layer_parameter(layer, "weight", GROUP_EMBEDDING, shape->classes, shape->inputs,
                                 0.0, shape->deviation);
    if (shape->tied) layer->parameter[weight].of.layer = shape->tied;
    if (shape->bias) layer_parameter(layer, "bias", GROUP_VECTOR, 1, shape->classes, 0.0, 0.0);
    layer->multiplies = (double)shape->rows * (double)shape->inputs * (double)shape->classes;
    layer->work_size = backend->head_work(backend, shape->rows, shape->inputs, shape->classes);
    return layer;
}
