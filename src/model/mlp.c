/* Perceptron of several layers on images as rows of numbers. */
#include "base/die.h"
#include "base/named.h"
#include "layers/head.h"
#include "layers/linear.h"
#include "model/keys.h"
#include "model/model.h"

#include <math.h>
#include <stdlib.h>

/* Deviation of the logits at the start, so that the loss starts at ln(classes). */
static const double SMALL = 0.1;

typedef struct {
    const char *name;
    Activation activation;
    double gain; /* inputs * variance of W: pre-activations keep their variance, He et al. 2015 */
} MlpActivation;

static const MlpActivation activations[] = {
    {"relu", ACT_RELU, 2.0}, {"relu2", ACT_RELU2, 2.0 / 3.0}, {"gelu", ACT_GELU, 2.0},
    {"silu", ACT_SILU, 2.0}, {"none", ACT_NONE, 1.0},
};

static int add_hidden(Model *model, const MlpActivation *phi, int index, LinearShape shape,
                      int input)
{
    shape.bias = true;
    shape.activation = phi->activation;
    shape.deviation = sqrt(phi->gain / (double)shape.inputs);
    char *name = format_text("linear%d", index);
    int number = model_add(model, linear_layer(name, &shape), input, MODEL_NONE);
    free(name);
    return number;
}

static Model *create(Backend *backend, const Spec *spec, const ModelTask *task)
{
    int64_t layers = keys_int(spec, "layers", 2, 1, 1000);
    int64_t width = keys_int(spec, "width", 128, 1, 1 << 20);
    const MlpActivation *phi =
        named_row("activation", spec_text(spec, "activation", "relu"),
                  sizeof activations / sizeof *activations, sizeof *activations, activations);

    Model *model = model_new(backend, task->batch * task->height * task->width, task->channels);
    int64_t inputs = task->height * task->width * task->channels;
    int h = MODEL_INPUT;
    for (int k = 0; k < (int)layers; k++) {
        h = add_hidden(model, phi, k,
                       (LinearShape){.rows = task->batch, .inputs = inputs, .outputs = width}, h);
        inputs = width;
    }
    HeadShape head = {
        .rows = task->batch,
        .inputs = inputs,
        .classes = task->classes,
        .bias = true,
        .deviation = SMALL / sqrt((double)inputs),
        .smoothing = keys_share(spec, "smoothing"),
    };
    model_add(model, head_layer(backend, "head", &head), h, MODEL_NONE);
    return model;
}

const ModelKind model_mlp = {
    .name = "mlp",
    .help = "layers=2, width=128, activation=relu|relu2|gelu|silu|none, smoothing=0",
    .create = create,
};
