/* Vision transformer (Dosovitskiy et al. 2021): patches as tokens, learned positions,
 * blocks that see the whole image, the mean over tokens before the head. */
#include "base/die.h"
#include "layers/conv2d.h"
#include "layers/dropout.h"
#include "layers/head.h"
#include "layers/norm.h"
#include "layers/pool.h"
#include "layers/positions.h"
#include "model/block.h"
#include "model/keys.h"

#include <math.h>

static ConvShape patches_of(const Spec *spec, const ModelTask *task, int64_t width)
{
    int64_t patch = keys_int(spec, "patch", 4, 1, task->height);
    if (task->height % patch != 0 || task->width % patch != 0)
        die_usage("patch must divide the images' %lld x %lld pixels", (long long)task->height,
                  (long long)task->width);
    return (ConvShape){
        .batch = task->batch,
        .height = task->height,
        .width = task->width,
        .inputs = task->channels,
        .outputs = width,
        .kernel = patch,
        .stride = patch,
    };
}

/* From pixels to h. */
static int add_start(Model *model, const ConvShape *patches, const BlockShape *block)
{
    int64_t tokens = block->attention.context, rows = block->attention.batch * tokens;
    int h = model_add(model, conv2d_layer("patches", patches, true), MODEL_INPUT, MODEL_NONE);
    PositionsShape positions = {rows, tokens, patches->outputs, block->deviation};
    h = model_add(model, positions_layer("positions", &positions), h, MODEL_NONE);
    if (block->dropout > 0.0)
        h = model_add(model, dropout_layer("dropout", block->dropout, rows, patches->outputs), h,
                      MODEL_NONE);
    return h;
}

/* From h to the loss. */
static void add_end(Model *model, Backend *backend, const BlockShape *block, const HeadShape *head,
                    int h)
{
    int64_t tokens = block->attention.context, rows = block->attention.batch * tokens;
    PoolShape mean = {
        .kind = POOL_MEAN,
        .batch = block->attention.batch,
        .height = tokens,
        .width = 1,
        .size_y = tokens,
        .size_x = 1,
    };
    h = model_add(model, norm_layer("norm", block->norm, rows, head->inputs), h, MODEL_NONE);
    h = model_add(model, pool_layer("mean", &mean, head->inputs), h, MODEL_NONE);
    model_add(model, head_layer(backend, "head", head), h, MODEL_NONE);
}

static Model *create(Backend *backend, const Spec *spec, const ModelTask *task)
{
    int64_t width = spec_int(spec, "width", 128);
    ConvShape patches = patches_of(spec, task, width);
    int64_t tokens = task->height / patches.kernel * (task->width / patches.kernel);
    BlockShape block = block_read(spec, task->batch, tokens);
    block.attention.causal = false;
    int count = block_count(spec);

    Model *model = model_new(backend, task->batch * task->height * task->width, task->channels);
    int h = add_start(model, &patches, &block);
    for (int k = 0; k < count; k++) h = block_add(model, &block, k, h);
    HeadShape head = {
        .rows = task->batch,
        .inputs = width,
        .classes = task->classes,
        .bias = true,
        .deviation = block.deviation,
        .smoothing = keys_share(spec, "smoothing"),
    };
    add_end(model, backend, &block, &head, h);
    return model;
}

const ModelKind model_vit = {
    .name = "vit",
    .help =
        "patch, layers, width, heads; key_heads, ratio (hidden / width), dropout, smoothing (of "
        "the labels)",
    .create = create,
};
