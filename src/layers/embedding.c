#include "layers/embedding.h"

static void forward(Layer *layer, const Pass *pass)
{
    pass->backend->embed(pass->backend, pass->tokens, layer->parameter[0].value, layer->y);
}

static void backward(Layer *layer, const Pass *pass)
{
    pass->backend->embed_backward(pass->backend, pass->tokens, layer->dy,
                                  layer->parameter[0].gradient);
}

static const LayerKind kind = {"embedding", forward, backward};

Layer *embedding_layer(const char *name, const EmbeddingShape *shape)
{
    Layer *layer = layer_create(sizeof(Layer), &kind, shape->rows, shape->width, name);
    layer_parameter(layer, "weight", GROUP_EMBEDDING, shape->vocabulary, shape->width, 0.0,
                    shape->deviation);
    return layer;
}
