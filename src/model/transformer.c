/* Causal language models.
 *
 *   gpt2   learned positions, LayerNorm, biases, GELU (Radford et al. 2019)
 *   llama  rotary positions, RMSNorm, SwiGLU, no biases (Touvron et al. 2023)
 *
 * B: batch, T: context. The head may share the embedding's weights (Press & Wolf 2017). */
#include "base/die.h"
#include "base/named.h"
#include "layers/embedding.h"
#include "layers/head.h"
#include "model/block.h"
#include "model/keys.h"

typedef struct {
    const char *name;
    bool rotary; /* else learned positions */
    bool gated;  /* else GELU */
    bool bias;
    NormKind norm;
} Style;

static const Style styles[] = {
    {"gpt2", false, false, true, NORM_LAYER},
    {"llama", true, true, false, NORM_RMS},
};

/* Three matrices instead of two: 2/3 of the hidden width for as many weights, rounded up to
 * whole vectors (Shazeer 2020, section 2). */
static int64_t gated_width(int64_t hidden) { return (2 * hidden + 47) / 48 * 16; }

static BlockShape block_of(const Spec *spec, const Style *style, int64_t B, int64_t T)
{
    BlockShape block = block_read(spec, B, T);
    block.rotary = style->rotary;
    block.gated = style->gated;
    block.bias = style->bias;
    block.norm = style->norm;
    if (style->gated) block.hidden = gated_width(block.hidden);
    if (style->rotary && block.attention.head_size % 2 != 0)
        die_usage("rotary positions need an even width / heads, not %lld",
                  (long long)block.attention.head_size);
    return block;
}

static Model *create(Backend *backend, const Spec *spec, const ModelTask *task)
{
    const Style *style = named_row("style", spec_text(spec, "style", "gpt2"),
                                   sizeof styles / sizeof *styles, sizeof *styles, styles);
    BlockShape block = block_of(spec, style, task->batch,
                                keys_int(spec, "context", MODEL_CONTEXT, 1, MODEL_MOST_CONTEXT));
    EmbeddingShape table = {block_rows(&block), task->classes, block_width(&block),
                            block.deviation};

    Model *model = model_new(backend, 0, 0);
    Layer *embedding = embedding_layer("embedding", &table);
    int h = block_stack(model, &block, model_add(model, embedding, MODEL_NONE, MODEL_NONE));
    HeadShape head = {
        .rows = table.rows,
        .inputs = table.width,
        .classes = task->classes,
        .deviation = block.deviation,
        .smoothing = keys_share(spec, "smoothing"),
        .tied = keys_int(spec, "tied", 1, 0, 1) ? embedding : NULL,
    };
    model_add(model, head_layer(backend, "head", &head), h, MODEL_NONE);
    return model;
}

const ModelKind model_transformer = {
    .name = "transformer",
    .help = "layers=4, width=128, heads=4, context=64, style=gpt2|llama, tied=1|0 (head and "
            "embedding), key_heads=HEADS, ratio=4 (hidden / width), dropout=0, smoothing=0",
    .is_text = true,
    .is_mixed = true,
    .create = create,
};
