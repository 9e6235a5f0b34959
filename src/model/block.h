/* The blocks of a transformer, on rows h of `width` numbers, each of them:
 *   h ← h + project(attention(linear(norm(h)))),   h ← h + down(phi(up(norm(h)))),
 * the norm before each branch (Xiong et al. 2020). With dropout each branch passes
 * through it before it is added, and so does the first h. */
#ifndef MODEL_BLOCK_H
#define MODEL_BLOCK_H

#include "model/model.h"

typedef struct {
    int count;                /* of blocks */
    AttentionShape attention; /* heads * head_size is the width */
    NormKind norm;
    bool rotary;               /* else learned positions, added to the first h */
    bool gated;                /* SwiGLU instead of GELU */
    bool bias;                 /* of the linear layers */
    int64_t hidden;            /* between up and down; of each half where gated */
    double deviation;          /* of weights at the start … */
    double residual_deviation; /* … and of those whose product is added to h */
    double dropout;
} BlockShape;

static inline int64_t block_width(const BlockShape *shape)
{
    return shape->attention.heads * shape->attention.head_size;
}

static inline int64_t block_rows(const BlockShape *shape)
{
    return shape->attention.batch * shape->attention.context;
}

/* The keys layers, width, heads, key_heads, ratio, dropout of a spec and what follows from them:
 * GPT-2's block (LayerNorm, biases, GELU; Radford et al. 2019). Exit 2 where they do not fit. */
BlockShape block_read(const Spec *spec, int64_t batch, int64_t context);

/* Adds positions, all blocks and a last norm behind layer `input`; returns the norm's number. */
int block_stack(Model *model, const BlockShape *shape, int input);

#endif
