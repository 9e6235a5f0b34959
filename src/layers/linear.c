#include "layers/linear.h"

typedef struct {
    Layer layer;
    LinearShape shape;
} Linear;

enum { WEIGHT, BIAS };

/* phi'(pre) of a ReLU can be read off y = phi(pre), so nothing more is kept for it. */
static bool keeps_pre(Activation activation)
{
    return activation != ACT_NONE && activation != ACT_RELU;
}

static void forward(Layer *layer, const Pass *pass)
{
    const LinearShape *shape = &((Linear *)layer)->shape;
    assert(!matrix_exists(layer->skip) || shape->activation == ACT_NONE);
    Matrix x = matrix_reshaped(layer->x, shape->rows, shape->inputs);
    Matrix pre = pass->training ? layer->kept : (Matrix){0};
    pass->backend->linear(pass->backend, x, layer->parameter[WEIGHT].value,
                          layer->parameter[BIAS].value, shape->activation, pre, layer->skip,
                          layer->y);
}

static void backward(Layer *layer, const Pass *pass)
{
    const LinearShape *shape = &((Linear *)layer)->shape;
    Backend *backend = pass->backend;
    const LayerParameter *weight = &layer->parameter[WEIGHT];
    Matrix x = matrix_reshaped(layer->x, shape->rows, shape->inputs);
    if (shape->activation != ACT_NONE) {
        Matrix pre = keeps_pre(shape->activation) ? layer->kept : layer->y;
        backend->activate_backward(backend, shape->activation, pre, layer->dy, layer->dy, false);
    }
    if (shape->bias) backend->sum_columns(backend, layer->dy, layer->parameter[BIAS].gradient);
    backend->gemm(backend, TRANSPOSED, PLAIN, 1, layer->dy, x, 1, weight->gradient);
    if (!matrix_exists(layer->dx)) return;
    Matrix dx = matrix_reshaped(layer->dx, shape->rows, shape->inputs);
    backend->gemm(backend, PLAIN, PLAIN, 1, layer->dy, weight->value, layer->adds ? 1 : 0, dx);
}

static const LayerKind kind = {"linear", forward, backward};

Layer *linear_layer(const char *name, const LinearShape *shape)
{
    Layer *layer = layer_create(sizeof(Linear), &kind, shape->rows, shape->outputs, name);
    ((Linear *)layer)->shape = *shape;
    layer->multiplies = (double)shape->rows * (double)shape->inputs * (double)shape->outputs;
    layer_parameter(layer, "weight", GROUP_MATRIX, shape->outputs, shape->inputs, 0.0,
                    shape->deviation);
    if (shape->bias) layer_parameter(layer, "bias", GROUP_VECTOR, 1, shape->outputs, 0.0, 0.0);
    if (keeps_pre(shape->activation)) {
        layer->kept_rows = shape->rows;
        layer->kept_cols = shape->outputs;
        layer->keeps_activations = true;
    }
    return layer;
}
