/* Linear layer: y = phi(x Wᵀ + bias) + skip.
 *
 * x: rows x inputs (or any matrix of as many numbers without gaps: that is how
 * images are flattened), W: outputs x inputs, bias: 1 x outputs, y: rows x outputs.
 * Backward, with g = phi'(x Wᵀ + bias) dy in place of dy:
 *   dW += gᵀ x,   dbias += Σ rows of g,   dx (= or +=) g W.
 * A skip leaves dy as it is, so such a layer has no activation. */
#ifndef LAYERS_LINEAR_H
#define LAYERS_LINEAR_H

#include "layers/layer.h"

typedef struct {
    int64_t rows, inputs, outputs;
    bool bias;             /* starts at 0 */
    Activation activation; /* phi; ACT_NONE where the layer gets a skip */
    double deviation;      /* of the normal numbers W starts from */
} LinearShape;

/* Parameters: weight, then bias. */
Layer *linear_layer(const char *name, const LinearShape *shape);

#endif
