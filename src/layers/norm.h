/* LayerNorm (Ba et al. 2016) and RMSNorm (Zhang & Sennrich 2019) of each row.
 *
 * x, y: rows x width, weight and bias: 1 x width, m the mean of a row:
 *   NORM_LAYER  y = (x − m) / sqrt(mean (x − m)² + epsilon) weight + bias
 *   NORM_RMS    y = x / sqrt(mean x² + epsilon) weight, without bias
 * Keeps mean and 1 / deviation of each row (rows x 2). */
#ifndef LAYERS_NORM_H
#define LAYERS_NORM_H

#include "layers/layer.h"

/* Parameters: weight (starts at 1), then bias (at 0). */
Layer *norm_layer(const char *name, NormKind kind, int64_t rows, int64_t width);

#endif
