#include "layers/batchnorm.h"

typedef struct {
    Layer layer;
    Activation activation;
} Norm;

enum { WEIGHT, BIAS, RUNNING_MEAN, RUNNING_VARIANCE };

/* kept: the batch's mean and 1 / deviation. */
static BatchNorm norm_of(const Layer *layer)
{
    return (BatchNorm){
        .weight = layer->parameter[WEIGHT].value,
        .bias = layer->parameter[BIAS].value,
        .mean = matrix_rows(layer->kept, 0, 1),
        .unscale = matrix_rows(layer->kept, 1, 1),
        .running_mean = layer->parameter[RUNNING_MEAN].value,
        .running_variance = layer->parameter[RUNNING_VARIANCE].value,
        .share = (real)BATCHNORM_SHARE,
        .epsilon = (real)BATCHNORM_EPSILON,
        .activation = ((const Norm *)layer)->activation,
    };
}

static void forward(Layer *layer, const Pass *pass)
{
    Backend *backend = pass->backend;
    BatchNorm norm = norm_of(layer);
    if (pass->training)
        backend->batchnorm(backend, &norm, layer->x, layer->skip, layer->y);
    else
        backend->batchnorm_eval(backend, &norm, layer->x, layer->skip, layer->y);
}

static void backward(Layer *layer, const Pass *pass)
{
    Backend *backend = pass->backend;
    BatchNorm norm = norm_of(layer);
    assert(pass->training);
    backend->batchnorm_backward(backend, &norm, layer->x, layer->y, layer->dy, layer->dx,
                                layer->adds, layer->parameter[WEIGHT].gradient,
                                layer->parameter[BIAS].gradient);
}

static const LayerKind kind = {"batchnorm", forward, backward};

Layer *batchnorm_layer(const char *name, int64_t rows, int64_t channels, Activation phi)
{
    assert(phi == ACT_NONE || phi == ACT_RELU);
    Layer *layer = layer_create(sizeof(Norm), &kind, rows, channels, name);
    ((Norm *)layer)->activation = phi;
    layer_parameter(layer, "weight", GROUP_VECTOR, 1, channels, 1.0, 0.0);
    layer_parameter(layer, "bias", GROUP_VECTOR, 1, channels, 0.0, 0.0);
    layer_parameter(layer, "running_mean", GROUP_STATE, 1, channels, 0.0, 0.0);
    layer_parameter(layer, "running_variance", GROUP_STATE, 1, channels, 1.0, 0.0);
    layer->kept_rows = 2;
    layer->kept_cols = channels;
    layer->in_place_backward = true;
    return layer;
}
