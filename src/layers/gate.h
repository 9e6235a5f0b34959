/* SwiGLU's gate (Shazeer 2020): with x = (a | b), y = silu(a) b.
 *
 * x: rows x 2 width, y: rows x width. Its input has no other reader. */
#ifndef LAYERS_GATE_H
#define LAYERS_GATE_H

#include "layers/layer.h"

/* No parameters. */
Layer *gate_layer(const char *name, int64_t rows, int64_t width);

#endif
