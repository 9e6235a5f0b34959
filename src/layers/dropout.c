#include "layers/dropout.h"

typedef struct {
    Layer layer;
    double share;
} Dropout;

/* Each layer has 2^40 words of the step's stream to itself. */
static Rng stream_of(const Layer *layer, const Pass *pass)
{
    Rng stream = pass->noise;
    stream.index += (uint64_t)layer->number << 40;
    return stream;
}

static void forward(Layer *layer, const Pass *pass)
{
    Backend *backend = pass->backend;
    if (pass->training)
        backend->dropout(backend, stream_of(layer, pass), pass->step,
                         (real)((Dropout *)layer)->share, layer->x, layer->y);
    else if (layer->x.data != layer->y.data)
        backend->copy(backend, layer->x, layer->y);
    if (matrix_exists(layer->skip)) backend->axpy(backend, 1, layer->skip, layer->y);
}

static void backward(Layer *layer, const Pass *pass)
{
    assert(!layer->adds);
    if (!matrix_exists(layer->dx)) return;
    pass->backend->dropout(pass->backend, stream_of(layer, pass), pass->step,
                           (real)((Dropout *)layer)->share, layer->dy, layer->dx);
}

static const LayerKind kind = {"dropout", forward, backward};

Layer *dropout_layer(const char *name, double share, int64_t rows, int64_t cols)
{
    assert(share > 0.0 && share < 1.0);
    Layer *layer = layer_create(sizeof(Dropout), &kind, rows, cols, name);
    ((Dropout *)layer)->share = share;
    return layer;
}
