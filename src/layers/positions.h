/* Learned positions: row b * context + t of y is that of x plus row t of a table.
 *
 * x, y: rows x width, table: context x width. Backward: dtable[t] += Σ_b dy[b, t],
 * dx (= or +=) dy. */
#ifndef LAYERS_POSITIONS_H
#define LAYERS_POSITIONS_H

#include "layers/layer.h"

typedef struct {
    int64_t rows, context, width; /* rows % context == 0 */
    double deviation;             /* of the normal numbers the table starts from */
} PositionsShape;

/* Parameters: weight. */
Layer *positions_layer(const char *name, const PositionsShape *shape);

#endif
