#include "layers/attention.h"

typedef struct {
    Layer layer;
    AttentionShape shape;
    bool rotary;
} Attention;

static void forward(Layer *layer, const Pass *pass)
{
    const Attention *attention = (const Attention *)layer;
    Backend *backend = pass->backend;
    if (attention->rotary) backend->rotate(backend, &attention->shape, layer->x, 1);
    backend->attention(backend, &attention->shape, layer->x, layer->y, layer->kept);
}

static void backward(Layer *layer, const Pass *pass)
{
    const Attention *attention = (const Attention *)layer;
    Backend *backend = pass->backend;
    assert(!layer->adds);
    backend->attention_backward(backend, &attention->shape, layer->x, layer->y, layer->kept,
                                layer->dy, layer->dx);
    if (attention->rotary) backend->rotate(backend, &attention->shape, layer->dx, -1);
}

static const LayerKind kind = {"attention", forward, backward};

Layer *attention_layer(const char *name, const AttentionShape *shape, bool rotary)
{
    assert(shape->heads % shape->key_heads == 0);
    assert(!rotary || shape->head_size % 2 == 0);
    Layer *layer = layer_create(sizeof(Attention), &kind, shape->batch * shape->context,
                                shape->heads * shape->head_size, name);
    ((Attention *)layer)->shape = *shape;
    ((Attention *)layer)->rotary = rotary;
    /* Two products of context x context; a causal mask leaves half of each. */
    layer->multiplies = (shape->causal ? 1.0 : 2.0) * (double)layer->rows * (double)layer->cols *
                        (double)shape->context;
    layer->kept_rows = shape->batch * shape->heads;
    layer->kept_cols = shape->context;
    return layer;
}
