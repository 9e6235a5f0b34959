/* Dropout (Srivastava et al. 2014): in training y = mask x / (1 − share) + skip, where a
 * number of mask is 0 with probability `share`; else y = x + skip.
 *
 * x, y: rows x cols. The mask is drawn from the noise of the pass and the layer's
 * place in the model, and is drawn again in the backward pass: nothing is kept. */
#ifndef LAYERS_DROPOUT_H
#define LAYERS_DROPOUT_H

#include "layers/layer.h"

/* No parameters. 0 < share < 1. */
Layer *dropout_layer(const char *name, double share, int64_t rows, int64_t cols);

#endif
