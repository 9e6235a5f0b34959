/* Every layer of text models alone: source → layer → probe.
 *
 * A source's y is its parameter, so that its gradient is the layer's dx; the probe's
 * loss is Σ c_i y_i with the numbers of "probe". tests/golden/layers.py has the same
 * cases by the same names. */
#ifndef TESTS_LAYER_CASES_H
#define TESTS_LAYER_CASES_H

#include "layers/activation.h"
#include "layers/attention.h"
#include "layers/dropout.h"
#include "layers/embedding.h"
#include "layers/gate.h"
#include "layers/head.h"
#include "layers/linear.h"
#include "layers/norm.h"
#include "layers/positions.h"
#include "network.h"

static inline void source_forward(Layer *layer, const Pass *pass)
{
    pass->backend->copy(pass->backend, layer->parameter[0].value, layer->y);
}

static inline void source_backward(Layer *layer, const Pass *pass)
{
    pass->backend->axpy(pass->backend, 1, layer->dy, layer->parameter[0].gradient);
}

static inline Layer *source_layer(const char *name, int64_t rows, int64_t cols)
{
    static const LayerKind kind = {"source", source_forward, source_backward};
    Layer *layer = layer_create(sizeof(Layer), &kind, rows, cols, name);
    layer_parameter(layer, "weight", GROUP_MATRIX, rows, cols, 0.0, 1.0);
    return layer;
}

static inline void probe_forward(Layer *layer, const Pass *pass)
{
    uint32_t seed = network_seed("probe");
    pass->sums[HEAD_ROWS] += 1.0;
    for (int64_t i = 0; i < matrix_count(layer->x); i++) {
        double c = network_number(seed, i);
        pass->sums[HEAD_LOSS] += c * (double)matrix_reals(layer->x)[i];
        matrix_reals(layer->dx)[i] = (real)c;
    }
}

static inline void probe_backward(Layer *layer, const Pass *pass) { (void)layer, (void)pass; }

static inline Layer *probe_layer(void)
{
    static const LayerKind kind = {"probe", probe_forward, probe_backward};
    return layer_create(sizeof(Layer), &kind, 1, 0, "probe");
}

typedef enum {
    CASE_LINEAR,
    CASE_NORM,
    CASE_ATTENTION,
    CASE_ACTIVATION,
    CASE_GATE,
    CASE_POSITIONS,
    CASE_EMBEDDING,
    CASE_HEAD,
    CASE_DROPOUT
} LayerCaseKind;

/* Fields that a kind does not need are 0. */
typedef struct {
    const char *name;
    LayerCaseKind kind;
    int64_t rows, cols; /* of the source */
    int64_t outputs;    /* linear's, head's classes, embedding's vocabulary, positions' context */
    Activation activation;
    NormKind norm;
    AttentionShape attention;
    double smoothing;
    bool bias, skip, rotary, cancels /* dx to almost nothing */, masked /* all labels */,
        flat /* x is read as one row */;
} LayerCase;

