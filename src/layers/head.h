/* The end of a network: logits = x Wᵀ + bias and the softmax cross entropy of them.
 *
 * x: rows x inputs (or as many numbers without gaps), W: classes x inputs, bias:
 * 1 x classes; labels from the pass, a negative one does not count. The logits are
 * never stored at once, so there is no y: forward adds to the sums of the pass and, in
 * training, at once makes dx, dW and dbias of the mean loss; backward has nothing left
 * to do. Between the two nothing may use the memory of dx. */
#ifndef LAYERS_HEAD_H
#define LAYERS_HEAD_H

#include "layers/layer.h"

typedef struct {
    int64_t rows, inputs, classes;
    bool bias;        /* starts at 0 */
    double deviation; /* of the normal numbers W starts from */
    double smoothing; /* of the labels, in training only; Szegedy et al. 2016, section 7 */
    Layer *tied;      /* W is parameter 0 of this layer (classes x inputs); NULL: its own */
} HeadShape;

/* Parameters: weight, then bias. backend: says how much scratch its head needs. */
Layer *head_layer(Backend *backend, const char *name, const HeadShape *shape);

#endif
