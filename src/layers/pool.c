#include "layers/pool.h"

typedef struct {
    Layer layer;
    PoolShape shape;
} Pool;

static void forward(Layer *layer, const Pass *pass)
{
    pass->backend->pool(pass->backend, &((Pool *)layer)->shape, layer->x, layer->y);
}

static void backward(Layer *layer, const Pass *pass)
{
    if (matrix_exists(layer->dx))
        pass->backend->pool_backward(pass->backend, &((Pool *)layer)->shape, layer->x, layer->y,
                                     layer->dy, layer->dx, layer->adds);
}

static const LayerKind kinds[] = {
    [POOL_MAX] = {"maxpool", forward, backward},
    [POOL_MEAN] = {"meanpool", forward, backward},
};

Layer *pool_layer(const char *name, const PoolShape *shape, int64_t channels)
{
    assert(shape->height % shape->size_y == 0 && shape->width % shape->size_x == 0);
    int64_t rows = shape->batch * (shape->height / shape->size_y) * (shape->width / shape->size_x);
    Layer *layer = layer_create(sizeof(Pool), &kinds[shape->kind], rows, channels, name);
    ((Pool *)layer)->shape = *shape;
    return layer;
}