static const LayerCase layer_cases[] = {
    {"linear", CASE_LINEAR, 7, 5, .outputs = 3, .bias = true},
    {"linear_skip", CASE_LINEAR, 6, 4, .outputs = 9, .bias = true, .skip = true},
    {"linear_plain", CASE_LINEAR, 1, 1, .outputs = 1},
    {"linear_flat", CASE_LINEAR, 6, 4, .outputs = 3, .bias = true, .flat = true},
    {"linear_relu", CASE_LINEAR, 33, 17, .outputs = 19, .activation = ACT_RELU, .bias = true},
    {"linear_relu2", CASE_LINEAR, 5, 6, .outputs = 7, .activation = ACT_RELU2},
    {"linear_gelu", CASE_LINEAR, 40, 16, .outputs = 64, .activation = ACT_GELU, .bias = true},
    {"linear_silu", CASE_LINEAR, 5, 6, .outputs = 7, .activation = ACT_SILU, .bias = true},
    {"layernorm", CASE_NORM, 5, 19, .norm = NORM_LAYER},
    {"layernorm_one", CASE_NORM, 1, 2, .norm = NORM_LAYER, .cancels = true},
    {"rmsnorm", CASE_NORM, 5, 19, .norm = NORM_RMS},
    {"rmsnorm_one", CASE_NORM, 1, 1, .norm = NORM_RMS, .cancels = true},
    {"attention", CASE_ATTENTION, 21, 36, .attention = {3, 7, 2, 2, 6, true}},
    {"attention_full", CASE_ATTENTION, 10, 30, .attention = {2, 5, 2, 2, 5, false}},
    {"attention_groups", CASE_ATTENTION, 22, 24, .attention = {2, 11, 4, 1, 4, true}},
    {"attention_rotary", CASE_ATTENTION, 18, 32, .attention = {2, 9, 4, 2, 4, true},
     .rotary = true},
    {"attention_one", CASE_ATTENTION, 1, 6, .attention = {1, 1, 1, 1, 2, true}, .rotary = true},
    {"activation_relu", CASE_ACTIVATION, 5, 7, .activation = ACT_RELU},
    {"activation_relu2", CASE_ACTIVATION, 5, 7, .activation = ACT_RELU2},
    {"activation_gelu", CASE_ACTIVATION, 5, 7, .activation = ACT_GELU},
    {"activation_silu", CASE_ACTIVATION, 5, 7, .activation = ACT_SILU},
    {"gate", CASE_GATE, .rows = 5, .cols = 14},
    {"positions", CASE_POSITIONS, 15, 6, .outputs = 5},
    {"embedding", CASE_EMBEDDING, 23, 6, .outputs = 9},
    {"head", CASE_HEAD, 13, 6, .outputs = 11, .bias = true},
    {"head_smoothing", CASE_HEAD, 13, 6, .outputs = 11, .smoothing = 0.1},
    {"head_one", CASE_HEAD, 1, 3, .outputs = 2},
    {"head_masked", CASE_HEAD, 4, 3, .outputs = 5, .bias = true, .masked = true},
};
enum { LAYER_CASES = sizeof layer_cases / sizeof *layer_cases };

static inline Layer *case_layer(Backend *backend, const LayerCase *c)
{
    switch (c->kind) {
    case CASE_LINEAR:
        return linear_layer("layer", &(LinearShape){.rows = c->flat ? 1 : c->rows,
                                                    .inputs = c->flat ? c->rows * c->cols : c->cols,
                                                    .outputs = c->outputs,
                                                    .bias = c->bias,
                                                    .activation = c->activation});
    case CASE_NORM:
        return norm_layer("layer", c->norm, c->rows, c->cols);
    case CASE_ATTENTION:
        return attention_layer("layer", &c->attention, c->rotary);
    case CASE_ACTIVATION:
        return activation_layer("layer", c->activation, c->rows, c->cols);
    case CASE_GATE:
        return gate_layer("layer", c->rows, c->cols / 2);
    case CASE_POSITIONS:
        return positions_layer("layer", &(PositionsShape){c->rows, c->outputs, c->cols, 1.0});
    case CASE_EMBEDDING:
        return embedding_layer("layer", &(EmbeddingShape){c->rows, c->outputs, c->cols, 1.0});
    case CASE_HEAD:
        return head_layer(backend, "layer",
                          &(HeadShape){.rows = c->rows,
                                       .inputs = c->cols,
                                       .classes = c->outputs,
                                       .bias = c->bias,
                                       .smoothing = c->smoothing});
    case CASE_DROPOUT:
        return dropout_layer("layer", c->smoothing, c->rows, c->cols);
    }
    return NULL;
}

static inline Network case_network(const LayerCase *c)
{
    Backend *backend = backend_cpu();
    Model *model = model_new(backend, 0, 0);
    Layer *layer = case_layer(backend, c);
    int input = MODEL_NONE, skip = MODEL_NONE;
    if (c->skip)
        skip = model_add(model, source_layer("skip", layer->rows, layer->cols), MODEL_NONE,
                         MODEL_NONE);
    if (c->kind != CASE_EMBEDDING)
        input = model_add(model, source_layer("source", c->rows, c->cols), MODEL_NONE, MODEL_NONE);
    int number = model_add(model, layer, input, skip);
    if (layer->cols > 0) model_add(model, probe_layer(), number, MODEL_NONE);
    model_finish(model, true);
    Network network = network_of(backend, model, c->rows, c->outputs > 0 ? c->outputs : 1);
    for (int64_t i = 0; i < c->rows && c->masked; i++) network.labels[i] = -1;
    return network;
}

#endif
