/* Convolutional networks: in the manner of VGG with batch normalisation (Simonyan and Zisserman
 * 2015), and ResNets of basic blocks (He et al. 2016, projections as 1x1 convolutions). */
#include "base/die.h"
#include "base/named.h"
#include "base/number.h"
#include "layers/batchnorm.h"
#include "layers/conv2d.h"
#include "layers/head.h"
#include "layers/pool.h"
#include "model/keys.h"
#include "model/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STAGES = 32, MOST = 1 << 20 };

/* Deviation of the logits at the start, so that the loss starts at ln(classes). */
static const double SMALL = 0.1;

/* The layers so far end in images of this size. */
typedef struct {
    Model *model;
    int number; /* of the layer that makes them */
    int64_t batch, height, width, channels;
} Images;

/* Convolution and batch normalisation, of which the first needs no bias. Borders of kernel / 2
 * keep the size, halved by a stride of 2. */
static Images add_conv(Images in, const char *name, ConvShape shape, Activation phi, int skip)
{
    shape.batch = in.batch;
    shape.height = in.height;
    shape.width = in.width;
    shape.inputs = in.channels;
    shape.padding = shape.kernel / 2;
    Layer *conv = conv2d_layer(name, &shape, false);
    char *norm_name = format_text("%s.norm", name);
    Layer *norm = batchnorm_layer(norm_name, conv->rows, shape.outputs, phi);
    free(norm_name);
    int number = model_add(in.model, conv, in.number, MODEL_NONE);
    return (Images){
        .model = in.model,
        .number = model_add(in.model, norm, number, skip),
        .batch = in.batch,
        .height = conv_side(&shape, in.height),
        .width = conv_side(&shape, in.width),
        .channels = shape.outputs,
    };
}

static Images add_pool(Images in, const char *name, PoolKind kind, int64_t size_y, int64_t size_x)
{
    PoolShape shape = {kind, in.batch, in.height, in.width, size_y, size_x};
    if (in.height % size_y || in.width % size_x)
        die_usage("%s: windows of %lld x %lld pixels do not fill %lld x %lld", name,
                  (long long)size_y, (long long)size_x, (long long)in.height, (long long)in.width);
    Images out = in;
    out.number = model_add(in.model, pool_layer(name, &shape, in.channels), in.number, MODEL_NONE);
    out.height /= size_y;
    out.width /= size_x;
    return out;
}

/* "16-32-64": at most STAGES whole numbers from `least` to MOST. Returns how many. */
static int read_list(const Spec *spec, const char *key, const char *otherwise, int64_t least,
                     int64_t list[STAGES])
{
    const char *text = spec_text(spec, key, otherwise);
    char *copy = format_text("%s", text), *rest = copy;
    int count = 0;
    for (char *word; (word = strsep(&rest, "-")); count++)
        if (count == STAGES || !number_int(word, &list[count]) || list[count] < least ||
            list[count] > MOST)
            die_usage("%s=%s: expected 1 to %d whole numbers from %lld to %d with - between them",
                      key, text, STAGES, (long long)least, MOST);
    free(copy);
    return count;
}

/* conv, norm, ReLU for each width, then a maximum over 2x2 pixels where `pools` says 1. */
static Images add_vgg(Images images, const Spec *spec)
{
    int64_t width[STAGES], pools[STAGES];
    int count = read_list(spec, "widths", "16-32-64", 1, width);
    if (read_list(spec, "pools", "0-1-1", 0, pools) != count)
        die_usage("cnn: widths and pools must be as many");
    for (int k = 0; k < count; k++) {
        char *name = format_text("conv%d", k), *pool = format_text("pool%d", k);
        ConvShape shape = {.outputs = width[k], .kernel = 3, .stride = 1};
        images = add_conv(images, name, shape, ACT_RELU, MODEL_NONE);
        if (pools[k]) images = add_pool(images, pool, POOL_MAX, 2, 2);
        free(name);
        free(pool);
    }
    return images;
}

/* y = relu(norm(conv(relu(norm(conv(x))))) + x); where the size changes, norm(conv1x1(x)) for x. */
static Images add_block(Images in, const char *name, int64_t width, int64_t stride)
{
    char *first = format_text("%s.conv0", name), *second = format_text("%s.conv1", name);
    char *project = format_text("%s.project", name);
    ConvShape shape = {.outputs = width, .kernel = 3, .stride = stride};
    Images beside = in;
    if (stride > 1 || width != in.channels)
        beside = add_conv(in, project, (ConvShape){.outputs = width, .kernel = 1, .stride = stride},
                          ACT_NONE, MODEL_NONE);
    Images out = add_conv(in, first, shape, ACT_RELU, MODEL_NONE);
    shape.stride = 1;
    out = add_conv(out, second, shape, ACT_RELU, beside.number);
    free(first);
    free(second);
    free(project);
    return out;
}

/* A 3x3 convolution, then stages of blocks; each but the first halves the sides. The mean over
 * the image goes to the head. */
static Images add_resnet(Images images, const Spec *spec)
{
    int64_t width[STAGES], blocks = keys_int(spec, "blocks", 1, 1, 1000);
    int count = read_list(spec, "widths", "16-32-64", 1, width);
    ConvShape stem = {.outputs = width[0], .kernel = 3, .stride = 1};
    images = add_conv(images, "stem", stem, ACT_RELU, MODEL_NONE);
    for (int k = 0; k < count; k++)
        for (int64_t b = 0; b < blocks; b++) {
            char *name = format_text("stage%d.block%lld", k, (long long)b);
            images = add_block(images, name, width[k], k > 0 && b == 0 ? 2 : 1);
            free(name);
        }
    return add_pool(images, "mean", POOL_MEAN, images.height, images.width);
}

typedef struct {
    const char *name;
    Images (*add)(Images images, const Spec *spec);
} Style;

static const Style styles[] = {{"vgg", add_vgg}, {"resnet", add_resnet}};

static Model *create(Backend *backend, const Spec *spec, const ModelTask *task)
{
    const Style *style = named_row("style", spec_text(spec, "style", "vgg"),
                                   sizeof styles / sizeof *styles, sizeof *styles, styles);
    Images images = {
        .model = model_new(backend, task->batch * task->height * task->width, task->channels),
        .number = MODEL_INPUT,
        .batch = task->batch,
        .height = task->height,
        .width = task->width,
        .channels = task->channels,
    };
    images = style->add(images, spec);
    int64_t features = images.height * images.width * images.channels;
    HeadShape head = {
        .rows = task->batch,
        .inputs = features,
        .classes = task->classes,
        .bias = true,
        .deviation = SMALL / sqrt((double)features),
        .smoothing = keys_share(spec, "smoothing"),
    };
    model_add(images.model, head_layer(backend, "head", &head), images.number, MODEL_NONE);
    return images.model;
}

const ModelKind model_cnn = {
    .name = "cnn",
    .help = "style=vgg (widths=16-32-64 of 3x3 convolutions, pools=0-1-1 after them) or "
            "style=resnet (widths=16-32-64 of stages, blocks in each); smoothing (of the labels)",
    .create = create,
};
