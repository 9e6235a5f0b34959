#include "model/block.h"

#include "base/die.h"
#include "layers/attention.h"
#include "layers/dropout.h"
#include "layers/gate.h"
#include "layers/linear.h"
#include "layers/norm.h"
#include "layers/positions.h"
#include "model/keys.h"

#include <math.h>
#include <stdlib.h>

enum { MOST = 1 << 20 };

static int add_norm(Model *model, const BlockShape *shape, const char *block, const char *name,
                    int input)
{
    char *full = format_text("%s.%s", block, name);
    int number =
        model_add(model, norm_layer(full, shape->norm, block_rows(shape), block_width(shape)),
                  input, MODEL_NONE);
    free(full);
    return number;
}

/* From h into a branch. */
static int add_in(Model *model, const BlockShape *shape, const char *name, int64_t outputs,
                  Activation activation, int input)
{
    Layer *layer = linear_layer(name, &(LinearShape){
                                          .rows = block_rows(shape),
                                          .inputs = block_width(shape),
                                          .outputs = outputs,
                                          .bias = shape->bias,
                                          .activation = activation,
                                          .deviation = shape->deviation,
                                      });
    return model_add(model, layer, input, MODEL_NONE);
}

/* From the end of a branch back to h. */
static int add_out(Model *model, const BlockShape *shape, const char *name, int64_t inputs,
                   int input, int skip)
{
    Layer *layer = linear_layer(name, &(LinearShape){
                                          .rows = block_rows(shape),
                                          .inputs = inputs,
                                          .outputs = block_width(shape),
                                          .bias = shape->bias,
                                          .deviation = shape->residual_deviation,
                                      });
    if (shape->dropout == 0.0) return model_add(model, layer, input, skip);

    int branch = model_add(model, layer, input, MODEL_NONE);
    char *full = format_text("%s.dropout", name);
    int sum = model_add(model, dropout_layer(full, shape->dropout, layer->rows, layer->cols),
                        branch, skip);
    free(full);
    return sum;
}

static int add_attention(Model *model, const BlockShape *shape, const char *block, int input)
{
    const AttentionShape *attention = &shape->attention;
    char *in = format_text("%s.attention.qkv", block);
    char *softmax = format_text("%s.attention", block);
    char *out = format_text("%s.attention.project", block);
    int64_t packed = (attention->heads + 2 * attention->key_heads) * attention->head_size;

    int h = add_norm(model, shape, block, "norm1", input);
    h = add_in(model, shape, in, packed, ACT_NONE, h);
    h = model_add(model, attention_layer(softmax, attention, shape->rotary), h, MODEL_NONE);
    h = add_out(model, shape, out, block_width(shape), h, input);
    free(in);
    free(softmax);
    free(out);
    return h;
}

static int add_mlp(Model *model, const BlockShape *shape, const char *block, int input)
{
    char *up = format_text("%s.mlp.up", block);
    char *gate = format_text("%s.mlp.gate", block);
    char *down = format_text("%s.mlp.down", block);

    int h = add_norm(model, shape, block, "norm2", input);
    if (shape->gated) {
        h = add_in(model, shape, up, 2 * shape->hidden, ACT_NONE, h);
        h = model_add(model, gate_layer(gate, block_rows(shape), shape->hidden), h, MODEL_NONE);
    } else {
        h = add_in(model, shape, up, shape->hidden, ACT_GELU, h);
    }
    h = add_out(model, shape, down, shape->hidden, h, input);
    free(up);
    free(gate);
    free(down);
    return h;
}

static int add_block(Model *model, const BlockShape *shape, int index, int input)
{
    char *block = format_text("block%d", index);
    int h = add_attention(model, shape, block, input);
    h = add_mlp(model, shape, block, h);
    free(block);
    return h;
}

static int add_positions(Model *model, const BlockShape *shape, int input)
{
    PositionsShape positions = {block_rows(shape), shape->attention.context, block_width(shape),
                                shape->deviation};
    return model_add(model, positions_layer("positions", &positions), input, MODEL_NONE);
}

int block_stack(Model *model, const BlockShape *shape, int input)
{
    int64_t rows = block_rows(shape), width = block_width(shape);
    int h = shape->rotary ? input : add_positions(model, shape, input);
    if (shape->dropout > 0.0)
        h = model_add(model, dropout_layer("dropout", shape->dropout, rows, width), h, MODEL_NONE);
    for (int k = 0; k < shape->count; k++) h = add_block(model, shape, k, h);
    return model_add(model, norm_layer("norm", shape->norm, rows, width), h, MODEL_NONE);
}

BlockShape block_read(const Spec *spec, int64_t batch, int64_t context)
{
    int64_t width = keys_int(spec, "width", 128, 1, MOST);
    int64_t heads = keys_int(spec, "heads", 4, 1, MOST);
    int64_t key_heads = keys_int(spec, "key_heads", heads, 1, heads);
    int64_t layers = keys_int(spec, "layers", 4, 1, 1000);
    double ratio = spec_real(spec, "ratio", 4.0);
    if (width % heads != 0)
        die_usage("width (%lld) must be a multiple of heads (%lld)", (long long)width,
                  (long long)heads);
    if (heads % key_heads != 0)
        die_usage("heads (%lld) must be a multiple of key_heads (%lld)", (long long)heads,
                  (long long)key_heads);
    if (!(ratio * (double)width >= 1.0 && ratio <= 100.0))
        die_usage("ratio must be at most 100 and ratio * width at least 1");
    return (BlockShape){
        .count = (int)layers,
        .attention = {batch, context, heads, key_heads, width / heads, true},
        .norm = NORM_LAYER,
        .bias = true,
        .hidden = llround(ratio * (double)width),
        .deviation = 0.02,
        .residual_deviation = 0.02 / sqrt(2.0 * (double)layers),
        .dropout = keys_share(spec, "dropout"),
    };
}
