/* The block that transformers repeat, on rows of `width` numbers:
 *   h ← h + project(attention(linear(norm(h)))),   h ← h + down(phi(up(norm(h)))),
 * the norm before each branch (Xiong et al. 2020). With dropout each branch passes
 * through it before it is added. */
#ifndef MODEL_BLOCK_H
#define MODEL_BLOCK_H

#include "model/model.h"

typedef struct {
    AttentionShape attention; /* heads * head_size is the width */
    NormKind norm;
    bool rotary;
    bool gated;                /* SwiGLU instead of GELU */
    bool bias;                 /* of the linear layers */
    int64_t hidden;            /* between up and down; of each half where gated */
    double deviation;          /* of weights at the start … */
    double residual_deviation; /* … and of those whose product is added to h */
    double dropout;
} BlockShape;

/* Adds the layers of block `index`, reading layer `input`; returns the number of the last. */
int block_add(Model *model, const BlockShape *shape, int index, int input);

/* The keys width, heads, key_heads, ratio, layers, dropout of a spec and what follows from them:
 * GPT-2's block (LayerNorm, biases, GELU; Radford et al. 2019). Exit 2 where they do not fit. */
BlockShape block_read(const Spec *spec, int64_t batch, int64_t context);

/* How many blocks: the key `layers`. */
int block_count(const Spec *spec);

#endif
