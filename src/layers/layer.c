#include "layers/layer.h"

#include "base/die.h"

#include <stdlib.h>

Layer *layer_create(size_t size, const LayerKind *kind, int64_t rows, int64_t cols,
                    const char *name)
{
    Layer *layer = alloc_zeroed(1, size);
    layer->kind = kind;
    layer->name = format_text("%s", name);
    layer->rows = rows;
    layer->cols = cols;
    return layer;
}

void layer_free(Layer *layer)
{
    if (!layer) return;
    free(layer->name);
    free(layer);
}

int layer_parameter(Layer *layer, const char *name, ParameterGroup group, int64_t rows,
                    int64_t cols, double mean, double deviation)
{
    assert(layer->parameter_count < LAYER_PARAMETERS);
    layer->parameter[layer->parameter_count] = (LayerParameter){
        .name = name,
        .group = group,
        .rows = rows,
        .cols = cols,
        .mean = mean,
        .deviation = deviation,
    };
    return layer->parameter_count++;
}
