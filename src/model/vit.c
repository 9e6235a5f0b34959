/* Vision transformer (Dosovitskiy et al. 2021): patches as tokens, learned positions,
 * blocks that see the whole image, the mean over tokens before the head. */
#include "base/die.h"
#include "layers/conv2d.h"
#include "layers/head.h"
#include "layers/pool.h"
#include "model/block.h"
#include "model/keys.h"

static BlockShape blocks_of(const Spec *spec, const ModelTask *task, int64_t patch)
{
    if (task->height % patch != 0 || task->width % patch != 0)
        die_usage("patch must divide the images' %lld x %lld pixels", (long long)task->height,
                  (long long)task->width);
    int64_t tokens = task->height / patch * (task->width / patch);
    BlockShape blocks = block_read(spec, task->batch, tokens);
    blocks.attention.causal = false;
    return blocks;
}

static Layer *patches_layer(const ModelTask *task, int64_t patch, int64_t width)
{
    ConvShape patches = {
        .batch = task->batch,
        .height = task->height,
        .width = task->width,
        .inputs = task->channels,
        .outputs = width,
        .kernel = patch,
        .stride = patch,
    };
    return conv2d_layer("patches", &patches, true);
}

/* The mean over the tokens of an image. */
static Layer *mean_layer(const BlockShape *blocks)
{
    PoolShape mean = {
        .kind = POOL_MEAN,
        .batch = blocks->attention.batch,
        .height = blocks->attention.context,
        .width = 1,
        .size_y = blocks->attention.context,
        .size_x = 1,
    };
    return pool_layer("mean", &mean, block_width(blocks));
}

static Model *create(Backend *backend, const Spec *spec, const ModelTask *task)
{
    int64_t patch = keys_int(spec, "patch", 4, 1, 1 << 20);
    BlockShape blocks = blocks_of(spec, task, patch);

    Model *model = model_new(backend, task->batch * task->height * task->width, task->channels);
    Layer *patches = patches_layer(task, patch, block_width(&blocks));
    int h = block_stack(model, &blocks, model_add(model, patches, MODEL_INPUT, MODEL_NONE));
    h = model_add(model, mean_layer(&blocks), h, MODEL_NONE);
    HeadShape head = {
        .rows = task->batch,
        .inputs = block_width(&blocks),
        .classes = task->classes,
        .bias = true,
        .deviation = blocks.deviation,
        .smoothing = keys_share(spec, "smoothing"),
    };
    model_add(model, head_layer(backend, "head", &head), h, MODEL_NONE);
    return model;
}

const ModelKind model_vit = {
    .name = "vit",
    .help = "patch=4, layers=4, width=128, heads=4, key_heads=HEADS, ratio=4 (hidden / width), "
            "dropout=0, smoothing=0",
    .create = create,
};
