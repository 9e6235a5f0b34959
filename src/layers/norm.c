#include "layers/norm.h"

typedef struct {
    Layer layer;
    NormKind norm;
} Norm;

enum { WEIGHT, BIAS };

static void forward(Layer *layer, const Pass *pass)
{
    pass->backend->norm(pass->backend, ((Norm *)layer)->norm, layer->x,
                        layer->parameter[WEIGHT].value, layer->parameter[BIAS].value, layer->y,
                        layer->kept);
}

static void backward(Layer *layer, const Pass *pass)
{
    pass->backend->norm_backward(pass->backend, ((Norm *)layer)->norm, layer->x,
                                 layer->parameter[WEIGHT].value, layer->kept, layer->dy, layer->dx,
                                 layer->adds, layer->parameter[WEIGHT].gradient,
                                 layer->parameter[BIAS].gradient);
}

static const LayerKind kinds[] = {
    [NORM_LAYER] = {"layernorm", forward, backward},
    [NORM_RMS] = {"rmsnorm", forward, backward},
};

Layer *norm_layer(const char *name, NormKind kind, int64_t rows, int64_t width)
{
    Layer *layer = layer_create(sizeof(Norm), &kinds[kind], rows, width, name);
    ((Norm *)layer)->norm = kind;
    layer_parameter(layer, "weight", GROUP_VECTOR, 1, width, 1.0, 0.0);
    if (kind == NORM_LAYER) layer_parameter(layer, "bias", GROUP_VECTOR, 1, width, 0.0, 0.0);
    layer->kept_rows = rows;
    layer->kept_cols = 2;
    return layer;
}
