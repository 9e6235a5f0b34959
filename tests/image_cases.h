/* Every layer of image models alone: source → layer → probe, as in layer_cases.h.
 * tests/golden/cnn.py has the same cases by the same names. */
#ifndef TESTS_IMAGE_CASES_H
#define TESTS_IMAGE_CASES_H

#include "layer_cases.h"
#include "layers/batchnorm.h"
#include "layers/conv2d.h"
#include "layers/pool.h"

/* One of the three: a convolution where it has a kernel, pooling where it has windows, else a
 * norm of rows x channels. */
typedef struct {
    const char *name;
    ConvShape conv;
    bool bias;
    PoolShape pool;
    int64_t rows, channels; /* of norm; pool's channels */
    Activation activation;
    bool skip;
} ImageCase;

static const ImageCase image_cases[] = {
    {"conv", .conv = {2, 5, 7, 3, 4, 3, 1, 1}, .bias = true},
    {"conv_one", .conv = {1, 1, 1, 1, 1, 1, 1, 0}},
    {"conv_stride", .conv = {2, 7, 6, 2, 3, 3, 2, 1}, .bias = true},
    {"conv_rest", .conv = {1, 8, 8, 2, 3, 3, 2, 1}},
    {"conv_patches", .conv = {2, 6, 9, 3, 5, 3, 3, 0}, .bias = true},
    {"conv_pixels", .conv = {3, 4, 3, 5, 6, 1, 1, 0}},
    {"conv_project", .conv = {2, 5, 5, 4, 6, 1, 2, 0}},
    {"conv_wide", .conv = {2, 9, 17, 17, 19, 5, 1, 2}},
    {"batchnorm", .rows = 31, .channels = 5},
    {"batchnorm_two", .rows = 2, .channels = 1},
    {"batchnorm_relu", .rows = 20, .channels = 3, .activation = ACT_RELU},
    {"batchnorm_skip", .rows = 12, .channels = 17, .activation = ACT_RELU, .skip = true},
    {"batchnorm_plain_skip", .rows = 12, .channels = 4, .skip = true},
    {"maxpool", .pool = {POOL_MAX, 2, 6, 4, 3, 2}, .channels = 3},
    {"meanpool", .pool = {POOL_MEAN, 2, 6, 4, 2, 2}, .channels = 3},
    {"meanpool_all", .pool = {POOL_MEAN, 3, 5, 3, 5, 3}, .channels = 2},
};
enum { IMAGE_CASES = sizeof image_cases / sizeof *image_cases };

static inline Layer *image_layer(const ImageCase *c)
{
    if (c->conv.kernel) return conv2d_layer("layer", &c->conv, c->bias);
    if (c->pool.size_y) return pool_layer("layer", &c->pool, c->channels);
    return batchnorm_layer("layer", c->rows, c->channels, c->activation);
}

static inline Layer *image_source(const ImageCase *c)
{
    const ConvShape *conv = &c->conv;
    const PoolShape *pool = &c->pool;
    if (conv->kernel)
        return source_layer("source", conv->batch * conv->height * conv->width, conv->inputs);
    if (pool->size_y)
        return source_layer("source", pool->batch * pool->height * pool->width, c->channels);
    return source_layer("source", c->rows, c->channels);
}

static inline Network image_network(const ImageCase *c)
{
    Backend *backend = backend_cpu();
    Model *model = model_new(backend, 0, 0);
    Layer *layer = image_layer(c);
    int skip = MODEL_NONE;
    if (c->skip)
        skip = model_add(model, source_layer("skip", layer->rows, layer->cols), MODEL_NONE,
                         MODEL_NONE);
    int source = model_add(model, image_source(c), MODEL_NONE, MODEL_NONE);
    int number = model_add(model, layer, source, skip);
    model_add(model, probe_layer(), number, MODEL_NONE);
    model_finish(model, true);
    return network_of(backend, model, 1, 1);
}

/* Whole networks. */
typedef struct {
    const char *name, *spec;
    ModelTask task;
} CnnCase;

static const CnnCase cnn_cases[] = {
    {"vgg", "cnn:widths=4-5-6,pools=0-1-1", {.batch = 3, 5, 8, 12, 2}},
    {"resnet", "cnn:style=resnet,widths=4-6,blocks=2", {.batch = 3, 5, 7, 6, 3}},
};
enum { CNN_CASES = sizeof cnn_cases / sizeof *cnn_cases };

static inline Network cnn_network(const CnnCase *c)
{
    Backend *backend = backend_cpu();
    return network_of(backend, model_create(backend, c->spec, &c->task, true), c->task.batch,
                      c->task.classes);
}

#endif
