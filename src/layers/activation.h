/* y = phi(x), element by element; dx (= or +=) phi'(x) dy. The formulas are in
 * compute/rules.h. Where phi follows a linear layer, that one applies it itself. */
#ifndef LAYERS_ACTIVATION_H
#define LAYERS_ACTIVATION_H

#include "layers/layer.h"

/* No parameters. */
Layer *activation_layer(const char *name, Activation activation, int64_t rows, int64_t cols);

#endif
