/* Batch normalisation: y = phi(weight (x − mean) / sqrt(variance + epsilon) + bias + skip)
 *
 * Ioffe and Szegedy 2015; phi is ReLU or nothing, skip may be absent. x, skip, y:
 * rows (pixels of all images) x channels; everything else 1 x channels. In training
 * mean and variance are those of the batch, and running ones follow:
 *   running += share (batch − running), the variance as its unbiased estimate;
 * otherwise the running ones are used. Backward (after training) goes through the
 * statistics; the gradient of skip, phi'(…) dy, is left in dy. */
#ifndef LAYERS_BATCHNORM_H
#define LAYERS_BATCHNORM_H

#include "layers/layer.h"

/* PyTorch's epsilon and momentum. */
#define BATCHNORM_EPSILON 1e-5
#define BATCHNORM_SHARE 0.1

/* Parameters: weight (1), bias (0), running_mean (0), running_variance (1). phi: ACT_NONE or
 * ACT_RELU. */
Layer *batchnorm_layer(const char *name, int64_t rows, int64_t channels, Activation phi);

#endif
